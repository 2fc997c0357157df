"""A list of tensors where NumPy takes an array is one tensor, or a message says np.stack."""

import math

import numpy as np
import pytest

import tinygrad_course as tg
from tinygrad_course import Tensor
from tinygrad_course.errors import DetachError, NotRecordedError
from tinygrad_course.testing import gradcheck

S, V, M = np.array(2.0), np.array([1.0, 2.5]), np.array([[1.0, 0.5], [0.25, 2.0]])

# Functions of a number s, a vector v and a matrix m, which put s into lists.
TAKEN = {
    "an operator": lambda s, v, m: v * [s, s],
    "a reflected operator": lambda s, v, m: [s, 1.0] - v,
    "a ufunc": lambda s, v, m: np.hypot([s, 1.0], v),
    "a list of lists": lambda s, v, m: m @ [[s, 1.0], [0.0, s]],
    "a list of vectors": lambda s, v, m: m * [v, v * s],
    "np.append": lambda s, v, m: np.append(v, [s]),
    "np.append, first": lambda s, v, m: np.append([s], v),
    "np.where": lambda s, v, m: np.where([True, False], [s, s], v),
    "np.dot": lambda s, v, m: np.dot([s, 3.0], v),
    "np.concatenate": lambda s, v, m: np.concatenate([[s], v]),
    "np.stack": lambda s, v, m: np.stack([[s, 1.0], v]),
    "np.outer": lambda s, v, m: np.outer([s, 1.0], v),
    "np.cross": lambda s, v, m: np.cross(np.append(v, 1.0), [s, 2.0, 3.0]),
    "np.interp": lambda s, v, m: np.interp([s - 0.8], [1.0, 3.0], v),
    "np.insert": lambda s, v, m: np.insert(v, 1, [s]),
    "np.clip": lambda s, v, m: np.clip(v, [s, s], 3.0),
    "np.linalg.solve": lambda s, v, m: np.linalg.solve(m, [s, 1.0]),
    "np.einsum": lambda s, v, m: np.einsum("i,i->", v, [s, 1.0]),
    "a layer": lambda s, v, m: tg.nn.functional.linear([[s, 1.0]], m),
    "a primitive": lambda s, v, m: tg.sigmoid([s, s]),
}


def with_arrays(f):
    """f, with lists of numbers made arrays where Python has no operators of its own for them."""
    return f(S, V, M)


@pytest.mark.parametrize("f", TAKEN.values(), ids=TAKEN)
def test_it_counts_as_one_tensor(f):
    s, v, m = (Tensor(x, requires_grad=True) for x in (S, V, M))
    result = f(s, v, m)
    assert isinstance(result, Tensor)
    np.testing.assert_allclose(result.data, with_arrays(f))
    gradcheck(lambda *x: f(*x), S, V, M)
    untracked = f(*map(Tensor, (S, V, M)))
    assert isinstance(untracked, Tensor)
    assert not untracked.requires_grad


SUBLISTS = {
    "a product": lambda m, v: np.einsum(m, [0, 1], v, [1], [0]),
    "implicit": lambda m, v: np.einsum(m, [1, 0]),
    "a diagonal": lambda m, v: np.einsum(m, [3, 3]),
    "with an ellipsis": lambda m, v: np.einsum(m, [..., 0], v, [0], [...]),
    "letters beyond z": lambda m, v: np.einsum(m, [30, 51], v, [51], [30]),
    "to a number": lambda m, v: np.einsum(v, [7], v, [7], []),
}


@pytest.mark.parametrize("f", SUBLISTS.values(), ids=SUBLISTS)
def test_einsum_in_its_other_form(f):
    result = f(Tensor(M, requires_grad=True), Tensor(V))
    np.testing.assert_allclose(result.data, f(M, V))
    gradcheck(f, M, V)


# Where NumPy does not ask, and takes each tensor for a number.
LOST = {
    "np.array": lambda y: np.array([y[0], 2 * y[1]]),
    "np.asarray": lambda y: np.asarray([y, y]),
    "np.mean": lambda y: np.mean([y[0], y[1]]),
    "np.max": lambda y: np.max([y, y]),
    "np.r_": lambda y: np.r_[y, y],
    "np.full": lambda y: np.full(2, y[0]),
    "Tensor": lambda y: Tensor([y[0], y[1]]),
    "float": lambda y: float(y[0]),
    "math": lambda y: math.sqrt(y[0]),
}


@pytest.mark.parametrize("f", LOST.values(), ids=LOST)
def test_where_numpy_does_not_ask_the_message_names_stack(f):
    with pytest.raises(DetachError, match=r"np\.stack\(\[\.\.\.\]\)"):
        f(Tensor(V, requires_grad=True))


def test_a_write_into_a_plain_array_says_so_too():
    a, y = np.zeros(2), Tensor(V, requires_grad=True)
    with pytest.raises((DetachError, ValueError)) as caught:
        a[0] = y[0]
    said = f"{caught.value} {caught.value.__cause__}"
    assert "np.stack" in said
    assert not a.any()


def test_the_way_out_that_the_message_names_works():
    np.testing.assert_array_equal(
        tg.grad(lambda y: np.stack([y[0], 2 * y[1]]).sum())(V), [1.0, 2.0]
    )


@pytest.mark.parametrize("made", [list, tuple])
def test_a_function_that_returns_a_list_is_told_to_return_one_tensor(made):
    with pytest.raises(NotRecordedError, match=r"returned a (list|tuple).*np\.stack"):
        tg.grad(lambda y: made([y[0], y[1]]))(V)


def test_a_function_whose_result_does_not_depend_smoothly_is_told_the_truth():
    with pytest.raises(NotRecordedError, match=r"np\.where\(x > 0, 1\.0, 0\.0\)") as caught:
        tg.grad(lambda y: np.where(y > 0, 1.0, 0.0).sum())(V)
    assert "no Tensor" not in str(caught.value)
