"""Early stopping: when it ends a training, and that the best weights come back however it ended."""

import contextlib

import numpy as np
import pytest

from tinygrad_course import nn, optim
from tinygrad_course.errors import DivergenceError, SettingError, StateDictError
from tinygrad_course.training import EarlyStopping, fit

X = np.random.default_rng(0).normal(size=(20, 3))
Y = X.sum(1, keepdims=True)


def trained(early, figures, *, epochs=None, after=lambda training: None):
    """A training whose epochs have these figures; the weights after each, and how it ended."""
    model = nn.Sequential(nn.Linear(3, 1, rng=0), nn.BatchNorm1d(1))
    weights = []

    def note(training):
        weights.append(training.model.state_dict())
        training.history.train["figure"] = [*figures[: training.epoch]]
        training.history.train["figure"][-1:] = [figures[training.epoch - 1]]

    history = None
    with contextlib.suppress(DivergenceError, SystemExit):
        history = fit(
            *(model, nn.MSELoss(), optim.SGD(model, lr=0.01), X, Y),
            epochs=len(figures) if epochs is None else epochs,
            batch_size=5,
            progress=False,
            callbacks=[note, early, after],
        )
    return model.state_dict(), weights, history


def assert_equal(one, other):
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name])


@pytest.mark.parametrize(
    ("figures", "settings", "epochs", "best"),
    [
        ([5, 4, 3, 3, 3, 3, 3], {}, 5, 3),
        ([5, 4, 3, 2, 1], {}, 5, 5),
        ([1, 2, 3, 4], {}, 3, 1),
        ([1, 2, 3, 2, 1], {"mode": "max"}, 5, 3),
        ([5, 4.9, 4.8, 4.7, 4.6], {"min_delta": 0.3}, 3, 1),
        ([np.nan, 4, np.nan, np.nan, 1], {}, 4, 2),
        ([3, np.inf, 2, 2.5, np.nan], {}, 5, 3),
    ],
)
def test_it_waits_for_a_better_figure_and_gives_the_best_weights(figures, settings, epochs, best):
    early = EarlyStopping(2, monitor="figure", **{"mode": "min", **settings})
    left, weights, history = trained(early, figures)
    assert (len(history), early.best_epoch) == (epochs, best)
    assert early.best == figures[best - 1]
    assert_equal(left, weights[best - 1])
    assert_equal(early.best_weights, left)


def test_the_best_weights_come_back_however_the_training_ended():
    def interrupt(training):
        if training.epoch == 3:
            raise KeyboardInterrupt

    def leave(training):
        if training.epoch == 3:
            raise SystemExit

    def diverge(training):
        if training.epoch == 3:
            raise DivergenceError("the loss became nan")

    for after in (interrupt, leave, diverge):
        early = EarlyStopping(monitor="figure", mode="min")
        left, weights, _ = trained(early, [3, 1, 2, 0], after=after)
        assert_equal(left, weights[1])


def test_the_last_weights_stay_if_that_is_asked_for_or_nothing_was_best():
    early = EarlyStopping(monitor="figure", mode="min", restore_best=False)
    left, weights, _ = trained(early, [1, 2, 3])
    assert_equal(left, weights[-1])
    assert early.best_weights == {}
    left, weights, _ = trained(EarlyStopping(monitor="figure", mode="min"), [np.nan] * 3)
    assert_equal(left, weights[-1])


def test_a_second_training_begins_anew():
    early = EarlyStopping(2, monitor="figure", mode="min")
    trained(early, [1, 2, 3])
    left, weights, history = trained(early, [9, 8, 7, 6])
    assert len(history) == 4
    assert_equal(left, weights[-1])


def test_which_figures_rise():
    for monitor in ("accuracy", "validation accuracy", "validation f1", "ROC AUC", "validation R2"):
        assert EarlyStopping(monitor=monitor).mode == "max"
    for monitor in ("loss", "validation loss", "validation MAE", "mean squared error"):
        assert EarlyStopping(monitor=monitor).mode == "min"
    with pytest.raises(SettingError, match="mode='max' or mode='min'"):
        EarlyStopping(monitor="validation score")


@pytest.mark.parametrize(
    "settings",
    [
        *({"patience": 0}, {"patience": 1.5}, {"min_delta": -1}, {"mode": "up"}),
        *({"monitor": 3}, {"restore_best": "yes"}),
    ],
)
def test_what_is_no_setting(settings):
    with pytest.raises(SettingError, match=next(iter(settings))):
        EarlyStopping(**settings)


def test_a_figure_that_does_not_exist():
    with pytest.raises(SettingError, match="only loss, figure: give fit validation"):
        trained(EarlyStopping(), [1, 2])


def test_a_state_of_something_else():
    early = EarlyStopping()
    for state in ({}, {"best": 1.0}, {**early.state_dict(), "more": 1}):
        with pytest.raises(StateDictError, match="EarlyStopping"):
            early.load_state_dict(state)
