"""Plateau: when it changes the rate, and that its state is whole. PyTorch is asked in tests/referee."""

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course import nn, optim
from tinygrad_course.errors import SettingError, StateDictError
from tinygrad_course.optim import SGD, Plateau
from tinygrad_course.training import fit


def made(**settings):
    return Plateau(SGD([leaf([1.0])], lr=1.0), **settings)


def test_it_waits_changes_and_cools_down():
    plateau = made(factor=0.5, patience=1, cooldown=2)
    rates = []
    for loss in (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5, np.nan):
        plateau.step(loss)
        rates.append(plateau.optimizer.lr)
    assert rates == [1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25]
    assert plateau.best == 0.5


@pytest.mark.parametrize(
    ("settings", "figures", "changed"),
    [
        ({"mode": "max"}, (0.5, 0.6, 0.55), [False, False, True]),
        ({"threshold": 0.1}, (1.0, 0.95, 0.89), [False, True, False]),
        ({"threshold": 0.1, "threshold_mode": "abs"}, (-5.0, -5.05, -5.2), [False, True, False]),
    ],
)
def test_what_is_better(settings, figures, changed):
    plateau = made(patience=0, **settings)
    assert [plateau.step(figure) for figure in figures] == changed


def test_rates_have_a_bottom_and_tiny_changes_are_none():
    plateau = made(patience=0, min_lr=0.3)
    for _ in range(5):
        plateau.step(1.0)
    assert plateau.optimizer.lr == 0.3
    tiny = made(patience=0, eps=0.95)
    assert not any(tiny.step(1.0) for _ in range(5))
    assert tiny.optimizer.lr == 1


def test_the_rates_of_all_groups_fall():
    p, q = leaf([1.0]), leaf([1.0])
    optimizer = SGD([{"params": [p]}, {"params": [q], "lr": 0.5}], lr=1.0)
    plateau = Plateau(optimizer, patience=0)
    plateau.step(1.0)
    plateau.step(1.0)
    assert [g["lr"] for g in optimizer.param_groups] == pytest.approx([0.1, 0.05])
    assert optimizer.lr == pytest.approx(0.1)


@pytest.mark.parametrize("k", range(8))
def test_a_restored_one_goes_on_as_the_saved_one(k):
    figures = np.random.default_rng(0).uniform(size=12)
    settings = {"patience": 1, "cooldown": 1, "factor": 0.7, "mode": "max", "threshold_mode": "abs"}
    one, other = made(**settings), made()
    for figure in figures[:k]:
        one.step(figure)
    other.load_state_dict(one.state_dict())
    other.optimizer.load_state_dict(one.optimizer.state_dict())
    for figure in figures[k:]:
        one.step(figure)
        other.step(figure)
        assert one.optimizer.lr == other.optimizer.lr
        for name, value in one.state_dict().items():
            np.testing.assert_array_equal(other.state_dict()[name], value)
    with pytest.raises(StateDictError, match="missing: 'best'"):
        other.load_state_dict({})


def test_it_is_a_callback_of_fit():
    x = np.random.default_rng(0).normal(size=(8, 2))
    model = nn.LogisticRegression(2, dtype=np.float64)
    optimizer = SGD(model, lr=1.0)
    options = {"epochs": 4, "batch_size": 8, "progress": False}
    plateau = Plateau(optimizer, patience=0, threshold=0.9)
    parts = model, nn.BCEWithLogitsLoss(), optimizer, x, (x[:, 0] > 0).astype(float)
    history = fit(*parts, **options, validation=parts[3:], callbacks=[plateau])
    assert history.lr == pytest.approx([1, 1, 0.1, 0.01])
    with pytest.raises(SettingError, match=r"only loss, accuracy: .*monitor='loss'"):
        fit(*parts, **options, callbacks=[plateau])
    fit(*parts, **options, callbacks=[Plateau(optimizer, monitor="loss")])


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"mode": "least"}, "mode='least'"),
        ({"factor": 1}, "factor=1: must be below 1"),
        ({"factor": 2}, "factor=2"),
        ({"patience": 1.5}, "patience=1.5: must be a whole number"),
        ({"threshold_mode": "relative"}, "threshold_mode="),
        ({"min_lr": -1}, "min_lr=-1"),
    ],
)
def test_impossible_settings(setting, message):
    with pytest.raises(SettingError, match=message):
        made(**setting)
    with pytest.raises(SettingError, match=r"Plateau\(optimizer\)"):
        Plateau(nn.Linear(1, 1))
    assert repr(made()) == "Plateau('validation loss', factor=0.1, patience=10)"
    assert optim.Plateau is Plateau
