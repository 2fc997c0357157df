"""Noise is measured, not guessed: functions whose rounding is known beforehand."""

import numpy as np
import pytest

from tinygrad_course.testing.gradients.doubts.noise import noise
from tinygrad_course.testing.gradients.function import Line


def along(f, x):
    here = np.atleast_1d(f(x))
    return Line(lambda t: np.atleast_1d(f(x + t)), here, abs(x), np.abs(here))


def rounded(unit):
    """sin, rounded to multiples of a unit: the errors are even between ± half of one."""
    return lambda x: np.round(np.sin(x) / unit) * unit


@pytest.mark.parametrize("unit", [1e-10, 1e-8, 1e-6, 1e-4])
@pytest.mark.parametrize("x", [0.3, -0.7, 12.0])
def test_the_standard_deviation_of_rounding(unit, x):
    found = noise(along(rounded(unit), x)).likely
    assert 0.5 < found / (unit / np.sqrt(12)) < 3


@pytest.mark.parametrize("f", [np.sin, np.exp, np.tanh, np.square, lambda x: 1 / (2 + x)])
@pytest.mark.parametrize("x", [0.3, 1.7])
def test_smooth_functions_are_as_exact_as_float64(f, x):
    found = noise(along(f, x))
    assert found.likely <= 4 * np.finfo(float).eps * np.abs(f(x))
    assert found.near <= found.likely <= found.far


def test_a_straight_line_through_whole_numbers_has_none():
    assert noise(along(lambda x: 0 * x + 5.0, 0.3)).far == 0


def test_a_kink_is_no_noise():
    assert noise(along(lambda x: np.abs(x - 0.3001), 0.3)).likely < 1e-15


def test_waves_too_short_for_the_spacing_may_be_noise_or_may_not():
    found = noise(along(lambda x: np.sin(1e3 * x), 0.3))
    assert found.likely < 1e-12
    assert found.far > 0.01


def test_each_number_of_f_has_its_own():
    found = noise(along(lambda x: np.array([rounded(1e-6)(x), np.cos(x)]), 0.3)).likely
    assert found[0] > 1e-7
    assert found[1] < 1e-15
