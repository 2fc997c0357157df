from dataclasses import replace
from pathlib import Path

from tests.demo.outcomes import four_outcomes, without_dot
from tinygrad_course.demo.summary import summary
from tinygrad_course.demo.wording import percent


def test_has_a_row_for_each_model_and_says_where_to_look() -> None:
    outcomes = four_outcomes()
    text = summary(outcomes, Path("there"))
    for outcome in outcomes:
        (line,) = [line for line in text.splitlines() if line.startswith(outcome.title)]
        assert percent(outcome.test_accuracy) in line
        assert "✓" in line
    assert str(Path("there") / "report.html") in text
    assert "\x1b" not in text


def test_a_missed_goal_is_marked() -> None:
    text = summary([replace(four_outcomes()[0], target=1.0)], Path())
    assert "100% ✗" in text


def test_says_why_there_are_no_drawings() -> None:
    assert "no dot; get <one>" in summary([without_dot(four_outcomes()[0])], Path())
