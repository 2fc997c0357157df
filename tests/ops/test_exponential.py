"""Precision near zero and far away, where the naive formula would lose it."""

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course.testing import gradcheck


@pytest.mark.parametrize("f", [np.expm1, np.log1p, np.sin, np.sinh, np.tanh, np.arctan, np.arcsinh])
def test_slope_near_zero_is_one(f):
    x = leaf([0.0, 1e-12, -1e-12])
    f(x).sum().backward()
    np.testing.assert_allclose(x.grad.data, 1, rtol=1e-11)


def test_slope_of_expm1_far_below_zero():
    x = leaf(-600.0)
    np.expm1(x).backward()
    np.testing.assert_allclose(x.grad.data, np.exp(-600.0), rtol=1e-15)


def test_ldexp_scales_by_more_than_a_power_of_two_can_hold():
    x = leaf(1e300)
    y = np.ldexp(x, -1080)
    y.backward(1e300)
    assert y.item() == x.grad.item() == np.ldexp(1e300, -1080) > 0
    with pytest.raises(TypeError):
        np.ldexp(x, 0.5)


@pytest.mark.parametrize("f", [np.logaddexp, np.logaddexp2])
def test_logarithms_of_zero_add_up_without_slope(f):
    x = leaf([-np.inf, -np.inf, 1.0])
    y = leaf([-np.inf, 0.0, -np.inf])
    f(x, y).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [0, 0, 1])
    np.testing.assert_array_equal(y.grad.data, [0, 1, 0])


@pytest.mark.parametrize("f", [np.logaddexp, np.logaddexp2])
def test_the_slope_of_a_sum_with_nan_is_nan(f):
    x = leaf([-np.inf, 0.0])
    with np.errstate(invalid="ignore"):
        f(x, np.nan).sum().backward()
    assert np.isnan(x.grad.data).all()


@pytest.mark.parametrize(("f", "of_one_and_one"), [(np.logaddexp, np.log(2)), (np.logaddexp2, 1)])
def test_logaddexp_neither_overflows_nor_underflows(f, of_one_and_one):
    x = leaf([1e4, -1e4, 0.0], np.float32)
    y = f(x, np.float32(0))
    y.sum().backward()
    np.testing.assert_allclose(y.data, [1e4, 0, of_one_and_one], rtol=1e-6)
    np.testing.assert_allclose(x.grad.data, [1, 0, 0.5])


@pytest.mark.parametrize("f", [np.log, np.log2, np.log10])
@pytest.mark.parametrize("scale", [1e-5, 1e5])
def test_logarithms_at_any_scale(f, scale):
    gradcheck(f, np.array([0.5, 2.0]) * scale, order=1)


def test_a_python_number_to_a_tensor():
    gradcheck(lambda x: 2**x, np.array([-1.0, 3.0]), order=2)
