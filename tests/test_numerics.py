"""Mean and spread of any finite numbers, against rational arithmetic."""

from decimal import Context, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tinygrad_course.numerics import mean_and_spread, scaled_to_1

FINITE = arrays(
    st.sampled_from([np.float16, np.float32, np.float64]),
    st.integers(1, 9),
    elements=st.floats(width=16, allow_nan=False, allow_infinity=False),
) | arrays(np.float64, st.integers(1, 9), elements=st.floats(allow_nan=False, allow_infinity=False))
EXACT = Context(prec=60)


def exact_mean_and_spread(x):
    numbers = [Fraction(float(y)) for y in x]
    mean = sum(numbers) / len(numbers)
    variance = sum((y - mean) ** 2 for y in numbers) / len(numbers)
    spread = EXACT.divide(Decimal(variance.numerator), Decimal(variance.denominator)).sqrt(EXACT)
    return float(mean), float(spread)


@given(FINITE)
def test_mean_and_spread_of_any_finite_numbers(x):
    with np.errstate(all="raise"):
        found = mean_and_spread(x)
    a_few_roundings = 4 * len(x) * np.finfo(np.float64).eps * float(np.abs(x).max())
    least = float(np.finfo(np.float64).smallest_subnormal)
    np.testing.assert_allclose(
        found, exact_mean_and_spread(x), rtol=0, atol=a_few_roundings + least
    )


@pytest.mark.parametrize("size", [1e200, 1.7e308, 1e-200, 1e-310])
def test_the_spread_of_numbers_near_the_ends_of_the_range(size):
    assert mean_and_spread(np.tile([size, -size], 100)) == (0, size)
    mean, _ = mean_and_spread(np.full(200, size))
    assert mean == pytest.approx(size, rel=1e-12, abs=0)


def test_ordinary_numbers_have_numpys_statistics():
    x = np.random.default_rng(0).normal(size=1000)
    assert mean_and_spread(x) == (x.mean(), x.std())


def test_what_is_not_finite_does_not_count_for_the_scale():
    scaled, k = scaled_to_1(np.array([np.inf, 3.0, np.nan, -0.5]))
    np.testing.assert_array_equal(scaled, [np.inf, 0.75, np.nan, -0.125])
    assert k == 2
    assert scaled_to_1(np.array([np.nan, np.inf]))[1] == 0
