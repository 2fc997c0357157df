"""np.random.seed makes what is drawn without a generator reproducible."""

import numpy as np
import pytest

from tinygrad_course import nn
from tinygrad_course.random_numbers import generator


def weights():
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.MLP([4, 5, 1]))
    return np.concatenate(
        [p.data.ravel() for p in model.parameters()] + [nn.init.he_normal((2, 2)).ravel()]
    )


@pytest.fixture
def state():
    """Leave NumPy's global generator as it was."""
    before = np.random.get_state()
    yield
    np.random.set_state(before)


def test_the_same_seed_gives_the_same_weights(state):
    found = []
    for seed in (0, 0, 1):
        np.random.seed(seed)
        found.append(weights())
    np.testing.assert_array_equal(found[0], found[1])
    assert (found[0] != found[2]).any()


def test_each_layer_draws_its_own(state):
    np.random.seed(0)
    first, second = nn.Linear(3, 3), nn.Linear(3, 3)
    assert (first.weight.data != second.weight.data).any()


def test_without_a_seed_every_run_differs():
    assert (weights() != weights()).any()


def test_a_generator_is_used_as_it_is_and_a_seed_does_not_touch_the_global_one(state):
    given = np.random.default_rng(0)
    assert generator(given) is given
    np.random.seed(0)
    nn.Linear(3, 3, rng=5)
    generator(7)
    after = np.random.rand()
    np.random.seed(0)
    assert np.random.rand() == after
