"""Norms at zero, ties, and orders that there are not."""

import numpy as np
import pytest

from tests.tensors import gradient, gradients, leaf
from tinygrad_course import Tensor, hessian
from tinygrad_course.errors import DegenerateError
from tinygrad_course.testing import gradcheck


@pytest.mark.parametrize("ord", [None, 2, 1, 3, 1.5, 0.5, np.inf, -np.inf])
def test_the_subgradient_of_a_vectors_norm_at_zero_is_zero(ord):
    x = leaf([0.0, 0.0])
    assert gradients(np.linalg.norm(x, ord), x) == [[0, 0]]


@pytest.mark.parametrize("ord", ["fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf])
def test_the_subgradient_of_a_matrixs_norm_at_zero_is_zero(ord):
    x = leaf(np.zeros((2, 3)))
    assert gradients(np.linalg.norm(x, ord), x) == [[[0, 0, 0], [0, 0, 0]]]


@pytest.mark.parametrize("ord", [1, 1.5, 0.5])
def test_the_subgradient_at_an_element_that_is_zero_is_zero(ord):
    x = leaf([0.0, 3.0])
    assert gradients(np.linalg.norm(x, ord), x) == [pytest.approx([0, 1])]


def test_second_derivatives_beside_a_zero():
    gradcheck(lambda x: np.linalg.norm(x, 3), np.array([0.0, 3.0, -2.0]), order=2)
    gradcheck(np.linalg.norm, np.array([0.0, 3.0, -2.0]), order=2)


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_a_negative_order_is_flat_beside_a_zero():
    x = leaf([0.0, 3.0])
    assert gradients(np.linalg.norm(x, -1), x) == [[0, 0]]


def test_equal_largest_ones_split():
    x = leaf([3.0, -3.0, 1.0])
    assert gradients(np.linalg.norm(x, np.inf), x) == [[0.5, -0.5, 0]]
    x = leaf(np.eye(2))
    np.testing.assert_allclose(gradient(np.linalg.norm(x, 2), x), np.eye(2) / 2, atol=1e-15)


def test_order_zero_counts_and_is_plain():
    count = np.linalg.norm(leaf([[0.0, 3.0], [1.0, 2.0]]), 0, axis=1)
    assert isinstance(count, np.ndarray)
    assert count.tolist() == [1, 2]


@pytest.mark.parametrize("ord", [None, 1, 2, np.inf])
def test_the_norm_of_nothing_is_zero(ord):
    assert np.linalg.norm(leaf([]), ord).item() == 0
    assert np.linalg.norm(leaf(np.zeros((0, 2))), ord).item() == 0


def test_the_norm_of_integers_is_a_float():
    assert np.linalg.norm(Tensor([3, -4]), 1).dtype == float


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: np.linalg.norm(x[0], "fro"), "Invalid norm order 'fro' for vectors"),
        (lambda x: np.linalg.norm(x, 3), "Invalid norm order for matrices"),
        (lambda x: np.linalg.norm(x[None], 2), "Improper number of dimensions"),
        (lambda x: np.linalg.norm(x, axis=(0, -2)), "axis"),
        (lambda x: np.linalg.norm(x, 2, axis=(0, 2)), "out of bounds"),
    ],
)
def test_what_is_no_norm_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(leaf(np.ones((2, 2))))


def test_the_condition_of_a_singular_matrix_has_no_gradient():
    x = leaf(np.diag([2.0, 0.0]))
    with pytest.raises(DegenerateError, match="singular"):
        np.linalg.cond(x)
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        np.linalg.cond(x, 1)
    assert gradients(np.linalg.cond(x, -2), x) == [[[0, 0], [0, 0]]]


@pytest.mark.parametrize(
    "f",
    [
        *(lambda x, ord=ord: np.linalg.norm(x, ord) for ord in (None, 2, 1, 3, 1.5, np.inf)),
        lambda x: np.hypot(x[0], x[1]),
        lambda x: np.std(x),
        lambda x: np.nanstd(x),
        lambda x: np.linalg.norm(x.reshape(1, 2)),
    ],
)
def test_where_the_subgradient_is_zero_so_are_its_derivatives(f):
    np.testing.assert_array_equal(hessian(f)(np.zeros(2)), np.zeros((2, 2)))
