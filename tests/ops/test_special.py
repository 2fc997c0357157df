"""Bessel functions against tables and their own recurrences, and the middle of sinc and i0."""

from math import erfc, sqrt

import numpy as np
import pytest

from tinygrad_course import grad
from tinygrad_course.ops import special
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


# --- the normal distribution ----------------------------------------------------------------------


def test_the_normal_distribution_has_its_last_digits_on_both_sides():
    x = np.concatenate([np.linspace(-37, 9, 4001), -np.geomspace(1e-300, 1, 100)])
    exact = np.array([erfc(-t / sqrt(2)) / 2 for t in x])
    # math.erfc is given a quotient that was rounded: x² times that error is in its result.
    rounded = 2 + x * x
    eps = float(np.finfo(float).eps)
    assert (np.abs(special.normal_cdf(x) / exact - 1) <= (4 + rounded) * eps).all()


def test_known_values_of_the_normal_distribution():
    # To 17 digits: Abramowitz and Stegun, table 26.1, and Φ(−30) from mpmath 1.3, ncdf.
    known = {0.0: 0.5, 1.0: 0.8413447460685429, -30.0: 4.906713927148187059e-198}
    for x, z in known.items():
        assert abs(special.normal_cdf(np.float64(x)) / z - 1) < 8 * np.finfo(float).eps


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_normal_distribution_ends_in_0_and_1(dtype):
    x = np.array([-np.inf, -50, 50, np.inf, np.nan], dtype)
    np.testing.assert_array_equal(special.normal_cdf(x), [0, 0, 1, 1, np.nan])
    np.testing.assert_array_equal(special.normal_density(x), [0, 0, 0, 0, np.nan])
    assert special.normal_cdf(x).dtype == dtype


def test_a_large_array_is_computed_in_chunks_to_the_same_bits():
    x = np.random.default_rng(0).normal(size=(3, 5000)).T
    whole = special.normal_cdf(x)
    assert whole.shape == x.shape
    np.testing.assert_array_equal(whole, [special.normal_cdf(row) for row in x])


def test_single_precision_has_its_own_last_digits():
    x = np.linspace(-12, 6, 20001).astype(np.float32)
    exact = special.normal_cdf(x.astype(float))
    found = special.normal_cdf(x)
    assert found.dtype == np.float32
    assert (np.abs(found / exact - 1) <= 5 * np.finfo(np.float32).eps).all()
