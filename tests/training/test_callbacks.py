"""Callbacks see the training and can end it."""

import textwrap

import numpy as np
import pytest

from tinygrad_course import nn, optim
from tinygrad_course.training import Training, fit

X = np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.int64)


def trained(callbacks, epochs=9, **options):
    model = nn.MLP([2, 2], rng=0)
    optimizer = optim.SGD(model, lr=0.1)
    history = fit(
        *(model, nn.CrossEntropyLoss(), optimizer, X, Y),
        epochs=epochs,
        batch_size=16,
        callbacks=callbacks,
        **options,
    )
    return model, optimizer, history


def test_a_callback_sees_the_model_the_optimizer_and_the_figures():
    seen = []

    def look(training):
        figures = dict(training.figures)
        seen.append((training.model, training.optimizer, training.history, training.epoch, figures))
        assert "epoch 1" in repr(training) or training.epoch > 1

    model, optimizer, history = trained([look], epochs=2, validation=(X, Y))
    for number, (of_model, of_optimizer, of_history, epoch, figures) in enumerate(seen, start=1):
        assert (of_model, of_optimizer, of_history) == (model, optimizer, history)
        assert epoch == number
        assert figures["loss"] == history.train["loss"][number - 1]
        assert figures["validation accuracy"] == history.validation["accuracy"][number - 1]
    assert len(seen) == 2


@pytest.mark.parametrize("stop", [Training.stop, lambda training: True, lambda training: np.True_])
def test_training_ends_after_the_epoch_and_the_other_callbacks_are_called(stop):
    called = []
    _, _, history = trained([stop, lambda training: called.append(training.epoch)])
    assert called == [1]
    assert len(history) == 1
    assert not history.interrupted


def test_the_early_stopping_of_the_docstring_runs():
    from tinygrad_course.training import callbacks

    example = (callbacks.__doc__ or "").partition("\n\n")[2].partition("fit(…")[0]
    names = {}
    exec(textwrap.dedent(example), names)
    rising = iter([3.0, 2.0, 1.0, *[4.0] * 100])

    def worse(training):
        training.history.validation["loss"][-1] = next(rising)

    _, _, history = trained([worse, names["StopEarly"]()], epochs=50, validation=(X, Y))
    assert len(history) == 3 + 5


def test_the_best_weights_can_be_kept():
    best = {"loss": np.inf}

    def keep(training):
        if training.figures["validation loss"] < best["loss"]:
            best.update(loss=training.figures["validation loss"], state=training.model.state_dict())

    model, _, history = trained([keep], validation=(X, Y))
    assert best["loss"] == min(history.validation["loss"])
    model.load_state_dict(best["state"])
