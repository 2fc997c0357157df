"""The report: a table with the worst entries first, the numbers behind it, and the error by the step."""

import numpy as np
import pytest

from tinygrad_course.ops import activations
from tinygrad_course.testing import Entry, Verdict, gradcheck

X = np.array([1.0, -2.0, 0.0, 3.0])


def everything():
    """A report with every verdict in it: relu + 1e8 sin, the derivative of the last entry wrong."""

    def f(x):
        large = np.array([0.0, 1e10, 0.0, 0.0])
        return np.maximum(x, 0) + ((np.abs(x) + large) - large)

    def gradient(x):
        return np.diag((x > 0) + np.sign(x) + [0, 0, 0, 0.5])

    return gradcheck(f, X, gradient=gradient, raises=False)


def test_counts_and_entries_agree():
    report = everything()
    assert report.counts == {"wrong": 1, "not enough precision": 1, "kink": 1, "correct": 13}
    assert sum(report.counts.values()) == report.checked == len(report.entries)
    for verdict, count in report.counts.items():
        assert [entry.verdict for entry in report.entries].count(verdict) == count


def test_the_worst_come_first():
    entries = everything().entries
    assert [entry.by for entry in entries[:3]] == ["x[3]", "x[1]", "x[2]"]
    assert [entry.verdict for entry in entries[:3]] == ["wrong", "not enough precision", "kink"]
    errors = [entry.error for entry in entries[3:]]
    assert errors == sorted(errors, reverse=True)


def test_an_entry_has_both_sides_and_its_index():
    (worst, *_) = everything().entries
    assert isinstance(worst, Entry)
    assert (worst.output, worst.by, worst.index, worst.order) == ("output[3]", "x[3]", (3, 3), 1)
    assert (worst.claimed, worst.numerical) == (2.5, pytest.approx(2))
    assert worst.error == pytest.approx(0.5)
    assert worst.allowed < 1e-5


def test_the_table_is_made_of_aligned_columns():
    lines = repr(everything()).splitlines()
    assert lines[0].startswith(
        "16 derivatives: 1 wrong, 1 not enough precision, 1 kink, 13 correct (every entry of the 4 × 4 "
    )
    head, *rows = lines[1:5]
    for column in ("by", "given", "numerical", "error", "verdict"):
        start = head.index(column)
        assert all(row[start - 1] == " " != row[start] for row in rows[:2])
    assert [row.split()[1] for row in rows] == ["x[3]", "x[1]", "x[2]"]
    assert "0 | 2" in rows[2] or "-1 | 2" in rows[2]


def test_of_correct_numbers_a_few_are_shown():
    lines = repr(gradcheck(np.tanh, X)).splitlines()
    assert len(lines) == 1 + 1 + 4
    assert all(line.endswith(" correct") for line in lines[2:])


def test_the_largest_error_is_not_that_at_a_kink():
    assert gradcheck(activations.relu, X).max_error < 1e-6  # half of the jump from 0 to 1 is 0.5


def test_nothing_to_compare():
    report = gradcheck(np.tanh, np.ones((0, 2)))
    assert (report.checked, report.entries, report.max_error) == (0, [], 0)
    assert report.all_correct
    assert repr(report).startswith("0 derivatives: none")


def test_verdicts_are_words():
    assert [str(verdict) for verdict in Verdict] == [verdict.value for verdict in Verdict]
    assert repr(gradcheck(np.tanh, 1.0).counts).startswith("{'correct': 1, 'kink': 0, ")


@pytest.mark.parametrize("factor", [1 + 3e-6, 1 + 1e-7])
def test_the_allowed_error_is_rounded_to_its_side_of_the_error(factor):
    report = gradcheck(np.sin, 1e-4 * X + 1, gradient=lambda x: factor * np.cos(x), raises=False)
    for line in repr(report).splitlines()[2:6]:
        *_, error, allowed, verdict = line.split()
        assert (float(error) > float(allowed)) == (verdict == "wrong")


# --- the error by the step -----------------------------------------------------------------------

POINT = np.array([0.7, -1.3])


def test_central_differences_fall_with_the_square_and_rise_with_rounding():
    curve = gradcheck(np.exp, POINT).error_versus_step()
    assert (np.diff(curve.steps) < 0).all()
    long = curve.steps > 1e-3
    order = np.polyfit(np.log(curve.steps[long]), np.log(curve.central[long]), 1)[0]
    assert order == pytest.approx(2, abs=0.02)
    best = curve.steps[np.argmin(curve.central)]
    assert 1e-7 < best < 1e-4  # the cube root of the machine epsilon is 6e-6
    short = curve.steps < 1e-10
    assert curve.central[short].max() > 1e3 * curve.central.min()


def test_the_complex_step_is_exact_at_any_short_step():
    curve = gradcheck(np.exp, POINT).error_versus_step()
    assert curve.complex_step.shape == curve.steps.shape
    assert curve.complex_step[curve.steps < 1e-8].max() <= 1e-15


def test_where_f_takes_no_complex_numbers_there_is_no_second_curve():
    assert gradcheck(np.arctan2, POINT, POINT[::-1]).error_versus_step().complex_step is None


def test_it_is_the_worst_entry_unless_another_is_asked_for():
    report = gradcheck(np.sin, POINT, gradient=np.cos(POINT) + np.array([0, 0.01]), raises=False)
    worst = report.error_versus_step()
    assert (worst.output, worst.by) == ("the sum", "x[1]")
    assert worst.claimed == report.entries[0].claimed
    # The curve of a wrong gradient levels off at its error.
    assert np.median(worst.central) == pytest.approx(0.01, rel=1e-3)
    right = report.error_versus_step(report.entries[1])
    assert right.by == "x[0]"
    assert right.central.min() < 1e-10


def test_steps_of_your_own_grow_with_large_inputs():
    curve = gradcheck(np.square, np.array([1e3])).error_versus_step(steps=[1e-2, 1e-4])
    np.testing.assert_allclose(curve.steps, [10, 0.1])
    assert len(curve.central) == 2


def test_second_derivatives_have_curves_as_well():
    report = gradcheck(lambda x: np.sin(x).sum(), POINT, order=2)
    second = next(entry for entry in report.entries if entry.order == 2)
    curve = report.error_versus_step(second)
    assert curve.output.startswith("gradient by x")
    assert curve.central.min() < 1e-8


def test_an_empty_report_has_no_curve():
    with pytest.raises(ValueError, match="nothing was compared"):
        gradcheck(np.exp, np.ones((0, 3))).error_versus_step()
