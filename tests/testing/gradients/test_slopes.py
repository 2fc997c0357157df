"""The slopes and the noise of functions for which both are known."""

import numpy as np
import pytest

from tinygrad_course.testing.gradients.point import EPSILON, Line
from tinygrad_course.testing.gradients.slopes import Noise, measured_noise, slopes
from tinygrad_course.testing.gradients.verdicts import Tolerance


def along(f, x):
    here = np.atleast_1d(f(x))
    return Line(lambda t: np.atleast_1d(f(x + t)), here, abs(x), abs(x) or 1.0, np.abs(here))


def found(f, x):
    with np.errstate(all="ignore"):
        return slopes(along(f, x), Tolerance(1e-6), EPSILON)


def noise(f, x):
    measured = measured_noise(along(f, x))
    return Noise(*(np.nan_to_num(level) for level in vars(measured).values()))


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (np.sin, 0.3, np.cos(0.3)),
        (np.exp, -2.0, np.exp(-2.0)),
        (np.log, 1e-6, 1e6),
        (np.sqrt, 1e6, 5e-4),
        (lambda x: np.sin(1e6 * x), 0.3, 1e6 * np.cos(3e5)),
        (lambda x: np.abs(x - 1e-7), 0.0, -1),
        (lambda x: np.tanh(1e6 * x), 0.0, 1e6),
    ],
)
def test_where_there_is_a_derivative_all_three_slopes_are_equal_to_it(f, x, slope):
    s = found(f, x)
    for one in (s.central, s.left, s.right):
        assert one.value.item() == pytest.approx(slope, rel=1e-3)
        assert abs(one.value.item() - slope) <= 10 * one.uncertainty.item()
    assert s.central.value.item() == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize(
    ("f", "left", "right"),
    [
        (np.abs, -1, 1),
        (lambda x: np.maximum(2 * x, np.expm1(5 * x)), 2, 5),
        (np.cbrt, np.inf, np.inf),
        (lambda x: np.sqrt(np.abs(x)), -np.inf, np.inf),
        (np.floor, np.inf, 0),
        (lambda x: x * x * np.sqrt(x), np.nan, 0),
    ],
)
def test_at_a_kink_a_jump_or_an_edge_the_slopes_differ(f, left, right):
    s = found(f, 0.0)
    np.testing.assert_allclose(
        (s.left.value.item(), s.right.value.item()), (left, right), atol=1e-6
    )


def test_where_only_long_steps_meet_jumps_both_slopes_are_found():
    # Over long steps floor(x) x is nearly x², over short ones a straight line.
    s = found(lambda x: np.floor(x) * x, 1850.65)
    assert any(other.value.item() == pytest.approx(1850, rel=1e-6) for other in s.alternatives)


def rounded(unit):
    """sin, rounded to multiples of a unit: the errors are uniform within half a unit."""
    return lambda x: np.round(np.sin(x) / unit) * unit


@pytest.mark.parametrize("unit", [1e-10, 1e-8, 1e-6, 1e-4])
@pytest.mark.parametrize("x", [0.3, -0.7, 12.0])
def test_the_standard_deviation_of_rounding(unit, x):
    found = noise(rounded(unit), x).likely
    assert 0.5 < found / (unit / np.sqrt(12)) < 3


@pytest.mark.parametrize("f", [np.sin, np.exp, np.tanh, np.square, lambda x: 1 / (2 + x)])
@pytest.mark.parametrize("x", [0.3, 1.7])
def test_smooth_functions_are_as_exact_as_float64(f, x):
    found = noise(f, x)
    assert found.likely <= 4 * np.finfo(float).eps * np.abs(f(x))
    assert found.near <= found.likely <= found.far


def test_a_straight_line_through_whole_numbers_has_none():
    assert noise(lambda x: 0 * x + 5.0, 0.3).far == 0


def test_a_kink_is_no_noise():
    assert noise(lambda x: np.abs(x - 0.3001), 0.3).likely < 1e-15


def test_waves_too_short_for_the_spacing_may_be_noise_or_may_not():
    found = noise(lambda x: np.sin(1e3 * x), 0.3)
    assert found.likely < 1e-12
    assert found.far > 0.01


def test_each_number_of_f_has_its_own():
    found = noise(lambda x: np.array([rounded(1e-6)(x), np.cos(x)]), 0.3).likely
    assert found[0] > 1e-7
    assert found[1] < 1e-15
