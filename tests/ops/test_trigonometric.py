"""Edges of domains, the origin, and precision where a plainer formula would lose it."""

import numpy as np
import pytest

from tests.tensors import gradients, leaf
from tinygrad_course import grad


@pytest.mark.parametrize("f", [np.hypot, np.arctan2])
def test_all_slopes_at_the_origin_are_zero(f):
    x, y = leaf(0.0), leaf(0.0)
    assert gradients(f(x, y), x, y) == [0, 0]
    for i in (0, 1):
        for k in (0, 1):
            assert grad(grad(f, i), k)(0.0, 0.0) == 0


def test_the_origin_is_told_from_other_points():
    x, y = leaf([0.0, 3.0]), leaf([0.0, 4.0])
    assert gradients(np.hypot(x, y), x, y) == [[0, 0.6], [0, 0.8]]
    x, y = leaf([0.0, 3.0]), leaf([0.0, 4.0])
    assert gradients(np.arctan2(y, x), y, x) == [[0, 0.12], [0, -0.16]]


def test_slopes_of_polar_coordinates_at_any_distance():
    for distance in (1e-300, 1.0, 1e300):
        x, y = leaf(3 * distance), leaf(4 * distance)
        np.testing.assert_allclose(gradients(np.hypot(x, y), x, y), [0.6, 0.8], rtol=1e-15)
        x, y = leaf(3 * distance), leaf(4 * distance)
        angle = gradients(np.arctan2(y, x), y, x)
        np.testing.assert_allclose(angle, [0.12 / distance, -0.16 / distance], rtol=1e-15)


@pytest.mark.parametrize("edge", [-1, 1])
def test_slopes_beside_the_edge_of_the_domain(edge):
    d = 3 * 2.0**-40  # 1 − d is exact, its square is not
    x = edge * (1 - d)
    assert grad(np.arcsin)(x) == pytest.approx((d * (2 - d)) ** -0.5, rel=1e-15)
    assert grad(np.arccos)(x) == pytest.approx(-((d * (2 - d)) ** -0.5), rel=1e-15)
    assert grad(np.arctanh)(x) == pytest.approx(1 / (d * (2 - d)), rel=1e-15)
    assert grad(np.arccosh)(1 + d) == pytest.approx((d * (2 + d)) ** -0.5, rel=1e-15)


@pytest.mark.parametrize("f", [np.arcsin, np.arccos, np.arccosh])
def test_slopes_at_the_edge_of_the_domain_are_infinite(f):
    x = leaf(1.0)
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        f(x).backward()
    assert np.isinf(x.grad.item())


@pytest.mark.parametrize(("f", "power"), [(np.arctan, 2), (np.arcsinh, 1), (np.arccosh, 1)])
def test_slopes_far_away(f, power):
    assert grad(f)(1e150) == pytest.approx(1e150**-power, rel=1e-15)


def test_unwrapped_angles_keep_their_slopes():
    p = leaf([0.0, 3.0, -3.0, -np.pi, 0.0])
    assert gradients(np.unwrap(p), p) == [[1, 1, 1, 1, 1]]
