"""The report: a table to read, worst entries first, and the numbers behind it."""

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


def test_an_entry_has_both_sides_and_where_it_stands():
    (worst, *_) = everything().entries
    assert isinstance(worst, Entry)
    assert (worst.output, worst.by, worst.place, worst.order) == ("output[3]", "x[3]", (3, 3), 1)
    assert (worst.ours, worst.numerical) == (2.5, pytest.approx(2))
    assert worst.error == pytest.approx(0.5)
    assert worst.allowed < 1e-5


def test_the_table_is_made_of_aligned_columns():
    lines = repr(everything()).splitlines()
    assert lines[0].startswith(
        "16 derivatives: 1 wrong, 1 not enough precision, 1 kink, 13 correct (every entry of the 4 × 4 "
    )
    head, *rows = lines[1:5]
    for column in ("by", "ours", "numerical", "error", "verdict"):
        start = head.index(column)
        assert all(row[start - 1] == " " != row[start] for row in rows[:2])
    assert [row.split()[1] for row in rows] == ["x[3]", "x[1]", "x[2]"]
    assert "0 | 2" in rows[2] or "-1 | 2" in rows[2]


def test_of_what_is_correct_a_few_are_shown():
    lines = repr(gradcheck(np.tanh, X)).splitlines()
    assert len(lines) == 1 + 1 + 4
    assert all(line.endswith(" correct") for line in lines[2:])


def test_the_largest_error_leaves_kinks_out():
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
def test_what_is_allowed_is_shown_on_its_side_of_the_error(factor):
    report = gradcheck(np.sin, 1e-4 * X + 1, gradient=lambda x: factor * np.cos(x), raises=False)
    for line in repr(report).splitlines()[2:6]:
        *_, error, allowed, verdict = line.split()
        assert (float(error) > float(allowed)) == (verdict == "wrong")
