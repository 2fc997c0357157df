"""Arrays made longer or shorter: what NumPy's arguments mean, and what is refused."""

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course.errors import DetachError, DtypeError, UnsupportedError
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import gradcheck

NUMPY_2_4 = np.lib.NumpyVersion(np.__version__) >= "2.4.0"
X = np.arange(6.0).reshape(2, 3) / 7


@pytest.mark.parametrize("mode", ["linear_ramp", "mean", "maximum", "empty", lambda *a: None])
def test_modes_that_no_rule_covers_are_refused_by_name(mode):
    with pytest.raises(UnsupportedError, match=r"numpy\.pad: mode=.*reflect"):
        np.pad(leaf(X), 1, mode)


@pytest.mark.parametrize("mode", ["edge", "reflect", "symmetric", "wrap"])
def test_gradients_of_repeated_elements_add_up(mode):
    x = leaf(X)
    np.pad(x, 4, mode).sum().backward()
    numbers = np.pad(np.arange(6).reshape(2, 3), 4, mode)
    np.testing.assert_array_equal(x.grad.data.ravel(), np.bincount(numbers.ravel()))


def test_a_border_that_carries_a_gradient_is_not_cut_off_in_silence():
    edge = leaf(1.0)
    with pytest.raises(DetachError):
        np.pad(Tensor(X), 1, constant_values=edge)


@pytest.mark.skipif(not NUMPY_2_4, reason="NumPy takes a dictionary of widths since 2.4")
def test_widths_by_axis():
    gradcheck(lambda x: np.pad(x, {-1: (0, 2)}) ** 2, X, order=2)


def test_pad_finds_fault_with_widths_as_numpy_does():
    for x in (X, leaf(X)):
        with pytest.raises(ValueError, match="negative"):
            np.pad(x, -1)
        with pytest.raises(TypeError, match="integral"):
            np.pad(x, 1.5)
        with pytest.raises(ValueError, match="empty axis 0"):
            np.pad(x[:0], 1, "edge")


def test_what_is_inserted_takes_the_dtype_of_the_array():
    x = leaf(X)
    single = np.insert(Tensor(np.ones(2, dtype=np.float32)), 1, x[0])
    assert single.dtype == np.float32
    single.sum().backward()
    assert x.grad.dtype == np.float64
    with pytest.raises(DtypeError, match=r"\.detach\(\)"):
        np.insert(Tensor(np.arange(3)), 1, x[0])


def test_indices_may_be_tensors():
    at = Tensor(np.array([0, 2]))
    for x in (X, Tensor(X)):
        np.testing.assert_array_equal(np.delete(x, at, axis=1), X[:, 1:2])
        np.testing.assert_array_equal(np.insert(x, at, 9, axis=1), np.insert(X, [0, 2], 9, axis=1))
    np.testing.assert_array_equal(
        np.repeat(Tensor(X), at, axis=0).data, np.repeat(X, [0, 2], axis=0)
    )


def test_zeros_inside_are_not_trimmed():
    x = leaf([0.0, 1.0, 0.0, 2.0, 0.0])
    np.trim_zeros(x).sum().backward()
    assert x.grad.data.tolist() == [0, 1, 1, 1, 0]
    with pytest.raises(ValueError, match="unexpected character"):
        np.trim_zeros(x, "x")


def test_an_array_without_elements_is_resized_to_zeros():
    x = leaf(np.ones((0, 2)))
    y = np.resize(x, (2, 2))
    assert not y.data.any()
    y.sum().backward()
    assert x.grad.shape == (0, 2)
