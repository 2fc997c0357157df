"""`fit`: the training loop."""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.batching import generator
from ..data.pieces import Pieces
from ..engine.grad_mode import enable_grad
from ..errors import DivergenceError
from ..nn import Module
from ..nn.data_checks import checked_inputs, checked_rows, in_dtype_of
from ..optim import Optimizer, Schedule
from ..optim.untrained import check_used
from ..tensor import Tensor
from . import arguments
from .callbacks import Callback, Training
from .checks import LossWatch, Metric, check_optimizer, dry_run
from .history import History
from .metrics import chosen_metrics, evaluated, measured
from .progress import Progress, check_progress, progress_bar
from .reduction import LossFunction, Reduction, TotalLoss
from .streaming import (
    Streamed,
    Sums,
    checked_pieces,
    number_of_batches,
    number_of_rows,
    shuffled_batches,
)
from .threads import Threads, blas_threads, threads_for


@enable_grad()
def fit(
    model: Module,
    loss: LossFunction,
    optimizer: Optimizer,
    x: Any,
    y: Any = None,
    *,
    epochs: int,
    batch_size: int,
    validation: tuple[Any, Any] | Pieces | None = None,
    schedule: Schedule | None = None,
    metrics: Mapping[str, Metric] | str | None = "auto",
    callbacks: Iterable[Callback] | None = (),
    rng: np.random.Generator | int | None = 0,
    progress: bool | str = "auto",
    threads: Threads = "auto",
) -> History:
    """Train the model in place: for every batch, p ← step(p, ∂loss(model(x), y)/∂p).

    Shapes: x (m, …), y (m, …), one row per sample. `loss(prediction, target)` returns one number and
    decides which shapes fit: CrossEntropyLoss takes (m, c) with (m,), all others take equal shapes.
    `fit` reshapes nothing: an (m, 1) prediction with (m,) labels is an error, for losses of your own as well.

    Without y, x is pieces: a sequence of pairs (x, y), such as `data.NpyPieces`, of which two are in memory
    at a time. `validation` may be pieces as well. Their order follows from the seed and the number of the
    epoch.

    x is converted to the dtype of the parameters. `schedule` turns the fraction of steps done into a
    factor of the optimizer's lr, which stays as it is. An optimizer whose state was saved in the middle of a
    schedule goes on there, with the epochs that remain. `rng` orders the batches: the same seed
    gives the same result. `metrics="auto"` is accuracy for losses that classify. `callbacks` are called
    after every epoch with a `Training`, which has the model, the optimizer, the figures and stop().
    `threads="auto"` has the BLAS compute on one thread where products are small; an integer is a number of
    threads, and None leaves it as it is.

    Ctrl-C ends training early: the model keeps what it has learnt, and the returned history has the
    finished epochs and `interrupted`.

    Raises, before the first step: SettingError for arguments that are not what they should be; DataError
    for NaN, infinity or anything but numbers in the data, and for row counts that differ; ShapeError,
    DtypeError and TargetError for targets that don't fit the predictions; OptimizerError for an optimizer
    of another model; MissingExtraError. In training: DivergenceError for a loss that is not finite and for
    predictions of NaN, with the `history` so far.
    """
    arguments.check_model(model)
    arguments.check_loss_function(loss)
    arguments.check_optimizer_argument(optimizer)
    arguments.check_epochs(epochs)
    arguments.check_validation(validation)
    check_progress(progress)
    called = arguments.checked_callbacks(callbacks)
    chosen = chosen_metrics(metrics, loss)
    order = generator(rng)
    x, y, reduction = _checked_data("", (x, y), model, loss, chosen)
    held_out = None
    if isinstance(validation, Pieces):
        held_out = _checked_data("validation ", (validation, None), model, loss, chosen)
    elif validation:
        held_out = _checked_data("validation ", validation, model, loss, chosen)
    check_optimizer(model, optimizer)
    steps = epochs * number_of_batches(x, y, batch_size)
    arguments.check_schedule(schedule, steps)
    limit = threads_for(threads, model, (min(batch_size, number_of_rows(x)), *x.shape[1:]))
    if isinstance(x, Streamed):
        x.seed = int(rng if isinstance(rng, (int, np.integer)) else order.integers(2**63))
    training = Training(model, optimizer, History())
    history = training.history
    watch = LossWatch(model, optimizer)
    start = time.perf_counter()
    with (
        blas_threads(limit),
        progress_bar(progress, steps, epochs) as bar,
        _following(optimizer, schedule, steps),
    ):
        try:
            for _ in range(epochs):
                rows = shuffled_batches(
                    x, y, batch_size=batch_size, rng=order, epoch=training.epoch
                )
                total = TotalLoss(loss, reduction)
                with model.in_mode(training=True):  # in each epoch, since callbacks may change it
                    train = _epoch(training, loss, total, x, rows, chosen, watch, bar)
                after: dict[str, float] = {}
                if held_out:
                    after = evaluated(
                        model, held_out[0], held_out[1], loss, held_out[2], chosen, batch_size=1024
                    )
                history.add(train, after, optimizer.last_lr)
                bar.report(len(history), history.latest())
                answers = [callback(training) for callback in called]
                if training.stopped or any(answers):
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
    training: Training,
    loss: LossFunction,
    total: TotalLoss,
    data: NDArray[Any] | Streamed,
    rows: Iterator[tuple[NDArray[Any], ...]],
    metrics: Mapping[str, Metric],
    watch: LossWatch,
    bar: Progress,
) -> dict[str, float]:
    """Train for one pass over the data; return the figures of its batches."""
    model, optimizer = training.model, training.optimizer
    sums = Sums(data, model, metrics)
    keeps = bool(sums.others) or total.needs_all
    predictions, targets = [], []
    for number, (x, y) in enumerate(rows, start=1):
        optimizer.zero_grad()
        # An overflow leads to the DivergenceError below, which says more than NumPy's warning.
        # Underflow is no error: the slopes of saturated units and the squares of small gradients are 0.
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            prediction = model(Tensor(in_dtype_of(model, x), name="x"))
            cost = loss(prediction, Tensor(y, name="y"))
            value = float(cost.data)
            watch.check(value, training.epoch + 1, number, prediction.data)
            if training.epoch == 0 and number == 1:
                check_used(model, optimizer.params, cost)
            cost.backward()
            optimizer.step()
        total.add(value, len(x))
        sums.add(prediction.data, y)
        if keeps:
            predictions.append(prediction.data)
            targets.append(y)
        bar.advance()
    return sums.among(measured(model, total, sums.others, predictions, targets))


def _checked_data(
    what: str,
    data: tuple[Any, Any],
    model: Module,
    loss: LossFunction,
    metrics: Mapping[str, Metric],
) -> tuple[NDArray[Any] | Streamed, NDArray[Any] | None, Reduction]:
    """The data as arrays or pieces, and what the loss reduces to on them."""
    inputs, targets = data
    if targets is None:
        pieces, reduction = checked_pieces(what, inputs, model, loss, metrics)
        return pieces, None, reduction
    x = checked_inputs(f"{what}x", inputs, model)
    y = checked_rows(f"{what}y", targets, len(x))
    return x, y, dry_run(model, loss, x, y, metrics)


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
