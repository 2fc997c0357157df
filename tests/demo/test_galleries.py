import numpy as np

from tests.demo.outcomes import four_outcomes
from tinygrad_course.demo.galleries import detectors, gallery, template
from tinygrad_course.demo.pictures import signed


def test_what_was_said_is_told_only_where_it_was_wrong() -> None:
    outcome = four_outcomes()[3]
    right = np.flatnonzero(outcome.predicted == outcome.dataset.y_test)[:2]
    assert "said <b>" not in gallery(outcome, right)
    wrong = gallery(outcome, outcome.mistakes[:3])
    assert wrong.count("said <b>") == wrong.count("<img") == 3


def test_detectors_are_the_units_with_the_largest_weights() -> None:
    outcome = four_outcomes()[2]
    largest = np.argsort(-(outcome.first_weights**2).sum(axis=1))[:5]
    found = detectors(outcome, 5)
    places = [found.index(f'alt="Weights of unit {unit}"') for unit in largest]
    assert places == sorted(places)
    assert found.count("<img") == 5


def test_a_template_is_the_picture_of_the_only_unit() -> None:
    outcome = four_outcomes()[1]
    assert signed(outcome.first_weights[0].reshape(28, 28)) in template(outcome, "weights")
