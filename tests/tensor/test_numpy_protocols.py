"""What happens when NumPy's functions meet Tensors; the accepted forms of each are in laws/calls."""

import operator

import numpy as np
import pytest

from tinygrad_course import Tensor
from tinygrad_course.errors import ChangedValueError, DetachError, UnsupportedError
from tinygrad_course.primitive import of_numpy
from tinygrad_course.tensor.numpy_surface import PLAIN
from tinygrad_course.testing import gradcheck

M = np.array([[0.6, 1.4, 0.9], [1.1, 0.7, 1.3]])
V = np.array([0.5, 1.5, 1.0])
UFUNCS = [f for f in of_numpy if isinstance(f, np.ufunc) and f.signature is None]


INSIDE_DOMAIN = {np.arcsin: M / 2, np.arccos: M / 2, np.arctanh: M / 2, np.arccosh: M + 1}


def calls_of(ufunc):
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
def test_each_ufunc_agrees_with_numpy(ufunc):
    values = INSIDE_DOMAIN.get(ufunc, M)
    x = Tensor(values, requires_grad=True)
    for call in calls_of(ufunc):
        result = call(x)
        assert type(result) is Tensor
        assert result.requires_grad
        np.testing.assert_array_equal(result.data, call(values))


# --- refused by name -----------------------------------------------------------------------------

REFUSED = {
    "numpy.subtract.reduce": lambda x: np.subtract.reduce(x),
    "numpy.multiply.reduceat": lambda x: np.multiply.reduceat(x, [0]),
    "numpy.logaddexp.accumulate": lambda x: np.logaddexp.accumulate(x),
    "numpy.fmax.reduce": lambda x: np.fmax.reduce(x),
}
REFUSED_ARGUMENTS = {
    r"numpy.sum: out=": lambda x: np.sum(x, out=np.zeros(())),
    r"numpy.max: out=": lambda x: np.max(x, out=np.zeros(()), initial=0.0),
    r"numpy.std: out=": lambda x: np.std(x, out=np.zeros(()), mean=1.0),
    r"numpy.median: out=": lambda x: np.median(x, out=np.zeros(())),
    r"numpy.add.outer: dtype=": lambda x: np.add.outer(x, x, dtype=np.float32),
    r"numpy.add: where=": lambda x: np.add(x, 1.0, where=M > 1),
    r"numpy.add: dtype=": lambda x: np.add(x, 1.0, dtype=np.float32),
    r"numpy.dot: out=": lambda x: np.dot(x, V, np.zeros(2)),
    r"numpy.reshape: order=": lambda x: np.reshape(x, -1, order="F"),
    r"numpy.stack: dtype=": lambda x: np.stack([x], dtype=np.float32),
    r"numpy.concatenate: axis, out|numpy.concatenate: out=": lambda x: np.concatenate(
        [x], 0, np.zeros((2, 3))
    ),
    r"numpy.einsum: out=": lambda x: np.einsum("ij->i", x, out=np.zeros(2)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_function_without_a_rule_is_refused_by_name(name):
    with pytest.raises(UnsupportedError) as caught:
        REFUSED[name](Tensor(M, requires_grad=True))
    message = str(caught.value)
    assert message.startswith(f"{name} ")
    assert ".detach()" in message
    assert "@primitive" in message
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize("message", REFUSED_ARGUMENTS)
def test_an_argument_that_no_rule_covers_is_refused_by_name(message):
    with pytest.raises(UnsupportedError, match=message) as caught:
        REFUSED_ARGUMENTS[message](Tensor(M, requires_grad=True))
    assert "einsum: give" in message or "not supported" in str(caught.value)


LOST = {
    "numpy.subtract": lambda a, t: operator.isub(a, t),
    "numpy.add": lambda a, t: np.add(1.0, t, out=a),
    "numpy.exp": lambda a, t: np.exp(t, a),
    "numpy.modf": lambda a, t: np.modf(t, a, np.zeros(3)),
    "numpy.add.at": lambda a, t: np.add.at(a, [0, 1, 2], t),
    "numpy.add.reduce": lambda a, t: np.add.reduce(t, axis=(), out=a),
    "numpy.copyto": lambda a, t: np.copyto(a, t),
    "numpy.put": lambda a, t: np.put(a, v=t, ind=[0, 1, 2]),
    "numpy.place": lambda a, t: np.place(a, [1, 1, 1], t),
    "numpy.putmask": lambda a, t: np.putmask(a, [1, 1, 1], t),
    "numpy.put_along_axis": lambda a, t: np.put_along_axis(a, np.arange(3), t, 0),
}
"""Writes of a tensor into an array."""


@pytest.mark.parametrize("kind", ["an array", "the data of a tensor"])
@pytest.mark.parametrize("name", LOST)
def test_an_array_does_not_swallow_a_gradient(name, kind):
    array = np.ones(3) if kind == "an array" else Tensor(np.ones(3), requires_grad=True).data
    with pytest.raises(
        UnsupportedError, match=rf"^{name} would write .*'x' .*gradient.*\.detach\(\)"
    ):
        LOST[name](array, Tensor(V, requires_grad=True, name="x"))
    np.testing.assert_array_equal(array, np.ones(3))


@pytest.mark.parametrize("write", LOST.values(), ids=LOST)
def test_an_array_takes_an_untracked_tensor(write):
    array, expected = np.ones(3), np.ones(3)
    w = Tensor(np.ones(3), requires_grad=True, name="w")
    y = (w * w).sum()
    write(array, Tensor(V))
    write(w.data, Tensor(V))
    write(expected, V)
    np.testing.assert_array_equal(array, expected)
    np.testing.assert_array_equal(w.data, expected)
    with pytest.raises(ChangedValueError, match="'w'"):
        y.backward()


def test_an_augmented_array_stays_itself():
    before = array = np.ones(3)
    array -= Tensor(V)
    assert array is before


@pytest.mark.parametrize(
    "write",
    [
        lambda w: np.all(Tensor([[True, False, True]]), axis=0, out=w),
        lambda w: np.any(Tensor([[True, False, True]]), 0, w),
        lambda w: np.argmax(np.ones((3, 3)), axis=0, out=w),
        lambda w: np.greater(np.ones(3), 0, out=w),
        lambda w: np.add(np.ones(3), 0, w),
        lambda w: np.modf(np.ones(3), np.zeros(3), w),
        lambda w: np.add.reduce(np.ones((2, 3)), out=w),
        lambda w: np.add.at(w, [0], 1.0),
        lambda w: np.copyto(w, np.zeros(3)),
        lambda w: np.put(a=w, ind=[0], v=[9.0]),
        lambda w: np.fill_diagonal(w, 9.0),
    ],
)
@pytest.mark.parametrize("requires_grad", [False, True])
def test_nothing_is_written_into_a_tensor(write, requires_grad):
    w = Tensor(V, requires_grad=requires_grad, name="w")
    with pytest.raises(UnsupportedError, match=r"can't write into tensor 'w' .*\.data"):
        write(w)
    np.testing.assert_array_equal(w.data, V)


def test_a_plain_result_may_be_written_into_an_array():
    tracked, found = Tensor(M, requires_grad=True), np.zeros((2, 3), dtype=bool)
    assert np.greater(tracked, 1.0, out=found) is found
    np.testing.assert_array_equal(found, M > 1)


def test_conversions_do_not_lose_a_gradient_in_silence():
    array, tracked = np.ones(3), Tensor(V, requires_grad=True)
    for convert in (np.asarray, np.array, np.float64, Tensor):
        with pytest.raises(DetachError, match=r"\.detach\(\)"):
            convert(tracked)
    with pytest.raises(DetachError):
        np.array([tracked, tracked])
    with pytest.raises(DetachError):
        array[:] = tracked
    np.testing.assert_array_equal(array, np.ones(3))
    np.testing.assert_array_equal(np.asarray(Tensor(V), dtype=np.float32), V.astype(np.float32))


# --- plain arrays out ----------------------------------------------------------------------------

PLAIN_FORMS = [
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
def test_functions_without_a_derivative_give_plain_arrays(form):
    expected = form(M)
    for x in (Tensor(M, requires_grad=True), Tensor(M)):
        result = form(x)
        assert type(result) is type(expected)
        np.testing.assert_array_equal(result, expected)


def test_nothing_is_both_plain_and_differentiable():
    assert not PLAIN & {*of_numpy}


# --- the methods of ufuncs ------------------------------------------------------------------------

METHODS = [
    lambda x: np.add.reduce(x),
    lambda x: np.add.reduce(x, axis=1, keepdims=True),
    lambda x: np.add.reduce(x, axis=None),
    lambda x: np.multiply.reduce(x, (0, 1)),
    lambda x: np.maximum.reduce(x, -1),
    lambda x: np.minimum.reduce(x),
    lambda x: np.logaddexp.reduce(x, 1),
    lambda x: np.add.accumulate(x),
    lambda x: np.add.accumulate(x, 1),
    lambda x: np.add.accumulate(x, axis=1, dtype=np.float64),
    lambda x: np.maximum.accumulate(x),
    lambda x: np.minimum.accumulate(x, 1),
    lambda x: np.maximum.accumulate(x, axis=-1, dtype=np.float64),
    lambda x: np.add.reduceat(x, [0, 2, 1, 1], axis=1),
    lambda x: np.add.reduceat(x, np.array([1, 0]), 0, np.float64),
    *(
        lambda x, ufunc=ufunc, arguments=arguments: ufunc.reduce(x, **arguments)
        for ufunc in (np.add, np.multiply, np.maximum, np.minimum, np.logaddexp, np.logaddexp2)
        for arguments in (
            {"dtype": np.float64, "keepdims": True},
            {"axis": 1, "initial": 0.3},
            {"axis": (0, 1), "initial": 1.25, "where": M > 1, "keepdims": True},
            {"axis": None, "initial": 0.3, "where": [True, False, True], "dtype": np.float64},
        )
    ),
    lambda x: np.logaddexp.reduce(x, where=M > 1),
    lambda x: np.multiply.accumulate(x, 1),
    lambda x: np.multiply.outer(x, x),
    lambda x: np.subtract.outer(V, x),
    lambda x: np.power.outer(x, [1.0, 2.0]),
    lambda x: np.divide.outer(x, 2.0),
]


@pytest.mark.parametrize("form", METHODS)
def test_methods_of_ufuncs_that_mean_an_operation(form):
    x = Tensor(M, requires_grad=True)
    result = form(x)
    assert isinstance(result, Tensor)
    assert result.dtype == form(M).dtype
    np.testing.assert_allclose(result.data, form(M), rtol=1e-12)
    gradcheck(form, M, order=2)


def test_methods_of_plain_ufuncs_give_plain_arrays():
    x = Tensor(M, requires_grad=True)
    np.testing.assert_array_equal(np.less.outer(x, V), np.less.outer(M, V))
    np.testing.assert_array_equal(np.logical_or.reduce(x > 1, axis=1), (M > 1).any(axis=1))
