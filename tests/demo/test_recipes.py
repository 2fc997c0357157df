import numpy as np
import pytest

from tinygrad_course.demo.recipes import RECIPES
from tinygrad_course.nn import Classifier

recipes = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.key)


@recipes
def test_the_model_fits_the_data_and_the_loss(recipe):
    data = recipe.load()
    model = recipe.model(np.random.default_rng(0), dtype=np.float64)
    assert isinstance(model, Classifier)
    assert {p.dtype for p in model.parameters()} == {np.dtype(np.float64)}
    cost = recipe.loss()(model(data.x_train[:3].astype(np.float64)), data.y_train[:3])
    assert cost.shape == ()
    outputs = recipe.sizes[-1]
    assert len(data.class_names) == (2 if outputs == 1 else outputs)


@recipes
def test_words_tell_the_settings(recipe):
    assert all(str(size) in recipe.architecture for size in recipe.sizes)
    assert f"learning rate {recipe.lr:g}" in recipe.training
    assert ("momentum" in recipe.training) == bool(recipe.momentum)
    assert ("ReLU" in recipe.architecture) == (len(recipe.sizes) > 2)


def test_keys_are_unique():
    assert len({recipe.key for recipe in RECIPES}) == len(RECIPES)
