"""Ties, zeros, infinities and equal elements: where reductions have no ordinary derivative."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinygrad_course.ops import reduction
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import gradcheck

INF = np.inf


def leaf(data, dtype=None):
    return Tensor(np.array(data, dtype=dtype), requires_grad=True)


def gradient(y, x):
    y.sum().backward()
    return x.grad.numpy().tolist()


@pytest.mark.parametrize("extreme", [np.max, np.min])
def test_extremes_share_among_ties(extreme):
    x = leaf([3.0, 3.0, 3.0, 3.0])
    assert gradient(extreme(x), x) == [0.25] * 4


def test_ties_are_shared_along_each_axis_by_itself():
    x = leaf([[1.0, 5.0, 5.0], [2.0, 0.0, 1.0]])
    assert gradient(x.max(axis=1), x) == [[0, 0.5, 0.5], [1, 0, 0]]
    x = leaf([[1.0, 5.0], [1.0, 2.0]])
    assert gradient(x.max(axis=0, keepdims=True), x) == [[0.5, 1], [0.5, 0]]


def test_ties_keep_float32():
    x = leaf([1.0, 1.0, 0.0], np.float32)
    x.max().backward()
    assert x.grad.dtype == np.float32


@pytest.mark.parametrize("axis", [None, 0])
def test_std_of_equal_elements_has_slope_zero(axis):
    x = leaf([[2.0, 2.0], [2.0, 2.0]])
    assert gradient(np.std(x, axis=axis), x) == [[0, 0], [0, 0]]


def test_std_with_some_equal_columns():
    x = leaf([[2.0, 1.0], [2.0, 3.0]])
    assert gradient(np.std(x, axis=0), x) == [[0, -0.5], [0, 0.5]]


@given(
    st.lists(st.sampled_from([0.0, 0.5, -2.0, 3.0]), min_size=1, max_size=4),
    st.sampled_from([None, 0, -1]),
)
@settings(deadline=None, derandomize=True, database=None, max_examples=40)
def test_prod_is_exact_at_zeros_to_second_order(values, axis):
    gradcheck(lambda x: x.prod(axis=axis), np.array(values), order=2)


@pytest.mark.parametrize("axis", [None, 0, 1, 2, (0, 2), (-1, 0), ()])
def test_prod_with_zeros_along_any_axes(axis):
    x = np.arange(12.0).reshape(2, 3, 2) / 5
    x[1, 0, 1] = 0
    gradcheck(lambda x: x.prod(axis=axis), x, order=2)


def test_prod_of_integers_beside_zero_keeps_float32():
    x = leaf([0.0, 2.0, 3.0], np.float32)
    assert gradient(x.prod(), x) == [6, 0, 0]
    assert x.grad.dtype == np.float32


@pytest.mark.parametrize(
    ("values", "result", "slope"),
    [
        ([0.0, -INF], 0, [1, 0]),
        ([1e4, 0.0], 1e4, [1, 0]),
        ([-1e4, -1e4], -1e4 + np.log(2), [0.5, 0.5]),
        ([3.0], 3, [1]),
    ],
)
def test_logsumexp_stays_finite(values, result, slope):
    x = leaf(values)
    y = reduction.logsumexp(x)
    assert y.item() == pytest.approx(result, rel=1e-12)
    assert gradient(y, x) == pytest.approx(slope)


@pytest.mark.parametrize("values", [[-INF, -INF], [INF, 0.0], [INF]])
def test_logsumexp_of_infinities_is_its_limit(values):
    assert reduction.logsumexp(np.array(values)) == max(values)


def test_logsumexp_over_rows_of_which_one_is_infinite():
    x = np.array([[0.0, 0.0], [-INF, -INF]])
    np.testing.assert_array_equal(reduction.logsumexp(x, axis=1), [np.log(2), -INF])


@pytest.mark.parametrize("axis", [0, -1, None])
def test_zero_dimensional_input(axis):
    x = leaf(3.0)
    assert gradient(x.sum(axis=axis), x) == 1
    x = leaf(3.0)
    assert gradient(x.cumsum(axis=axis), x) == 1


def test_cumsum_without_axis_flattens():
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    y = np.cumsum(x)
    assert y.shape == (4,)
    assert gradient(y, x) == [[4, 3], [2, 1]]


def test_names_of_numpy_arguments():
    x = leaf([1.0, 2.0, 4.0])
    np.testing.assert_allclose(np.var(x, ddof=1).data, np.var(x.data, ddof=1))
    np.testing.assert_allclose(np.std(x, correction=1).data, np.std(x.data, ddof=1))
