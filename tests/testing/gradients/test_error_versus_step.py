"""The data for a plot: how the error of numerical differentiation depends on the step."""

import numpy as np
import pytest

from tinygrad_course.testing import gradcheck

X = np.array([0.7, -1.3])


def test_central_differences_fall_with_the_square_and_rise_with_rounding():
    curve = gradcheck(np.exp, X).error_versus_step()
    assert (np.diff(curve.steps) < 0).all()
    long = curve.steps > 1e-3
    order = np.polyfit(np.log(curve.steps[long]), np.log(curve.central[long]), 1)[0]
    assert order == pytest.approx(2, abs=0.02)
    best = curve.steps[np.argmin(curve.central)]
    assert 1e-7 < best < 1e-4  # the cube root of the machine epsilon is 6e-6
    short = curve.steps < 1e-10
    assert curve.central[short].max() > 1e3 * curve.central.min()


def test_the_complex_step_is_exact_at_any_short_step():
    curve = gradcheck(np.exp, X).error_versus_step()
    assert curve.complex_step.shape == curve.steps.shape
    assert curve.complex_step[curve.steps < 1e-8].max() <= 1e-15


def test_where_f_takes_no_complex_numbers_there_is_no_second_curve():
    assert gradcheck(np.arctan2, X, X[::-1]).error_versus_step().complex_step is None


def test_it_is_the_worst_entry_unless_another_is_asked_for():
    report = gradcheck(np.sin, X, gradient=np.cos(X) + np.array([0, 0.01]), raises=False)
    worst = report.error_versus_step()
    assert (worst.output, worst.by) == ("the sum", "x[1]")
    assert worst.ours == report.entries[0].ours
    # A wrong gradient leaves a floor as high as it is wrong.
    assert np.median(worst.central) == pytest.approx(0.01, rel=1e-3)
    right = report.error_versus_step(report.entries[1])
    assert right.by == "x[0]"
    assert right.central.min() < 1e-10


def test_steps_of_your_own_grow_with_large_inputs():
    curve = gradcheck(np.square, np.array([1e3])).error_versus_step(steps=[1e-2, 1e-4])
    np.testing.assert_allclose(curve.steps, [10, 0.1])
    assert len(curve.central) == 2


def test_second_derivatives_have_curves_as_well():
    report = gradcheck(lambda x: np.sin(x).sum(), X, order=2)
    second = next(entry for entry in report.entries if entry.order == 2)
    curve = report.error_versus_step(second)
    assert curve.output.startswith("gradient by x")
    assert curve.central.min() < 1e-8


def test_nothing_to_draw():
    with pytest.raises(ValueError, match="nothing was compared"):
        gradcheck(np.exp, np.ones((0, 3))).error_versus_step()
