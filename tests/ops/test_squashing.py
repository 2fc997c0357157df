"""Squashing activations at kinks, edges and far ends."""

import numpy as np
import pytest

from tests.tensors import gradient, leaf
from tinygrad_course.ops import squashing

INF = np.inf

# Values and slopes at −∞, far left, far right and ∞.
FAR = {
    squashing.hardtanh: ([-1, -1, 1, 1], [0, 0, 0, 0]),
    squashing.relu6: ([0, 0, 6, 6], [0, 0, 0, 0]),
    squashing.hardsigmoid: ([0, 0, 1, 1], [0, 0, 0, 0]),
    squashing.softsign: ([-1, -1, 1, 1], [0, 0, 0, 0]),
    squashing.logsigmoid: ([-INF, -5e4, 0, 0], [1, 1, 0, 0]),
    squashing.tanhshrink: ([-INF, -5e4, 5e4, INF], [1, 1, 1, 1]),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("activation", FAR, ids=lambda f: f.name)
def test_far_from_zero_the_asymptote_is_reached(activation, dtype):
    x = leaf([-INF, -5e4, 5e4, INF], dtype)
    values, slopes = FAR[activation]
    y = activation(x)
    precision = 1 / 5e4 if activation is squashing.softsign else 1e-4
    np.testing.assert_allclose(y.data, values, rtol=1.1 * precision)
    y.backward(np.ones(4, dtype))
    np.testing.assert_allclose(x.grad.data, slopes, atol=1e-9)


def test_slopes_at_kinks_are_0():
    kinks = {
        squashing.hardtanh: [-1.0, 1.0],
        squashing.relu6: [0.0, 6.0],
        squashing.hardsigmoid: [-3.0, 3.0],
    }
    for activation, at in kinks.items():
        x = leaf(at)
        np.testing.assert_array_equal(gradient(activation(x), x), 0)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_logsigmoid_keeps_small_numbers(dtype):
    x = np.array([5.0, 8.0], dtype)
    np.testing.assert_allclose(squashing.logsigmoid(x), -np.log1p(np.exp(-x)), rtol=1e-2)
    assert (squashing.logsigmoid(x) < 0).all()


@pytest.mark.parametrize("activation", [squashing.hardtanh, squashing.relu6, squashing.hardsigmoid])
def test_where_the_slope_is_0_an_infinite_cotangent_is_lost(activation):
    x = leaf([-7.0, 8.0, 0.5, 0.25, 0.75])
    activation(x).backward(np.array([np.inf, -np.inf, 6.0, np.inf, -12.0]))
    slope = 1 / 6 if activation is squashing.hardsigmoid else 1
    np.testing.assert_allclose(x.grad.data, [0, 0, 6 * slope, np.inf, -12 * slope])
