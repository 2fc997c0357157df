import json
from dataclasses import replace

import pytest

from tests.demo.outcomes import ENVIRONMENT, KEYS, four_outcomes, without_dot
from tinygrad_course.demo import results as module
from tinygrad_course.demo.results import SCHEMA, results


def test_models_are_in_the_order_of_training_with_their_own_figures():
    outcomes = four_outcomes()
    document = json.loads(results(outcomes, ENVIRONMENT))
    assert document["schema"] == SCHEMA
    assert document["seed"] == 7
    assert tuple(model["key"] for model in document["models"]) == KEYS
    for model, outcome in zip(document["models"], outcomes):
        assert model["accuracy"]["test"] == outcome.test_accuracy
        assert model["confusion"] == outcome.confusion.tolist()
        assert len(model["mistakes"]) == len(outcome.mistakes)
        assert model["curves"]["validation_cost"] == list(outcome.curves.validation_cost)


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_passed_means_that_every_model_did(target):
    first, *others = four_outcomes()
    document = json.loads(results([replace(first, target=target), *others], ENVIRONMENT))
    assert document["passed"] is (target == 0.0)


def test_the_graph_is_the_file_that_was_written():
    outcomes = [without_dot(outcome) for outcome in four_outcomes()]
    document = json.loads(results(outcomes, ENVIRONMENT))
    assert document["models"][0]["graph"] == "graphs/breast_cancer.dot"


def test_every_key_is_documented():
    document = json.loads(results(four_outcomes(), ENVIRONMENT))
    model = document["models"][0]
    keys = {*document, *model, *model["data"], *model["gradient_check"], *model["curves"]}
    undocumented = {key for key in keys if key not in (module.__doc__ or "")}
    assert not undocumented
