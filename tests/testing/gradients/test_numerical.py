"""Central differences, and the estimate of their error."""

import numpy as np
import pytest

from tinygrad_course.testing.gradients.numerical import STEP, central_differences
from tinygrad_course.testing.gradients.point import Line
from tinygrad_course.testing.gradients.verdicts import Tolerance

TOLERANCE = Tolerance(1e-6)


def line_of(f, x):
    """f along the real axis, from x on."""
    here = np.array([f(x)])
    return Line(lambda t: np.array([f(x + t)]), here, abs(x), abs(x) or 1.0, np.abs(here))


SMOOTH = {
    "sin": (np.sin, np.cos),
    "exp": (np.exp, np.exp),
    "a polynomial": (lambda x: x**5 - 3 * x, lambda x: 5 * x**4 - 3),
    "tanh": (np.tanh, lambda x: 1 / np.cosh(x) ** 2),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_the_error_is_within_the_uncertainty(name):
    f, slope = SMOOTH[name]
    for x in np.linspace(-3, 3, 61):
        found = central_differences([line_of(f, x)], STEP, TOLERANCE)
        error = abs(found.value.item() - slope(x))
        assert error <= found.uncertainty.item()
        assert found.uncertainty.item() <= TOLERANCE.of(np.array(slope(x)))
        assert error <= 1e-10 * max(1, abs(slope(x)))  # the errors of order h² have cancelled


def test_the_step_gets_shorter_until_no_kink_is_in_between():
    for distance in (1e-2, 1e-3, 3e-5):
        found = central_differences([line_of(abs, distance)], STEP, TOLERANCE)
        assert found.value.item() == pytest.approx(1, rel=1e-9)


def test_the_bend_is_how_much_the_slopes_on_both_sides_differ():
    found = central_differences(
        [line_of(lambda x: np.maximum(2 * x, 5 * x) + x * x, 0.0)], STEP, TOLERANCE
    )
    assert found.bend.item() == pytest.approx(3)
    smooth = central_differences([line_of(np.exp, 0.0)], STEP, TOLERANCE)
    assert abs(smooth.bend.item()) < 1e-6


def test_beyond_the_edge_of_the_domain_shorter_steps_are_tried():
    def f(x):
        if x <= 0:
            raise ValueError("the logarithm of a negative number")
        return np.log(x)

    found = central_differences([line_of(f, 1e-4)], STEP, TOLERANCE)
    assert found.value.item() == pytest.approx(1e4, rel=1e-6)


def test_nothing_is_known_where_nothing_is_finite():
    found = central_differences([line_of(lambda x: np.nan, 1.0)], STEP, TOLERANCE)
    assert found.uncertainty.item() == np.inf
