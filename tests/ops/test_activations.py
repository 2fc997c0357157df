"""Activations at their kinks and at the far ends."""

import numpy as np
import pytest

from tests.tensors import gradient, leaf
from tinygrad_course import grad
from tinygrad_course.ops import activations

EXTREME = np.array([-1e4, -50.0, 0.0, 50.0, 1e4], dtype=np.float32)


@pytest.mark.parametrize(
    ("activation", "slope"),
    [(activations.relu, 0), (activations.leaky_relu, 0.01), (activations.elu, 1)],
)
def test_slope_at_zero(activation, slope):
    x = leaf([0.0, -0.0])
    np.testing.assert_allclose(gradient(activation(x), x), slope)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0])
def test_slopes_of_elu_at_zero(alpha):
    slope = grad(lambda x: activations.elu(x, alpha=alpha))
    assert slope(0.0) == alpha
    # The minimum in it splits its tie: half of what is on the left, and nothing is on the right.
    assert grad(slope)(0.0) == alpha / 2


@pytest.mark.parametrize(
    "activation",
    [
        activations.sigmoid,
        activations.softplus,
        activations.elu,
        activations.softmax,
        activations.log_softmax,
    ],
)
def test_activations_are_finite_at_extremes_in_float32(activation):
    x = leaf(EXTREME)
    y = activation(x)
    assert y.dtype == np.float32
    assert np.isfinite(y.data).all()
    assert np.isfinite(gradient(y, x)).all()


# The slopes far to the left and far to the right.
FAR = {
    activations.sigmoid: (0, 0),
    activations.relu: (0, 1),
    activations.leaky_relu: (0.01, 1),
    activations.elu: (0, 1),
    activations.softplus: (0, 1),
}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("activation", FAR, ids=lambda f: f.name)
def test_far_from_zero_the_slope_is_that_of_the_asymptote(activation, dtype):
    magnitudes = np.geomspace(1000, float(np.finfo(dtype).max) / 2, 40).astype(dtype)
    x = leaf(np.concatenate([-magnitudes[::-1], [-np.inf, np.inf], magnitudes]), dtype)
    y = activation(x)
    assert not np.isnan(y.data).any()
    y.backward(np.ones_like(x.data), create_graph=True)
    left, right = np.array(FAR[activation], dtype)
    np.testing.assert_array_equal(x.grad.data, np.where(x.data < 0, left, right))
    slope, x.grad = x.grad, None
    if slope.requires_grad:
        slope.sum().backward()
        np.testing.assert_array_equal(x.grad.data, 0)


def test_sigmoid_reaches_its_limits():
    np.testing.assert_array_equal(activations.sigmoid(EXTREME[[0, 2, 4]]), [0, 0.5, 1])


def test_softmax_of_equal_rows_sums_to_one_along_any_axis():
    for axis in (0, 1, -1):
        np.testing.assert_allclose(
            activations.softmax(np.ones((2, 3)) * 1e4, axis=axis).sum(axis=axis), 1
        )


def test_log_softmax_keeps_small_probabilities():
    np.testing.assert_allclose(activations.log_softmax(np.array([0.0, -1e4])), [0, -1e4])
