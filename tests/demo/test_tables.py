from dataclasses import replace

from tests.demo.outcomes import four_outcomes
from tinygrad_course.demo.tables import confusion_table, mistakes_table, models_table


def test_a_model_that_missed_its_goal_is_marked_in_words():
    outcomes = four_outcomes()
    outcomes[1] = replace(outcomes[1], target=1.0)
    table = models_table(outcomes)
    assert table.count("✗ missed") == 1
    assert table.count("✓") == 3


def test_names_are_escaped():
    outcome = four_outcomes()[0]
    for table in (
        models_table([outcome]),
        confusion_table(outcome.title, outcome.dataset.class_names, outcome.confusion),
        mistakes_table(outcome),
    ):
        assert "<breast_cancer>" not in table
        assert "ill & <b>" not in table


def test_a_row_for_each_mistake_and_one_for_the_heads():
    outcome = four_outcomes()[0]
    assert mistakes_table(outcome).count("<tr>") == len(outcome.mistakes) + 1
