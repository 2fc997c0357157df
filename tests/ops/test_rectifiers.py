"""Rectifiers at their kinks, and what NaN becomes."""

import numpy as np
import pytest

from tests.tensors import gradient, leaf
from tinygrad_course.ops import rectifiers
from tinygrad_course.ops.activations import elu


@pytest.mark.parametrize(
    ("activation", "at", "slope"),
    [
        (lambda x: rectifiers.prelu(x, np.float64(0.25)), 0.0, 0.25),
        (rectifiers.selu, 0.0, rectifiers.SELU_SCALE * rectifiers.SELU_ALPHA),
        (lambda x: rectifiers.celu(x, alpha=2.0), 0.0, 1.0),
        (rectifiers.threshold, 0.0, 0.0),
        (rectifiers.hardshrink, 0.5, 0.0),
        (rectifiers.softshrink, -0.5, 0.0),
    ],
)
def test_slopes_at_kinks_are_those_from_the_left_or_from_zero(activation, at, slope):
    x = leaf(at)
    np.testing.assert_allclose(gradient(activation(x), x), slope)


@pytest.mark.parametrize(
    "activation",
    [
        *(rectifiers.selu, rectifiers.celu, rectifiers.threshold),
        *(rectifiers.hardshrink, rectifiers.softshrink),
        lambda x: rectifiers.prelu(x, np.full((), 0.25, np.float32)),
    ],
)
def test_nan_stays_nan_and_the_dtype_stays(activation):
    y = activation(np.array([np.nan, 1.0, -1.0], np.float32))
    assert np.isnan(y).tolist() == [True, False, False]
    assert y.dtype == np.float32


def test_selu_is_scaled_elu():
    x = np.linspace(-3, 3, 50)
    expected = rectifiers.SELU_SCALE * elu(x, alpha=rectifiers.SELU_ALPHA)
    np.testing.assert_allclose(rectifiers.selu(x), expected, rtol=1e-14)


def test_selu_keeps_mean_and_variance_of_independent_normal_numbers():
    edges = np.linspace(-9, 9, 200_001)
    density = np.exp(-(edges**2) / 2) / np.sqrt(2 * np.pi) * (edges[1] - edges[0])
    z = rectifiers.selu(edges)
    np.testing.assert_allclose([(z * density).sum(), (z * z * density).sum()], [0, 1], atol=1e-8)


def test_the_weight_of_prelu_broadcasts_and_learns_from_negative_elements_alone():
    x, w = leaf([[-1.0, 2.0], [-3.0, -4.0]]), leaf([0.5, 0.25])
    y = rectifiers.prelu(x, w)
    np.testing.assert_array_equal(y.data, [[-0.5, 2.0], [-1.5, -1.0]])
    np.testing.assert_array_equal(gradient(y, w), [-4, -4])


@pytest.mark.parametrize(
    "activation", [rectifiers.threshold, rectifiers.hardshrink, rectifiers.softshrink]
)
def test_where_the_slope_is_0_an_infinite_cotangent_is_lost(activation):
    x = leaf([0.0, -0.4, 0.8, 3.0, 4.0])
    activation(x).backward(np.array([np.inf, -np.inf, 7.0, np.inf, -5.0]))
    np.testing.assert_array_equal(x.grad.data, [0, 0, 7, np.inf, -5])


def test_positive_elements_say_nothing_of_the_weight_of_prelu_however_large():
    x, w = leaf([0.5, np.inf, -2.0, 3.0]), leaf([0.25] * 4)
    rectifiers.prelu(x, w).backward(np.array([np.inf, 2.0, 7.0, -np.inf]))
    np.testing.assert_array_equal(w.grad.data, [0, 0, -14, 0])


@pytest.mark.parametrize("activation", [rectifiers.selu, rectifiers.celu, elu])
def test_nothing_overflows_where_x_is_large(activation):
    x = leaf([1e4, -1e4, 2.0])
    with np.errstate(all="raise", under="ignore"):
        slopes = gradient(activation(x), x)
    scale = rectifiers.SELU_SCALE if activation is rectifiers.selu else 1
    np.testing.assert_allclose(slopes, [scale, 0, scale])
