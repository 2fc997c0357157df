"""The moving average of weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course import nn, optim
from tinygrad_course.errors import SettingError, StateDictError
from tinygrad_course.optim import SGD, WeightAverage


def moved(model, rng):
    for p in model.parameters():
        p.data[...] = rng.normal(size=p.shape)


@given(st.floats(0, 0.999), st.integers(1, 6), st.integers(0, 99))
def test_it_is_the_average_by_hand(decay, steps, seed):
    rng, model = np.random.default_rng(seed), nn.Linear(2, 1, rng=0, dtype=np.float64)
    average = WeightAverage(model, decay)
    expected = None
    for _ in range(steps):
        moved(model, rng)
        now = model.weight.data.copy()
        expected = now if expected is None else decay * expected + (1 - decay) * now
        average.update()
    assert average.updates == steps
    np.testing.assert_allclose(average.state_dict()["weight"], expected)
    own = model.state_dict()
    with average.applied() as applied:
        assert applied is model
        np.testing.assert_allclose(model.weight.data, expected)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, own[name])


def test_it_follows_an_optimizer():
    model = nn.Linear(1, 1, rng=0, dtype=np.float64)
    optimizer, average = SGD(model, lr=1.0), WeightAverage(model, 0.5)
    end = average.follow(optimizer)
    start = model.weight.item()
    for _ in range(3):
        model.weight.grad = np.ones((1, 1))
        optimizer.step()
    expected = start - 1
    for step in (2, 3):
        expected = 0.5 * expected + 0.5 * (start - step)
    np.testing.assert_allclose(average.state_dict()["weight"], expected)
    end()
    optimizer.step()
    assert average.updates == 3


def test_an_error_inside_brings_the_weights_back():
    model = nn.Linear(2, 1, rng=0)
    average = WeightAverage(model)
    moved(model, np.random.default_rng(0))
    own = model.state_dict()
    with pytest.raises(ZeroDivisionError), average.applied():
        1 / 0  # noqa: B018
    np.testing.assert_array_equal(model.weight.data, own["weight"])


def test_graphs_from_before_keep_their_values():
    model = nn.Linear(2, 1, rng=0)
    average = WeightAverage(model)
    moved(model, np.random.default_rng(0))
    x = np.ones((1, 2), np.float32)
    loss = (model(x) ** 2).sum()
    with average.applied():
        loss.backward()
    np.testing.assert_allclose(model.weight.grad.data, 2 * model(x).data * x, rtol=1e-6)


def test_half_precision_is_averaged_in_single():
    model = nn.Linear(1, 1, rng=0, dtype=np.float16)
    average = WeightAverage(model, 0.999)
    model.weight.data[...] = 1.0
    average.update()
    model.weight.data[...] = 1.25
    for _ in range(1000):
        average.update()
    assert average.state_dict()["weight"].dtype == np.float32
    assert average.state_dict()["weight"].item() == pytest.approx(
        1.25 - 0.25 * 0.999**1000, rel=1e-4
    )


def test_a_state_is_restored_and_one_that_does_not_fit_refused():
    one, other = (WeightAverage(nn.Linear(2, 1, rng=seed), 0.5) for seed in (0, 1))
    one.update()
    other.load_state_dict(one.state_dict())
    assert other.updates == 1
    np.testing.assert_array_equal(other.state_dict()["weight"], one.state_dict()["weight"])
    with pytest.raises(StateDictError, match="missing: 'updates'"):
        other.load_state_dict({})


@pytest.mark.parametrize("decay", [1, -0.1, "0.9", None, np.nan])
def test_impossible_settings(decay):
    with pytest.raises(SettingError, match="decay="):
        WeightAverage(nn.Linear(2, 1, rng=0), decay)
    with pytest.raises(SettingError, match="give the model"):
        WeightAverage(optim)
