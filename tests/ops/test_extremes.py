"""Ties, edges and unused branches."""

import numpy as np
import pytest

from tinygrad_course.ops import extremes
from tinygrad_course.tensor import Tensor


def leaf(data, dtype=None):
    return Tensor(np.array(data, dtype=dtype), requires_grad=True)


def gradients(y, *leaves):
    y.sum().backward()
    return [x.grad.numpy().tolist() for x in leaves]


@pytest.mark.parametrize("function", [np.maximum, np.minimum])
def test_extremes_split_ties_equally(function):
    x, y = leaf([1.0, 2.0]), leaf([1.0, 2.0])
    assert gradients(function(x, y), x, y) == [[0.5, 0.5], [0.5, 0.5]]


def test_maximum_of_a_tensor_with_itself_keeps_the_whole_cotangent():
    x = leaf([1.0, -2.0])
    assert gradients(np.maximum(x, x), x) == [[1, 1]]


def test_clip_passes_at_its_edges():
    x = leaf([-1.0, 0.0, 0.5, 1.0, 2.0])
    assert gradients(x.clip(0, 1), x) == [[0, 1, 1, 1, 0]]


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
    x, low, high = leaf([0.5, 2.5, 4.0]), leaf(3.0), leaf(1.0)
    y = extremes.clip(x, low, high)
    np.testing.assert_array_equal(y.data, np.clip(x.data, 3.0, 1.0))
    assert gradients(y, x, low, high) == [[0, 0, 0], 0, 3]


def test_where_passes_to_the_chosen_side_alone():
    x, y = leaf([1.0, 2.0]), leaf(5.0)
    assert gradients(np.where(np.array([True, False]), x, y), x, y) == [[1, 0], 1]


def test_where_shields_an_infinite_slope_with_a_safe_argument():
    x = leaf([0.0, 4.0])
    safe = np.where(x.data > 0, x, 1.0)
    assert gradients(np.where(x.data > 0, np.sqrt(safe), 0.0), x) == [[0, 0.25]]
