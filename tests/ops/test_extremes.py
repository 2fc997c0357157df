"""Ties, edges and unused branches."""

from itertools import product

import numpy as np
import pytest

from tests.tensors import gradients, leaf
from tinygrad_course import jvp
from tinygrad_course.errors import UnsupportedError
from tinygrad_course.ops import extremes

# Of two NaNs the others make the result; NumPy warns of a row without a number.
BOTH = (np.maximum, np.minimum)


@pytest.mark.parametrize("function", [np.maximum, np.minimum])
def test_extremes_split_ties_equally(function):
    x, y = leaf([1.0, 2.0]), leaf([1.0, 2.0])
    assert gradients(function(x, y), x, y) == [[0.5, 0.5], [0.5, 0.5]]


@pytest.mark.parametrize("function", [np.maximum, np.minimum, np.fmax, np.fmin])
def test_ties_are_split_element_by_element_and_forward_as_well(function):
    x, y = leaf([1.0, 2.0, 3.0]), leaf([1.0, 2.0, 3.0])
    function(x, y).backward([2.0, 4.0, 6.0])
    assert x.grad.numpy().tolist() == y.grad.numpy().tolist() == [1, 2, 3]
    v, w = np.array([1.0, 2.0, 3.0]), np.array([5.0, 0.0, 5.0])
    _, slope = jvp(function, (x.data, y.data), (v, w))
    assert slope.tolist() == [3, 1, 4]


def test_maximum_of_a_tensor_with_itself_keeps_the_whole_cotangent():
    x = leaf([1.0, -2.0])
    assert gradients(np.maximum(x, x), x) == [[1, 1]]


@pytest.mark.parametrize("function", [np.fmax, np.fmin])
def test_fmax_and_fmin_pass_to_what_is_a_number(function):
    nan = np.nan
    x, y = leaf([nan, 1.0, nan, 2.0]), leaf([1.0, nan, nan, 2.0])
    z = function(x, y)
    np.testing.assert_array_equal(z.data, [1, 1, nan, 2])
    assert gradients(z, x, y) == [[0, 1, 0.5, 0.5], [1, 0, 0.5, 0.5]]


def test_cotangents_go_to_what_is_a_number_whatever_they_are():
    x, y = leaf([np.nan, np.nan]), leaf([1.0, np.nan])
    np.fmax(x, y).backward([3.0, 4.0])
    assert (x.grad.data.tolist(), y.grad.data.tolist()) == ([0, 2], [3, 2])


@pytest.mark.parametrize("function", [np.maximum, np.minimum])
def test_a_result_that_is_nothing_but_nan_passes_to_the_nan(function):
    x, y = leaf([np.nan]), leaf([1.0])
    assert gradients(function(x, y), x, y) == [[1], [0]]


def test_fmax_is_maximum_where_all_are_numbers():
    x = np.array([[-1.0, 2.0], [0.5, 0.5]])
    for function, other in ((np.fmax, np.maximum), (np.fmin, np.minimum)):
        a, b = leaf(x), leaf(x)
        assert gradients(function(a, 0.5), a) == gradients(other(b, 0.5), b)


def test_nan_to_num_passes_where_numbers_are_finite():
    x = leaf([np.nan, 1.0, np.inf, -np.inf, -2.0])
    z = np.nan_to_num(x, nan=3.0, neginf=-9.0)
    np.testing.assert_array_equal(z.data, [3, 1, np.finfo(float).max, -9, -2])
    assert gradients(z, x) == [[0, 1, 0, 0, 1]]


def test_nan_to_num_stops_gradients_that_are_no_numbers():
    x = leaf([np.nan, 2.0])
    z = np.nan_to_num(x)
    z.backward(np.array([np.nan, 5.0]))
    np.testing.assert_array_equal(x.grad.data, [0, 5])
    with pytest.raises(UnsupportedError, match="copy="):
        np.nan_to_num(x, copy=False)


def test_clip_passes_at_its_edges():
    x, low, high = leaf([-1.0, 0.0, 0.5, 1.0, 2.0]), leaf(0.0), leaf(1.0)
    assert gradients(x.clip(low, high), x, low, high) == [[0, 1, 1, 1, 0], 1, 1]


def test_clip_between_equal_bounds_is_between_them_as_well():
    x, low, high = leaf([-1.0, 0.5, 2.0]), leaf(0.5), leaf(0.5)
    assert gradients(x.clip(low, high), x, low, high) == [[0, 1, 0], 1, 1]


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [((None, 1.0), [1, 1, 0]), ((0.0, None), [0, 1, 1]), ((None, None), [1, 1, 1])],
)
def test_clip_with_one_bound_or_none(bounds, expected):
    x = leaf([-1.0, 0.5, 2.0])
    assert gradients(extremes.clip(x, *bounds), x) == [expected]


def test_clip_takes_bounds_by_name_or_not_at_all():
    x, low = leaf([-1.0, 0.5]), leaf(0.0)
    assert gradients(extremes.clip(x, a_min=low), x, low) == [[0, 1], 1]
    assert gradients(np.clip(x, low, None), low) == [2]
    assert extremes.clip(np.array([3.0]), a_max=1.0) == 1


def test_clip_with_crossed_bounds_follows_numpy():
    x, low, high = leaf([0.5, 1.0, 2.5, 4.0]), leaf(3.0), leaf(1.0)
    y = extremes.clip(x, low, high)
    np.testing.assert_array_equal(y.data, np.clip(x.data, 3.0, 1.0))
    assert gradients(y, x, low, high) == [[0, 0, 0, 0], 0, 4]


def test_where_passes_to_the_chosen_side_alone():
    x, y = leaf([1.0, 2.0]), leaf(5.0)
    assert gradients(np.where(np.array([True, False]), x, y), x, y) == [[1, 0], 1]


def test_where_shields_an_infinite_slope_with_a_safe_argument():
    x = leaf([0.0, 4.0])
    safe = np.where(x.data > 0, x, 1.0)
    assert gradients(np.where(x.data > 0, np.sqrt(safe), 0.0), x) == [[0, 0.25]]


@pytest.mark.parametrize(
    ("function", "reduction"),
    [
        (np.maximum, np.max),
        (np.minimum, np.min),
        (np.fmax, np.nanmax),
        (np.fmin, np.nanmin),
    ],
)
def test_they_split_as_the_extremes_along_an_axis_do(function, reduction):
    values = [-np.inf, -1.0, -0.0, 0.0, 2.0, np.inf, np.nan]
    pairs = np.array(
        [p for p in product(values, values) if p.count(np.nan) < 2 or function in BOTH]
    )
    x, y, both = leaf(pairs[:, 0]), leaf(pairs[:, 1]), leaf(pairs)
    g = np.arange(1.0, len(pairs) + 1)
    function(x, y).backward(g)
    reduction(both, axis=1).backward(g)
    np.testing.assert_array_equal(np.stack([x.grad.data, y.grad.data], axis=1), both.grad.data)
