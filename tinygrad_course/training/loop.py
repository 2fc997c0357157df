"""`fit`: the training loop."""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..data import batches
from ..engine.grad_mode import enable_grad
from ..errors import DivergenceError, SettingError
from ..nn import Module
from ..optim import Optimizer, Schedule
from ..tensor import Tensor
from . import checks
from .history import History
from .metrics import LossFunction, Metric, chosen_metrics, evaluated, measured
from .progress import Progress, progress_bar

Callback: TypeAlias = Callable[[History], Any]
"""Called after every epoch; training ends if a callback returns True."""


@enable_grad()
def fit(
    model: Module,
    loss: LossFunction,
    optimizer: Optimizer,
    x: Any,
    y: Any,
    *,
    epochs: int,
    batch_size: int,
    validation: tuple[Any, Any] | None = None,
    schedule: Schedule | None = None,
    metrics: Mapping[str, Metric] | str = "auto",
    callbacks: Iterable[Callback] = (),
    rng: np.random.Generator | int | None = 0,
    progress: bool | str = "auto",
) -> History:
    """Train the model in place: for every batch, p ← step(p, ∂loss(model(x), y)/∂p).

    Shapes: x (m, …), y (m, …), one row per sample. `loss(prediction, target)` returns one number and
    decides which shapes fit: CrossEntropyLoss takes (m, c) with (m,), all others take equal shapes.
    `fit` reshapes nothing: an (m, 1) prediction with (m,) labels is an error.

    x is converted to the dtype of the parameters. `schedule` turns the fraction of steps done into a
    factor of the optimizer's lr, which stays as it is. An optimizer whose state was saved in the middle of a
    schedule goes on there, with the epochs that remain. `rng` orders the batches: the same seed
    gives the same result. `metrics="auto"` is accuracy for losses that classify.

    Ctrl-C ends training early: the model keeps what it has learnt, and the returned history has the
    finished epochs and `interrupted`.

    Raises, before the first step: DataError for NaN, infinity or anything but numbers in the data, and
    for row counts that differ; ShapeError, DtypeError and TargetError for targets that don't fit the
    predictions; OptimizerError for an optimizer of another model; SettingError; MissingExtraError.
    In training: DivergenceError for a loss that is not finite, with the `history` so far.
    """
    if not isinstance(epochs, (int, np.integer)) or epochs < 0:
        raise SettingError(f"epochs={epochs!r}: must be a whole number, at least 0")
    if callable(callbacks):
        raise SettingError("callbacks is a function: give a list of them, [callback]")
    if validation is not None and len(validation) != 2:
        raise SettingError(f"validation has {len(validation)} parts: give the pair (x, y)")
    chosen = chosen_metrics(metrics, loss)
    x, y = _checked_data("", (x, y), model, loss)
    held_out = validation and _checked_data("validation ", validation, model, loss)
    checks.check_optimizer(model, optimizer)
    generator = np.random.default_rng(rng)
    batches(x, y, batch_size=batch_size, shuffle=False)  # checks batch_size
    steps = epochs * len(range(0, len(x), batch_size))
    callbacks = tuple(callbacks)
    history = History()
    start = time.perf_counter()
    with (
        progress_bar(progress, steps, epochs) as bar,
        _following(optimizer, schedule, steps),
    ):
        try:
            for _ in range(epochs):
                order = batches(x, y, batch_size=batch_size, rng=generator)
                with model.in_mode(training=True):  # in each epoch, since callbacks may change it
                    train = _epoch(model, loss, optimizer, order, chosen, history, bar)
                after: dict[str, float] = {}
                if held_out:
                    after = evaluated(model, *held_out, loss, chosen, batch_size=1024)
                history.add(train, after, optimizer.last_lr)
                bar.report(len(history), history.latest())
                answers = [callback(history) for callback in callbacks]
                if any(answers):
                    break
        except KeyboardInterrupt:
            history.interrupted = True
        except DivergenceError as error:
            error.history = history
            raise
        finally:
            optimizer.zero_grad()
            history.seconds = time.perf_counter() - start
    return history


def _epoch(
    model: Module,
    loss: LossFunction,
    optimizer: Optimizer,
    order: Iterator[tuple[NDArray[Any], ...]],
    metrics: Mapping[str, Metric],
    history: History,
    bar: Progress,
) -> dict[str, float]:
    """Train for one pass over the data; return the figures of its batches."""
    predictions, targets = [], []
    total = rows = 0.0
    for number, (x, y) in enumerate(order, start=1):
        optimizer.zero_grad()
        # An overflow leads to the DivergenceError below, which says more than NumPy's warning.
        with np.errstate(over="ignore", invalid="ignore"):
            prediction = model(Tensor(x, name="x"))
            cost = loss(prediction, Tensor(y, name="y"))
            value = float(cost.data)
            checks.check_loss(value, optimizer.lr, len(history) + 1, number)
            cost.backward()
            optimizer.step()
        total += value * len(x)
        rows += len(x)
        if metrics:
            predictions.append(prediction.data)
            targets.append(y)
        bar.advance()
    return {"loss": total / rows} | measured(metrics, predictions, targets)


def _checked_data(
    what: str, data: tuple[Any, Any], model: Module, loss: LossFunction
) -> tuple[NDArray[Any], NDArray[Any]]:
    inputs, targets = data
    x = checks.checked_inputs(f"{what}x", inputs, model)
    y = checks.checked_rows(f"{what}y", targets, len(x))
    checks.dry_run(model, loss, x, y)
    return x, y


@contextmanager
def _following(optimizer: Optimizer, schedule: Schedule | None, steps: int) -> Iterator[None]:
    """Follow the schedule for these steps, and none afterwards; without a schedule change nothing."""
    if schedule is None or not steps:
        yield
        return
    optimizer.follow(schedule, steps)
    try:
        yield
    finally:
        optimizer.follow(None)
