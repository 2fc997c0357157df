"""The slopes of functions that are known: on both sides, on the left and on the right."""

import numpy as np
import pytest

from tinygrad_course.testing.gradients.doubts.slopes import slopes
from tinygrad_course.testing.gradients.function import EPSILON, Line
from tinygrad_course.testing.gradients.verdicts import Tolerance


def found(f, x):
    here = np.atleast_1d(f(x))
    line = Line(lambda t: np.atleast_1d(f(x + t)), here, abs(x), np.abs(here))
    with np.errstate(all="ignore"):
        return slopes(line, Tolerance(1e-6, 1e-8), EPSILON)


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
def test_where_there_is_a_derivative_all_three_are_it(f, x, slope):
    s = found(f, x)
    for one in (s.central, s.left, s.right):
        assert one.value.item() == pytest.approx(slope, rel=1e-3)
        assert abs(one.value.item() - slope) <= 10 * one.within.item()
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
def test_where_there_is_none_they_differ(f, left, right):
    s = found(f, 0.0)
    np.testing.assert_allclose(
        (s.left.value.item(), s.right.value.item()), (left, right), atol=1e-6
    )


def test_jumps_that_only_long_steps_meet_leave_both_slopes():
    # From afar floor(x) x is nearly x², close by a straight line.
    s = found(lambda x: np.floor(x) * x, 1850.65)
    assert any(other.value.item() == pytest.approx(1850, rel=1e-6) for other in s.otherwise)
