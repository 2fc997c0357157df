"""Kinks and corners of the elementwise rules; the laws cover the rest."""

import numpy as np
import pytest

from tinygrad_course.errors import ShapeError
from tinygrad_course.ops import arithmetic
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import gradcheck


def leaf(data, dtype=None):
    return Tensor(np.array(data, dtype=dtype), requires_grad=True)


def gradients(y, *leaves):
    y.sum().backward()
    return [x.grad.numpy().tolist() for x in leaves]


def test_slope_of_abs_at_zero_is_zero():
    x = leaf([-2.0, 0.0, 3.0])
    assert gradients(abs(x), x) == [[-1, 0, 1]]


def test_slope_of_sign_is_zero_everywhere():
    x = leaf([-2.0, 0.0, 3.0])
    assert gradients(np.sign(x), x) == [[0, 0, 0]]


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
    assert gradients(arithmetic.clip(x, *bounds), x) == [expected]


def test_clip_takes_bounds_by_name_or_not_at_all():
    x, low = leaf([-1.0, 0.5]), leaf(0.0)
    assert gradients(arithmetic.clip(x, a_min=low), x, low) == [[0, 1], 1]
    assert gradients(np.clip(x, low, None), low) == [2]
    assert arithmetic.clip(np.array([3.0]), a_max=1.0) == 1


def test_clip_with_crossed_bounds_follows_numpy():
    x, low, high = leaf([0.5, 2.5, 4.0]), leaf(3.0), leaf(1.0)
    y = arithmetic.clip(x, low, high)
    np.testing.assert_array_equal(y.data, np.clip(x.data, 3.0, 1.0))
    assert gradients(y, x, low, high) == [[0, 0, 0], 0, 3]


def test_power_at_zero_base():
    x = leaf([0.0, 0.0, 0.0])
    assert gradients(x ** np.array([0.0, 1.0, 2.0]), x) == [[0, 1, 0]]


@pytest.mark.parametrize("exponent", [0, 0.0, np.float32(0), np.zeros(2)])
def test_power_zero_has_slope_zero(exponent):
    x = leaf([0.0, -1.5])
    assert gradients(x**exponent, x) == [[0, 0]]


def test_power_of_a_negative_base():
    x = np.array([-1.5, -0.5])
    gradcheck(lambda x: x**3, x, order=2)
    gradcheck(lambda x: x**-2.0, x, order=2)
    base, exponent = leaf([-2.0]), leaf([3.0])
    assert gradients(base**exponent, base, exponent) == [[12], [0]]


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, -1, 0.5])
def test_power_to_a_number_keeps_float32(exponent):
    x = leaf([0.5, 2.0], np.float32)
    y = x**exponent
    y.sum().backward()
    assert y.dtype == x.grad.dtype == np.float32


def test_second_order_of_powers_at_zero():
    gradcheck(lambda x: x**2, np.array([0.0, 1.0]), order=2)
    gradcheck(lambda x: x**3, np.array([0.0, 1.0]), order=2)


def test_where_passes_to_the_chosen_side_alone():
    x, y = leaf([1.0, 2.0]), leaf(5.0)
    assert gradients(np.where(np.array([True, False]), x, y), x, y) == [[1, 0], 1]


def test_where_shields_an_infinite_slope_with_a_safe_argument():
    x = leaf([0.0, 4.0])
    safe = np.where(x.data > 0, x, 1.0)
    assert gradients(np.where(x.data > 0, np.sqrt(safe), 0.0), x) == [[0, 0.25]]


def test_shapes_that_do_not_broadcast_are_named():
    a, b = Tensor(np.ones((2, 3)), name="a"), Tensor(np.ones(4), requires_grad=True, name="b")
    for operation in (np.add, np.multiply, np.maximum):
        with pytest.raises(ShapeError, match=r"'a' \(2, 3\) and 'b' \(4,\)"):
            operation(a, b)
