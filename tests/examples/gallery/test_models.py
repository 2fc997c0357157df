"""The models of the gallery are trained when they are asked for, once, and learn what the page shows."""

import numpy as np
import pytest

from examples.gallery.models import RECIPES, Models, Trained
from tinygrad_course.training import History


@pytest.mark.parametrize("name", RECIPES)
def test_data_and_model_go_together(name):
    made = RECIPES[name]()
    for x, y in ((made.x_train, made.y_train), (made.x_held_out, made.y_held_out)):
        assert len(x) == len(y)
        assert set(np.unique(y)) == set(range(len(made.class_names)))
    assert made.model.predict(made.x_held_out[:3]).shape == (3,)
    assert not len(made.history)


def test_a_model_is_trained_once_when_it_is_asked_for(monkeypatch):
    trainings = []
    monkeypatch.setattr(
        Trained, "train", lambda self, epochs, rows: trainings.append((epochs, rows))
    )
    models = Models()
    assert not trainings
    assert models["flower"] is models["flower"]
    assert trainings == [(200, 400)]


def test_in_a_hurry_it_is_hardly_trained():
    assert len(Models(hurry=True)["spirals"].history) == 2


def test_the_flower_is_learned():
    flower = Models()["flower"]
    assert flower.history.latest()["validation accuracy"] > 0.85


def test_an_interrupted_training_interrupts_the_gallery(monkeypatch):
    monkeypatch.setattr("tinygrad_course.fit", lambda *_, **__: History(interrupted=True))
    with pytest.raises(KeyboardInterrupt):
        Models(hurry=True)["flower"]
