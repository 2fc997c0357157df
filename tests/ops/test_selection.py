"""Choices, diagonals and triangles: who gets the gradient, and what NumPy finds fault with."""

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course.tensor import Tensor

X = np.arange(6.0).reshape(2, 3) / 7


def test_the_first_true_condition_gets_the_gradient():
    x, y = (leaf(np.ones(3)) for _ in range(2))
    first, second = np.array([True, False, False]), np.array([True, True, False])
    np.select([first, second], [x, y]).sum().backward()
    assert x.grad.data.tolist() == [1, 0, 0]
    assert y.grad.data.tolist() == [0, 1, 0]


def test_numbers_among_the_choices_leave_single_precision():
    x = leaf(X, np.float32)
    assert np.select([X > 0.6, X > 0.3], [2.0, x], 1).dtype == np.float32
    assert np.choose(np.array([0, 1, 0]), [x, 2.0]).dtype == np.float32


@pytest.mark.parametrize(
    ("choose", "message"),
    [
        (lambda x: np.select([X > 0], [x, x]), "same length"),
        (lambda x: np.select([X], [x]), "boolean"),
        (lambda x: np.choose([0, 2, 1], x), "invalid entry"),
        (lambda x: np.choose([0, 1, 1], x, mode="x"), "clipmode"),
        (lambda x: np.compress([[1, 0]], x), "1-d"),
        (lambda x: np.diagonal(x[0]), "two dimensions"),
        (lambda x: np.linalg.trace(x[0]), "two dimensions"),
        (lambda x: np.diag(x[None]), "1- or 2-d"),
    ],
)
def test_it_finds_fault_as_numpy_does(choose, message):
    for x in (X, leaf(X)):
        with pytest.raises((ValueError, TypeError), match=message):
            choose(x)


def test_numbers_of_choices_may_be_a_tensor():
    a = Tensor(np.array([1, 0, 1]))
    np.testing.assert_array_equal(a.choose(Tensor(X)).data, np.choose(a.data, X))
    np.testing.assert_array_equal(np.choose(a, X), np.choose(a.data, X))


@pytest.mark.parametrize("k", range(-3, 4))
def test_diag_of_diag_is_the_vector(k):
    v = np.array([1.0, np.inf, np.nan])
    x = leaf(v)
    y = np.diag(np.diag(x, k), k)
    np.testing.assert_array_equal(y.data, v)
    y.backward(np.ones(3))
    assert x.grad.data.tolist() == [1, 1, 1]


@pytest.mark.parametrize("triangle", [np.tril, np.triu])
def test_what_is_cut_off_does_not_matter(triangle):
    """Not even infinities, which times 0 would be NaN."""
    kept = triangle(np.ones((3, 3), dtype=bool))
    x = leaf(np.where(kept, 1.0, np.inf))
    triangle(x).sum().backward()
    np.testing.assert_array_equal(x.grad.data, kept)


def test_methods_without_a_derivative_give_plain_arrays():
    x = leaf(X)
    np.testing.assert_array_equal(x.nonzero(), X.nonzero())
    np.testing.assert_array_equal(x[0].searchsorted(x[1], side="right"), [3, 3, 3])
