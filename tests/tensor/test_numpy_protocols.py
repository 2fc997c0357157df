"""What happens when NumPy's functions meet Tensors; the accepted forms of each are in laws/calls."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tinygrad_course import Tensor
from tinygrad_course.errors import DetachError, UnsupportedError
from tinygrad_course.primitive import of_numpy
from tinygrad_course.tensor.numpy_surface import PLAIN
from tinygrad_course.testing import gradcheck

M = np.array([[0.6, 1.4, 0.9], [1.1, 0.7, 1.3]])
V = np.array([0.5, 1.5, 1.0])
Form = Callable[[Any], Any]
UFUNCS = [f for f in of_numpy if isinstance(f, np.ufunc) and f.signature is None]


INSIDE_DOMAIN = {np.arcsin: M / 2, np.arccos: M / 2, np.arctanh: M / 2, np.arccosh: M + 1}


def calls_of(ufunc: np.ufunc) -> list[Form]:
    if ufunc.nin == 1:
        return [lambda a: ufunc(a)]
    if ufunc is np.ldexp:  # whose second operand is whole numbers
        return [lambda a: ufunc(a, 2), lambda a: ufunc(a, [[3], [-1]])]
    return [
        lambda a: ufunc(a, a),
        lambda a: ufunc(a, V),
        lambda a: ufunc(V, a),
        lambda a: ufunc(a, 2),
    ]


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda f: f.__name__)
def test_each_ufunc_agrees_with_numpy(ufunc: np.ufunc) -> None:
    values = INSIDE_DOMAIN.get(ufunc, M)
    x = Tensor(values, requires_grad=True)
    for call in calls_of(ufunc):
        result = call(x)
        assert type(result) is Tensor
        assert result.requires_grad
        np.testing.assert_array_equal(result.data, call(values))


# --- refused by name -----------------------------------------------------------------------------

REFUSED: dict[str, Form] = {
    "numpy.subtract.reduce": lambda x: np.subtract.reduce(x),
    "numpy.add.reduceat": lambda x: np.add.reduceat(x, [0]),
    "numpy.maximum.accumulate": lambda x: np.maximum.accumulate(x),
    "numpy.subtract.at": lambda x: np.subtract.at(np.ones(3), [0], x[0, :1]),
}
REFUSED_ARGUMENTS: dict[str, Form] = {
    r"numpy.sum: out=": lambda x: np.sum(x, out=np.zeros(())),
    r"numpy.sum: dtype=": lambda x: np.sum(x, dtype=np.float32),
    r"numpy.sum: where=": lambda x: np.sum(x, where=M > 1),
    r"numpy.max: initial=": lambda x: np.max(x, initial=0.0),
    r"numpy.std: mean=": lambda x: np.std(x, mean=1.0),
    r"numpy.add: out=": lambda x: np.add(x, 1.0, out=np.zeros((2, 3))),
    r"numpy.exp: out=": lambda x: np.exp(x, np.zeros((2, 3))),
    r"numpy.add: where=": lambda x: np.add(x, 1.0, where=M > 1),
    r"numpy.add: dtype=": lambda x: np.add(x, 1.0, dtype=np.float32),
    r"numpy.dot: out=": lambda x: np.dot(x, V, np.zeros(2)),
    r"numpy.reshape: order=": lambda x: np.reshape(x, -1, order="F"),
    r"numpy.stack: dtype=": lambda x: np.stack([x], dtype=np.float32),
    r"numpy.concatenate: axis, out|numpy.concatenate: out=": lambda x: np.concatenate(
        [x], 0, np.zeros((2, 3))
    ),
    r"numpy.einsum: out=": lambda x: np.einsum("ij->i", x, out=np.zeros(2)),
    r"numpy.einsum: give the subscripts as a string": lambda x: np.einsum(x, [0, 1], [0]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_function_without_a_rule_is_refused_by_name(name: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        REFUSED[name](Tensor(M, requires_grad=True))
    message = str(caught.value)
    assert message.startswith(f"{name} ")
    assert ".detach()" in message
    assert "@primitive" in message
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize("message", REFUSED_ARGUMENTS)
def test_an_argument_that_no_rule_covers_is_refused_by_name(message: str) -> None:
    with pytest.raises(UnsupportedError, match=message):
        REFUSED_ARGUMENTS[message](Tensor(M, requires_grad=True))


def test_an_array_cannot_swallow_a_tracked_tensor() -> None:
    array, tracked = np.ones(3), Tensor(V, requires_grad=True)
    with pytest.raises(UnsupportedError, match="out="):
        array -= tracked
    for convert in (np.asarray, np.array, np.float64, Tensor):
        with pytest.raises(DetachError, match=r"\.detach\(\)"):
            convert(tracked)
    with pytest.raises(DetachError):
        np.array([tracked, tracked])
    with pytest.raises(DetachError):
        array[:] = tracked
    np.testing.assert_array_equal(array, np.ones(3))


def test_an_array_takes_an_untracked_tensor_in_place() -> None:
    array = np.ones(3)
    before = array
    array -= Tensor(V)
    assert array is before
    np.testing.assert_array_equal(array, 1 - V)
    np.multiply(Tensor(V), 2.0, out=array)
    np.testing.assert_array_equal(array, 2 * V)
    np.testing.assert_array_equal(np.asarray(Tensor(V), dtype=np.float32), V.astype(np.float32))


# --- plain arrays out ----------------------------------------------------------------------------

PLAIN_FORMS: list[Form] = [
    lambda x: np.argmax(x, axis=1),
    lambda x: np.argmin(x),
    lambda x: np.argsort(x, axis=0),
    lambda x: np.isnan(x),
    lambda x: np.isfinite(x),
    lambda x: np.greater(x, 1.0),
    lambda x: np.equal(V, x),
    lambda x: np.logical_not(x > 1),
    lambda x: np.all(x),
    lambda x: np.any(x, axis=0, keepdims=True),
    lambda x: np.allclose(x, M),
    lambda x: np.array_equal(x, x),
    lambda x: np.isclose(x, 1.0),
    lambda x: np.zeros_like(x),
    lambda x: np.ones_like(x, dtype=np.float32),
    lambda x: np.full_like(x, 7.0),
    lambda x: np.shape(x),
    lambda x: np.ndim(x),
    lambda x: np.size(x),
    lambda x: np.count_nonzero(x),
    lambda x: np.nonzero(x)[0],
    lambda x: np.where(x > 1)[1],
    lambda x: np.where(x)[0],
    lambda x: np.searchsorted(V, x[0]),
    lambda x: np.result_type(x, np.float32),
]


@pytest.mark.parametrize("form", PLAIN_FORMS)
def test_functions_without_a_derivative_give_plain_arrays(form: Form) -> None:
    expected = form(M)
    for x in (Tensor(M, requires_grad=True), Tensor(M)):
        result = form(x)
        assert type(result) is type(expected)
        np.testing.assert_array_equal(result, expected)


def test_nothing_is_both_plain_and_differentiable() -> None:
    assert not PLAIN & {*of_numpy}


# --- the methods of ufuncs ------------------------------------------------------------------------

METHODS: list[Form] = [
    lambda x: np.add.reduce(x),
    lambda x: np.add.reduce(x, axis=1, keepdims=True),
    lambda x: np.add.reduce(x, axis=None),
    lambda x: np.multiply.reduce(x, (0, 1)),
    lambda x: np.maximum.reduce(x, -1),
    lambda x: np.minimum.reduce(x),
    lambda x: np.logaddexp.reduce(x, 1),
    lambda x: np.add.accumulate(x),
    lambda x: np.add.accumulate(x, 1),
    lambda x: np.multiply.accumulate(x, 1),
    lambda x: np.multiply.outer(x, x),
    lambda x: np.subtract.outer(V, x),
    lambda x: np.power.outer(x, [1.0, 2.0]),
    lambda x: np.divide.outer(x, 2.0),
]


@pytest.mark.parametrize("form", METHODS)
def test_methods_of_ufuncs_that_mean_an_operation(form: Form) -> None:
    x = Tensor(M, requires_grad=True)
    result = form(x)
    assert isinstance(result, Tensor)
    assert result.dtype == form(M).dtype
    np.testing.assert_allclose(result.data, form(M), rtol=1e-12)
    gradcheck(form, M, order=2)


def test_methods_of_plain_ufuncs_give_plain_arrays() -> None:
    x = Tensor(M, requires_grad=True)
    np.testing.assert_array_equal(np.less.outer(x, V), np.less.outer(M, V))
    np.testing.assert_array_equal(np.logical_or.reduce(x > 1, axis=1), (M > 1).any(axis=1))
