import platform

import numpy as np
import pytest

import tinygrad_course
from tests.demo.outcomes import four_outcomes, without_dot
from tinygrad_course.demo.outcome import this_environment


@pytest.fixture(params=range(4), ids=lambda i: four_outcomes()[i].key)
def outcome(request):
    return four_outcomes()[request.param]


def test_confusion_counts_every_test_row_once_and_right_ones_on_its_diagonal(outcome):
    confusion = outcome.confusion
    assert confusion.sum() == len(outcome.dataset.y_test)
    assert confusion.sum(axis=1).tolist() == np.bincount(outcome.dataset.y_test).tolist()
    assert np.trace(confusion) / confusion.sum() == pytest.approx(outcome.test_accuracy)


def test_mistakes_are_the_wrong_rows_the_highest_confidence_first(outcome):
    wrong = set(np.flatnonzero(outcome.predicted != outcome.dataset.y_test))
    assert set(outcome.mistakes) == wrong
    assert len(outcome.mistakes) == len(wrong)
    assert (np.diff(outcome.confidence[outcome.mistakes]) <= 0).all()


def test_a_graph_without_svg_is_a_dot_file(outcome):
    assert outcome.graph_file == f"graphs/{outcome.key}.svg"
    assert without_dot(outcome).graph_file == f"graphs/{outcome.key}.dot"


def test_the_environment_has_the_versions_and_the_seed():
    environment = this_environment(seed=3)
    assert environment.seed == 3
    assert environment.version == tinygrad_course.__version__
    assert environment.python == platform.python_version()
    assert environment.numpy == np.__version__
