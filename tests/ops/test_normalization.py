"""Standardized numbers have mean 0 and variance 1, in any dtype and however large their mean is."""

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course.ops.normalization import standardize
from tinygrad_course.testing import gradcheck

X = np.random.default_rng(0).normal(3, 5, size=(6, 4, 5))


@pytest.mark.parametrize("axes", [(0,), (0, 2), (-1,), (0, 1, 2)])
def test_mean_and_variance(axes):
    z = standardize(X, axes=axes, eps=0.0)
    np.testing.assert_allclose(z.mean(axes), 0, atol=1e-14)
    np.testing.assert_allclose(z.var(axes), 1)
    np.testing.assert_allclose(z * X.std(axes, keepdims=True) + X.mean(axes, keepdims=True), X)


def test_eps_is_added_to_the_variance():
    z = standardize(X, axes=(0,), eps=0.5)
    np.testing.assert_allclose(z.var(0), X.var(0) / (X.var(0) + 0.5))
    assert not standardize(np.full((3, 2), 7.0), axes=(0,)).any()


def test_a_large_mean_costs_no_digits_of_the_variance():
    # 2³⁰ and these multiples of 1/8 have a sum without rounding.
    x = np.round(8 * X) / 8
    np.testing.assert_allclose(
        standardize(x + 2.0**30, axes=(0,)), standardize(x, axes=(0,)), atol=1e-6
    )


def test_half_precision_is_computed_in_single():
    x = leaf(np.tile([0.0, 400.0], 40_000), np.float16)
    z = standardize(x, axes=(0,))
    np.testing.assert_array_equal(z.data, np.tile([-1.0, 1.0], 40_000))
    z.backward(np.tile([-1.0, 1.0], 40_000).astype(np.float16))
    assert z.dtype == x.grad.dtype == np.float16
    assert not x.grad.data.any()


@pytest.mark.parametrize("axes", [(0,), (1, 2)])
def test_derivatives_of_second_order(axes):
    gradcheck(lambda x: standardize(x, axes=axes, eps=0.3) ** 3, X[:3, :2, :2], order=2)


def test_gradients_in_half_precision_are_those_of_double():
    rng = np.random.default_rng(0)
    values, cotangent = rng.normal(3, 40, 70_000), rng.normal(size=70_000)
    half, double = leaf(values, np.float16), leaf(values.astype(np.float16), np.float64)
    for x in (half, double):
        standardize(x, axes=(0,)).backward(cotangent.astype(x.dtype))
    np.testing.assert_allclose(half.grad.data, double.grad.data, rtol=5e-3, atol=2e-4)
