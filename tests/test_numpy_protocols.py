"""NumPy's own functions on Tensors: each accepted form agrees with NumPy, the rest is refused by name."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tinygrad_course import Tensor
from tinygrad_course.errors import DetachError, UnsupportedError
from tinygrad_course.numpy_protocols import PLAIN
from tinygrad_course.primitive import of_numpy

# From here on, np.reshape calls its shape "shape".
NUMPY_2_1 = np.lib.NumpyVersion(np.__version__) >= "2.1.0"
M = np.array([[0.6, 1.4, 0.9], [1.1, 0.7, 1.3]])
V = np.array([0.5, 1.5, 1.0])
Form = Callable[[Any], Any]
UFUNCS = [f for f in of_numpy if isinstance(f, np.ufunc) and f is not np.matmul]
REDUCTIONS = [np.sum, np.mean, np.prod, np.max, np.min, np.amax, np.amin, np.var, np.std]

FORMS: dict[Callable[..., Any], list[Form]] = {
    np.matmul: [lambda x: np.matmul(x, V), lambda x: np.matmul(V[:2], x)],
    np.clip: [
        lambda x: np.clip(x, 0.7, 1.2),
        lambda x: np.clip(x, None, 1.2),
        lambda x: np.clip(x, 0.7, None),
        lambda x: np.clip(x, a_min=0.7, a_max=1.2),
        lambda x: np.clip(a=x, a_max=V, a_min=None),
        lambda x: np.clip(M, x, 1.2),
    ],
    np.where: [
        lambda x: np.where(M > 1, x, 0.0),
        lambda x: np.where([[True], [False]], V, x),
        lambda x: np.where(True, x, x),
    ],
    np.dot: [lambda x: np.dot(x, V), lambda x: np.dot(V[:2], x), lambda x: np.dot(a=x, b=2.0)],
    np.outer: [lambda x: np.outer(x, V), lambda x: np.outer(a=V, b=x, out=None)],
    np.cumsum: [
        lambda x: np.cumsum(x),
        lambda x: np.cumsum(x, 1),
        lambda x: np.cumsum(a=x, axis=-1, dtype=None, out=None),
    ],
    np.reshape: [
        lambda x: np.reshape(x, (3, 2)),
        lambda x: np.reshape(x, -1),
        lambda x: np.reshape(x, (3, 2), "C"),
        *([lambda x: np.reshape(x, shape=[6], order="C", copy=None)] if NUMPY_2_1 else []),
    ],
    np.transpose: [
        lambda x: np.transpose(x),
        lambda x: np.transpose(x, (1, 0)),
        lambda x: np.transpose(a=x, axes=[1, 0]),
        lambda x: np.transpose(x, None),
    ],
    np.swapaxes: [lambda x: np.swapaxes(x, 0, 1), lambda x: np.swapaxes(a=x, axis1=-1, axis2=0)],
    np.moveaxis: [
        lambda x: np.moveaxis(x, 0, 1),
        lambda x: np.moveaxis(a=x, source=[0, 1], destination=[1, 0]),
    ],
    np.squeeze: [
        lambda x: np.squeeze(x[None]),
        lambda x: np.squeeze(x[None], 0),
        lambda x: np.squeeze(a=x[..., None], axis=(-1,)),
    ],
    np.expand_dims: [
        lambda x: np.expand_dims(x, 0),
        lambda x: np.expand_dims(a=x, axis=(0, -1)),
    ],
    np.broadcast_to: [
        lambda x: np.broadcast_to(x, (4, 2, 3)),
        lambda x: np.broadcast_to(array=x, shape=[1, 2, 3], subok=False),
    ],
    np.concatenate: [
        lambda x: np.concatenate([x, M]),
        lambda x: np.concatenate((V[None], x, x.tolist() if x is M else x), 0),
        lambda x: np.concatenate([x, M[:, :1]], axis=1),
        lambda x: np.concatenate([x, V], axis=None),
        lambda x: np.concatenate([M, x], axis=-1, out=None, dtype=None, casting="same_kind"),
        lambda x: np.concatenate([x, M.tolist()]),
    ],
    np.stack: [
        lambda x: np.stack([x, M]),
        lambda x: np.stack(arrays=(M, x, x), axis=-1),
        lambda x: np.stack([x, M.tolist()], 1, None),
    ],
    np.einsum: [
        lambda x: np.einsum("ij,j", x, V),
        lambda x: np.einsum("ij,kj->ik", M, x, optimize=True),
        lambda x: np.einsum("...j->...", x),
    ],
    **{
        f: [
            lambda x, f=f: f(x),
            lambda x, f=f: f(x, 0),
            lambda x, f=f: f(x, axis=-1, keepdims=True),
            lambda x, f=f: f(a=x, axis=(0, 1), keepdims=False),
            lambda x, f=f: f(x, axis=None, out=None),
        ]
        for f in REDUCTIONS
    },
}
FORMS[np.sum] += [lambda x: np.sum(x, None, None, None, False), lambda x: np.sum(x, 1, None)]
FORMS[np.var] += [lambda x: np.var(x, ddof=1), lambda x: np.var(x, 0, None, None, 1, True)]
FORMS[np.std] += [lambda x: np.std(x, correction=1), lambda x: np.std(x, axis=1, ddof=0)]
CASES = [
    pytest.param(form, id=f"{function.__name__}-{i}")
    for function, forms in FORMS.items()
    for i, form in enumerate(forms)
]


def test_every_numpy_function_that_has_a_rule_is_called_here() -> None:
    assert {*of_numpy} - {*UFUNCS} <= {*FORMS}


@pytest.mark.parametrize("form", CASES)
def test_each_form_agrees_with_numpy(form: Form) -> None:
    x = Tensor(M, requires_grad=True)
    result = form(x)
    expected = form(M)
    assert type(result) is Tensor
    assert result.requires_grad
    assert result.dtype == expected.dtype
    np.testing.assert_array_equal(result.data, expected)
    result.sum().backward()
    assert x.grad is not None
    assert x.grad.shape == x.shape
    untracked = form(Tensor(M))
    assert type(untracked) is Tensor
    assert not untracked.requires_grad


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda f: f.__name__)
def test_each_ufunc_agrees_with_numpy(ufunc: np.ufunc) -> None:
    x = Tensor(M, requires_grad=True)
    calls: list[Form] = (
        [lambda a: ufunc(a)]
        if ufunc.nin == 1
        else [
            lambda a: ufunc(a, a),
            lambda a: ufunc(a, V),
            lambda a: ufunc(V, a),
            lambda a: ufunc(a, 2),
        ]
    )
    for call in calls:
        result = call(x)
        assert type(result) is Tensor
        assert result.requires_grad
        np.testing.assert_array_equal(result.data, call(M))


# --- refused by name -----------------------------------------------------------------------------

REFUSED: dict[str, Form] = {
    "numpy.floor": lambda x: np.floor(x),
    "numpy.floor_divide": lambda x: np.floor_divide(2, x),
    "numpy.modf": lambda x: np.modf(x),
    "numpy.vstack": lambda x: np.vstack([x, x]),
    "numpy.median": lambda x: np.median(x),
    "numpy.linalg.det": lambda x: np.linalg.det(x),
    "numpy.linalg.norm": lambda x: np.linalg.norm(x),
    "numpy.fft.fft": lambda x: np.fft.fft(x),
    "numpy.add.reduce": lambda x: np.add.reduce(x),
    "numpy.multiply.outer": lambda x: np.multiply.outer(x, x),
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
