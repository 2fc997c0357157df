"""Bessel functions against tables and their own recurrences, and the middle of sinc and i0."""

import numpy as np
import pytest

from tinygrad_course import grad
from tinygrad_course.ops.special import modified_bessel, spherical_bessel


@pytest.mark.parametrize(
    ("order", "x", "j"),
    [
        (0, 1.0, 0.84147098480789651),
        (1, 1.0, 0.30116867893975679),
        (2, 0.5, 0.016371106607993413),
        (3, 5.0, 0.22982061816429601),
        (5, 10.0, -0.055534511621452181),
        (8, 50.0, 0.0088737491082275087),
    ],
)
def test_spherical_bessel_functions_have_their_values(order, x, j):
    assert spherical_bessel(x, order=order) * x**order == pytest.approx(j, rel=1e-14)


@pytest.mark.parametrize(
    ("order", "x", "i"),
    [
        (1, 0.1, 0.050062526047092695),
        (0, 1.0, 1.2660658777520083),
        (2, 1.0, 0.13574766976703828),
        (5, 10.0, 777.18828640325996),
        (1, 100.0, 1.0683693903381625e42),
        (1, 700.0, 1.5285003902339007e302),
    ],
)
def test_modified_bessel_functions_have_their_values(order, x, i):
    assert modified_bessel(x, order=order) * x**order == pytest.approx(i, rel=3e-14)


@pytest.mark.parametrize("order", range(1, 9))
def test_neighbouring_orders_fit_together(order):
    # Abramowitz and Stegun 10.1.19 and 9.6.26, divided by xⁿ⁻¹.
    x = np.linspace(-30, 30, 101)
    below, own, above = (spherical_bessel(x, order=n) for n in (order - 1, order, order + 1))
    size = 1 / (1 + np.abs(x)) ** order
    np.testing.assert_allclose(
        below / size, ((2 * order + 1) * own - x * x * above) / size, rtol=1e-13, atol=1e-13
    )
    below, own, above = (modified_bessel(x, order=n) for n in (order - 1, order, order + 1))
    np.testing.assert_allclose(below, 2 * order * own + x * x * above, rtol=1e-13)


def test_both_are_even():
    x = np.array([0.3, 2.0, 11.0])
    for order in (0, 1, 2):
        for function in (spherical_bessel, modified_bessel):
            np.testing.assert_array_equal(function(-x, order=order), function(x, order=order))


@pytest.mark.parametrize(("f", "second"), [(np.sinc, -(np.pi**2) / 3), (np.i0, 0.5)])
@pytest.mark.parametrize("x", [0.0, 1e-30, -1e-12])
def test_sinc_and_i0_are_smooth_in_the_middle(f, second, x):
    assert grad(f)(x) == pytest.approx(second * x, rel=1e-15)
    assert grad(grad(f))(x) == pytest.approx(second, rel=1e-15)


@pytest.mark.parametrize("function", [spherical_bessel, modified_bessel])
def test_they_end_on_what_is_no_number(function):
    values = function(np.array([np.nan, 1.0]), order=1)
    np.testing.assert_array_equal(np.isnan(values), [True, False])
