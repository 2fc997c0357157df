from dataclasses import replace

import numpy as np
import pytest

from tinygrad_course import nn
from tinygrad_course.demo import experiment as module
from tinygrad_course.demo.experiment import draw_cost, experiment
from tinygrad_course.demo.recipes import RECIPES
from tinygrad_course.errors import DrawingError
from tinygrad_course.training import History

X = np.ones((4, 3), np.float32)
QUICK = replace(RECIPES[0], epochs=3)


def test_an_outcome_is_consistent_and_each_step_is_reported():
    said = []
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


def test_a_training_that_was_interrupted_interrupts_the_demo(monkeypatch):
    monkeypatch.setattr(module, "fit", lambda *_, **__: History(interrupted=True))
    with pytest.raises(KeyboardInterrupt):
        experiment(QUICK, 0, lambda *_: None)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.key)
def test_the_few_rows_that_are_checked_and_drawn_are_of_many_classes(recipe):
    data = recipe.load()
    drawn = data.y_train[module._spread(data, module.DRAWN_ROWS)]
    assert len(set(drawn)) == min(len(data.class_names), module.DRAWN_ROWS)


@pytest.mark.parametrize(
    ("sizes", "loss"), [((3, 1), nn.BCEWithLogitsLoss()), ((3, 2), nn.CrossEntropyLoss())]
)
def test_rows_labels_and_cost_are_named_and_the_model_is_left_without_gradients(sizes, loss):
    model = nn.MLP(sizes, rng=0)
    graph = draw_cost(model, loss, X, np.array([0, 1, 0, 1]))
    assert all(f"<b>{name}</b>" in graph.dot for name in ("x", "y", "cost J", "layers.0.weight"))
    assert "grad" in graph.dot
    assert all(p.grad is None for p in model.parameters())


def test_without_svg_there_is_dot_and_the_reason(monkeypatch):
    def fail(_):
        raise DrawingError("no dot: get one")

    monkeypatch.setattr(module.viz.Drawing, "svg", fail)
    graph = draw_cost(nn.LogisticRegression(3), nn.BCEWithLogitsLoss(), X, np.array([0, 1, 0, 1]))
    assert graph.svg is None
    assert graph.problem == "no dot: get one"
    assert graph.dot.startswith("digraph")
