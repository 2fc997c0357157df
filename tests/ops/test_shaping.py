"""What reshaping operations share with NumPy beyond the laws: defaults and ways to write the arguments."""

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course.errors import DtypeError, ShapeError
from tinygrad_course.ops import shaping
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import gradcheck

X = np.arange(6.0).reshape(1, 2, 3) / 7


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x.reshape(3, 2),
        lambda x: x.reshape((3, -1)),
        lambda x: np.reshape(x, -1),
        lambda x: x.ravel(),
        lambda x: x.T,
        lambda x: x.mT,
        lambda x: x.transpose(2, 0, 1),
        lambda x: np.transpose(x, [2, 0, 1]),
        lambda x: np.transpose(x, (-1, 0, -2)),
        lambda x: np.moveaxis(x, [0, 1], [-1, 0]),
        lambda x: np.swapaxes(x, 0, -1),
        lambda x: np.squeeze(x),
        lambda x: x.squeeze(0),
        lambda x: np.expand_dims(x, (0, -1)),
        lambda x: np.broadcast_to(x, (2, 2, 2, 3)),
    ],
)
def test_as_numpy_writes_it(f):
    np.testing.assert_array_equal(f(Tensor(X)).data, f(X))
    gradcheck(lambda x: f(x * x), X, order=2)


def test_astype_brings_the_gradient_back():
    x = leaf(np.ones(3, dtype=np.float32))
    (x.astype(np.float64) * np.pi).sum().backward()
    assert x.grad.dtype == np.float32
    np.testing.assert_allclose(x.grad.data, np.pi, rtol=1e-7)


def test_astype_to_whole_numbers_loses_no_gradient_in_silence():
    with pytest.raises(DtypeError, match=r"\.detach\(\)"):
        leaf(X).astype(int)


def test_a_copy_has_memory_of_its_own():
    x = leaf(X)
    for y in (np.copy(x), x.copy()):
        assert not np.shares_memory(x.data, y.data)


@pytest.mark.parametrize("shape", [(4,), (5,), (2, 3), (1, 0, 3)])
def test_ifftshift_undoes_fftshift(shape):
    x = np.random.default_rng(0).standard_normal(shape)
    np.testing.assert_array_equal(np.fft.ifftshift(np.fft.fftshift(Tensor(x))).data, x)


@pytest.mark.parametrize("k", range(-5, 6))
@pytest.mark.parametrize("axes", [(0, 1), (2, 0), (-1, -2)])
def test_rot90_for_every_number_of_turns(k, axes):
    np.testing.assert_array_equal(np.rot90(Tensor(X), k, axes).data, np.rot90(X, k, axes))


@pytest.mark.parametrize("axes", [(0,), (1, -2), (0, 3), (0, 1, 2)])
def test_rot90_finds_fault_with_axes_as_numpy_does(axes):
    with pytest.raises(ValueError, match=r"[Aa]xes"):
        np.rot90(Tensor(X), 1, axes)


def test_gradient_of_a_stretched_axis_is_summed():
    x = leaf(np.ones((2, 1)))
    shaping.broadcast_to(x, shape=(4, 2, 3)).sum().backward()
    assert x.grad.data.tolist() == [[12], [12]]


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x.reshape(4),
        lambda x: x.squeeze(1),
    ],
)
def test_what_does_not_fit_names_the_shape(f):
    with pytest.raises(ShapeError, match=r"\(1, 2, 3\)"):
        f(leaf(X))
