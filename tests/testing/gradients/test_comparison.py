"""Where float64 is not precise enough, gradcheck says so, with the numbers that show it."""

import re

import numpy as np
import pytest

from tinygrad_course.errors import GradientCheckError
from tinygrad_course.testing import gradcheck

X = np.random.default_rng(0).standard_normal((2, 3))


def in_float32(x):
    return np.sin(x.astype(np.float32))


def hidden_float32(x):
    """Plain NumPy: nothing in the result shows that one term has only seven digits."""
    return np.sin(x.astype(np.float32)).astype(np.float64) + x


def cancelling(x):
    return (np.sin(x) + 1e9) - 1e9


def verdicts(report):
    return {str(entry.verdict) for entry in report.entries if entry.claimed != 0}


def test_float32_inside_is_neither_right_nor_wrong():
    report = gradcheck(in_float32, X)
    assert verdicts(report) == {"not enough precision"}
    assert "The function computes in float32 inside" in repr(report)
    assert max(entry.error for entry in report.entries) > 1e-7
    assert all(entry.error < entry.allowed < 1e-3 for entry in report.entries if entry.claimed != 0)
    assert all(entry.error == entry.allowed == 0 for entry in report.entries if entry.claimed == 0)


def test_hidden_float32_is_found_by_its_noise():
    report = gradcheck(hidden_float32, X, gradient=lambda x: np.cos(x) + 1)
    assert verdicts(report) == {"not enough precision"}
    assert re.search(r"accurate to \de-0[789] of its size: it computes in float32", repr(report))


def test_the_tolerance_that_it_recommends_makes_it_correct():
    for f in (in_float32, lambda x: x.astype(np.float32) ** 3):
        report = gradcheck(f, X)
        rtol = float(re.search(r"rtol=(\S+) asks", report.remarks[-1])[1])
        assert 1e-6 < rtol < 1e-1
        assert gradcheck(f, X, rtol=rtol).all_correct


@pytest.mark.parametrize("factor", [0.5, -1, 1.01])
def test_float32_hides_no_mistake(factor):
    report = gradcheck(hidden_float32, X, gradient=lambda x: factor * (np.cos(x) + 1), raises=False)
    assert verdicts(report) == {"wrong"}


def test_digits_that_cancel():
    mine = gradcheck(cancelling, X, gradient=np.cos)
    assert mine.all_correct
    assert "by complex step" in repr(mine)  # in which nothing cancels
    without = gradcheck(lambda x: cancelling(np.abs(x)), np.abs(X))
    assert verdicts(without) == {"not enough precision"}
    assert "numbers much larger than the result cancel in it" in repr(without)


def test_small_slopes_of_a_large_function():
    report = gradcheck(lambda x: (1e8 + np.sin(np.abs(x))).sum(), X)
    assert verdicts(report) == {"not enough precision"}
    assert "The function is 6e+08 here, and rounding changes that by 1e-07" in repr(report)


def test_where_rounding_hides_everything_the_check_fails():
    with pytest.raises(GradientCheckError, match="not enough precision"):
        gradcheck(lambda x: (1e20 + np.sin(np.abs(x))).sum(), X)
    with pytest.raises(GradientCheckError, match="The function hardly changes, but"):
        gradcheck(lambda x: (np.sin(x) + 1e17) - 1e17, X)


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
def test_overflow():
    with pytest.raises(
        GradientCheckError, match=r"itself is inf at the inputs.* overflow"
    ) as raised:
        gradcheck(np.exp, np.array([1000.0, 1.0]))
    assert "wrong" not in str(raised.value)


def test_a_function_that_returns_something_else_each_time():
    rng = np.random.default_rng(0)
    with pytest.raises(GradientCheckError, match="something else each time"):
        gradcheck(lambda x: x * rng.random(x.shape), X)


def test_a_gradient_in_float32_may_be_off_in_its_last_digits():
    exact = np.cos(X)
    given = np.nextafter(exact.astype(np.float32), np.float32(2), dtype=np.float32)
    report = gradcheck(np.sin, X, gradient=given, rtol=1e-9, atol=0)
    assert verdicts(report) == {"not enough precision"}
    assert "in a dtype with a precision of 1e-07" in repr(report)
    wrong = gradcheck(np.sin, X, gradient=given * np.float32(1.001), rtol=1e-9, raises=False)
    assert verdicts(wrong) == {"wrong"}


def test_waves_shorter_than_the_first_steps():
    x = np.array([0.3, 2.0, 500.0])
    assert gradcheck(lambda x: np.sin(1e7 * x), x).counts["wrong"] == 0
    report = gradcheck(
        lambda x: np.sin(1e6 * x), x, gradient=lambda x: 2e6 * np.cos(1e6 * x), raises=False
    )
    assert verdicts(report) == {"wrong"}


def stairs(x):
    """Hidden float32: constant over a thousandth, times x."""
    return (x.astype(np.float32) + np.float32(1e4)) * x


JUMPING = np.array([302.068, -2032.727, 827.381, -1850.654])


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (stairs, np.array([[0.5, 0.5, -0.5], [0.5, 0.0, -1.0]]), lambda x: 1e4 + 2 * x),
        (lambda x: np.floor(x) * x, JUMPING, np.floor),
    ],
)
def test_one_slope_over_short_steps_and_another_over_long_ones(f, x, slope):
    # Differences do not tell which of them is the derivative: the gradient may be either.
    report = gradcheck(f, x, gradient=slope)
    assert "not enough precision, over other steps" in repr(report)
    assert "it is a staircase, or it jumps" in repr(report)
    assert report.counts["wrong"] == 0
    with pytest.raises(GradientCheckError, match=r"[1-6] wrong") as raised:
        gradcheck(f, x, gradient=lambda x: 1.5 * slope(x))
    assert " correct" not in str(raised.value)
