"""Kinks and corners of the elementwise rules; the laws cover the rest."""

import numpy as np
import pytest

from tests.tensors import gradients, leaf
from tinygrad_course import grad
from tinygrad_course.errors import ShapeError
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import gradcheck


def test_slope_of_abs_at_zero_is_zero():
    x = leaf([-2.0, 0.0, 3.0])
    assert gradients(abs(x), x) == [[-1, 0, 1]]


def test_slope_of_fabs_at_zero_is_zero():
    x = leaf([-2.0, 0.0, -0.0, 3.0])
    assert gradients(np.fabs(x), x) == [[-1, 0, 0, 1]]


def test_fabs_of_whole_numbers_is_floating_point():
    assert np.fabs(Tensor([-1, 2])).dtype == np.float64


def test_copysign_knows_negative_zero():
    x, y = leaf([3.0, 3.0, -3.0, 0.0, -0.0]), leaf([0.0, -0.0, -0.0, -1.0, 2.0])
    z = np.copysign(x, y)
    np.testing.assert_array_equal(z.data, [3, -3, -3, 0, 0])
    assert gradients(z, x, y) == [[1, -1, 1, 0, 0], [0, 0, 0, 0, 0]]


@pytest.mark.parametrize("function", [np.remainder, np.fmod])
def test_remainders_at_a_jump_have_the_slopes_beside_it(function):
    x, y = leaf([6.0, -6.0, 0.0]), leaf([2.0, 2.0, 2.0])
    assert gradients(function(x, y), x, y) == [[1, 1, 1], [-3, 3, 0]]


@pytest.mark.parametrize("function", [np.remainder, np.fmod])
@pytest.mark.parametrize(("x", "times"), [(1.0, 9), (0.7, 6)])
def test_slope_of_remainders_counts_what_fits_in(function, x, times):
    # The nearest number to one tenth is larger than that: it fits into 1 nine times, but 1 / 0.1 is 10.
    # It fits into 0.7 six times, but without the remainder that is 6.000000000000001 of it.
    y = leaf(0.1)
    assert gradients(function(x, y), y) == [-times]


def test_power_at_zero_base():
    x = leaf([0.0, 0.0, 0.0])
    assert gradients(x ** np.array([0.0, 1.0, 2.0]), x) == [[0, 1, 0]]


@pytest.mark.parametrize("base", [0.0, np.zeros(4), np.float32(0)])
def test_slope_of_power_in_the_exponent_is_zero_at_base_zero(base):
    y = leaf([-1.0, -0.5, 0.0, 2.0])
    with np.errstate(divide="ignore"):
        assert gradients(base**y, y) == [[0, 0, 0, 0]]


def test_bases_of_zero_stand_beside_others():
    y = leaf([2.0, 2.0, -1.0])
    slopes = gradients(np.array([0.0, 2.0, 3.0]) ** y, y)
    np.testing.assert_allclose(slopes, [[0, 4 * np.log(2), np.log(3) / 3]])


@pytest.mark.parametrize("exponent", [0, 0.0, np.float32(0), np.zeros(3)])
def test_power_zero_has_slope_zero(exponent):
    x = leaf([0.0, -1.5, 1e200])
    assert gradients(x**exponent, x) == [[0, 0, 0]]


def test_mixed_slope_of_power_at_exponent_zero():
    # d/dy of y xʸ⁻¹ at y = 0 is 1 / x.
    slope = grad(lambda y: grad(lambda x: x**y)(2.0))
    assert slope(0.0) == pytest.approx(0.5)


def test_mixed_slope_of_power_at_the_origin_is_zero():
    assert grad(lambda y: grad(lambda x: x**y)(0.0))(0.0) == 0


@pytest.mark.parametrize(
    "base", [2, 0.5, np.uint8(2), np.float64(0.5), np.float32(1.5), np.array([0.5, 2.0])]
)
@pytest.mark.parametrize("exponent", [np.array(-1.0), np.array([-1.0, 3.0])])
def test_numbers_to_a_power(base, exponent):
    gradcheck(lambda y: base**y, exponent, order=2)


@pytest.mark.parametrize("base", [-2.0, -2, np.array([-2.0])])
def test_negative_numbers_have_no_slope_in_the_exponent(base):
    y = leaf([3.0, 2.0])
    assert gradients(base**y, y) == [[0, 0]]


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, bool])
def test_exponents_of_few_bits_do_not_overflow(dtype):
    x = leaf([1e200, 1e200])
    assert gradients(x ** np.array([0, 1], dtype), x) == [[0, 1]]


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


def test_float_power_is_in_double_precision():
    x = leaf([0.1, 2.0], np.float32)
    z = np.float_power(x, 3)
    z.sum().backward()
    np.testing.assert_array_equal(z.data, np.float_power(x.data, 3))
    assert (z.dtype, x.grad.dtype) == (np.float64, np.float32)
    assert np.float_power(Tensor([2, 4]), -1).data.tolist() == [0.5, 0.25]


def test_shapes_that_do_not_broadcast_are_named():
    a, b = Tensor(np.ones((2, 3)), name="a"), leaf(np.ones(4), name="b")
    for operation in (np.add, np.multiply, np.maximum):
        with pytest.raises(ShapeError, match=r"'a' \(2, 3\) and 'b' \(4,\)"):
            operation(a, b)
