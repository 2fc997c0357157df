from dataclasses import replace

import numpy as np
import pytest

from tinygrad_course.demo import experiment as module
from tinygrad_course.demo.experiment import experiment
from tinygrad_course.demo.recipes import RECIPES
from tinygrad_course.training import History

QUICK = replace(RECIPES[0], epochs=3)


def test_an_outcome_holds_together_and_is_told_step_by_step() -> None:
    said: list[tuple[str, str]] = []
    outcome = experiment(QUICK, 0, lambda *line: said.append(line))
    data = outcome.dataset
    assert [what for what, _ in said] == ["gradients", "training", "test rows"]
    assert outcome.train_rows + outcome.validation_rows == len(data.y_train)
    assert outcome.probabilities.shape == (len(data.y_test), 2)
    np.testing.assert_allclose(outcome.probabilities.sum(axis=1), 1)
    right = (outcome.predicted == data.y_test).mean()
    assert right == pytest.approx(outcome.test_accuracy)
    assert outcome.parameters == outcome.gradient_check.slopes == 31
    assert outcome.first_weights.shape == (1, 30)


def test_a_training_that_was_interrupted_interrupts_the_demo(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "fit", lambda *_, **__: History(interrupted=True))
    with pytest.raises(KeyboardInterrupt):
        experiment(QUICK, 0, lambda *_: None)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.key)
def test_the_few_rows_that_are_checked_and_drawn_are_of_many_classes(recipe: module.Recipe) -> None:
    data = recipe.load()
    drawn = data.y_train[module._spread(data, module.DRAWN_ROWS)]
    assert len(set(drawn)) == min(len(data.class_names), module.DRAWN_ROWS)
