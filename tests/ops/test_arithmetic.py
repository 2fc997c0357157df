"""Kinks and corners of the elementwise rules; the laws cover the rest."""

import numpy as np
import pytest

from tinygrad_course.errors import ShapeError
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


def test_shapes_that_do_not_broadcast_are_named():
    a, b = Tensor(np.ones((2, 3)), name="a"), Tensor(np.ones(4), requires_grad=True, name="b")
    for operation in (np.add, np.multiply, np.maximum):
        with pytest.raises(ShapeError, match=r"'a' \(2, 3\) and 'b' \(4,\)"):
            operation(a, b)
