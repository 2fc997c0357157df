"""`fit`: the training loop."""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.batching import generator
from ..data.datasets import Dataset
from ..data.pieces import Pieces
from ..engine.draws import Step
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
    check_no_sample_weight,
    checked_pieces,
    number_of_batches,
    number_of_rows,
    shuffled_batches,
)
from .threads import Threads, blas_threads, threads_for
from .weighting import ClassWeight, Weighting, weighting_of


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
    validation: tuple[Any, Any] | tuple[Any, Any, Any] | Dataset | Pieces | None = None,
    schedule: Schedule | None = None,
    metrics: Mapping[str, Metric] | str | None = "auto",
    callbacks: Iterable[Callback] | None = (),
    rng: np.random.Generator | int | None = 0,
    progress: bool | str = "auto",
    threads: Threads = "auto",
    sample_weight: Any = None,
    class_weight: ClassWeight = None,
) -> History:
    """Train the model in place: for every batch, p ← step(p, ∂loss(model(x), y)/∂p).

    Shapes: x (m, …), y (m, …), one row per sample. `loss(prediction, target)` returns one number and
    decides which shapes fit: CrossEntropyLoss takes (m, c) with (m,), all others take equal shapes.
    `fit` reshapes nothing: an (m, 1) prediction with (m,) labels is an error, for losses of your own as well.

    Without y, x may be a `data.Dataset`: its training rows are meant, and in place of `validation` its test
    rows. The model gets its `preparation`, so that it predicts raw rows, also after `save` and `tg.load`.

    Or x is pieces: a sequence of pairs (x, y), or of (x, y, sample_weight), such as `data.NpyPieces`, of
    which two are in memory at a time. `validation` may be pieces as well. Their order follows from the seed
    and the number of the epoch.

    x is converted to the dtype of the parameters. `schedule` turns the fraction of steps done into a
    factor of the optimizer's lr, which stays as it is. An optimizer whose state was saved in the middle of a
    schedule goes on there, with the epochs that remain. `rng` orders the batches: the same seed
    gives the same result. It is also the seed of what layers draw (`nn.Dropout`), with the optimizer's number
    of steps, so that a training that goes on draws what it would have drawn. A last batch of a single row,
    which has no variance, is joined to the batch before it. `metrics="auto"` is accuracy for losses that
    classify. `callbacks` are called after every epoch with a `Training`, which has the model, the optimizer,
    the figures and stop(). `threads="auto"` has the BLAS compute on one thread where products are small; an
    integer is a number of threads, and None leaves it as it is.

    `sample_weight` (m,) says how much each row counts, in the loss and in metrics that take a
    `sample_weight`, such as accuracy; rows of `validation` may have weights of their own, (x, y, weights).
    `class_weight` multiplies the loss of each class, in training and validation: a dictionary by label, a
    list by class, or "balanced", m / (classes · rows of the class). The loss is the weighted mean
    Σ sᵢ ℒᵢ / Σ sᵢ; see `weighting`.

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
    preparation = arguments.preparation_for(model, x)
    x, y = arguments.rows_of(x, y, "train")
    if isinstance(validation, Dataset):
        validation = arguments.rows_of(validation, None, "test")
    rows = _checked_data("", (x, y, sample_weight), model, loss, class_weight, chosen)
    held_out = None
    if validation is not None:
        by_label = None if rows.weighting is None else rows.weighting.class_weights
        data = (validation, None) if isinstance(validation, Pieces) else validation
        held_out = _checked_data("validation ", data, model, loss, None, chosen, by_label)
    x, y = rows.x, rows.y
    check_optimizer(model, optimizer)
    steps = epochs * number_of_batches(x, y, batch_size)
    arguments.check_schedule(schedule, steps)
    limit = threads_for(threads, model, (min(batch_size, number_of_rows(x)), *x.shape[1:]))
    if isinstance(x, Streamed):
        x.seed = int(rng if isinstance(rng, (int, np.integer)) else order.integers(2**63))
    model.preparation = preparation
    training = Training(model, optimizer, History())
    history = training.history
    seed = _seed_of(order)
    watch = LossWatch(model, optimizer)
    start = time.perf_counter()
    with (
        blas_threads(limit),
        progress_bar(progress, steps, epochs) as bar,
        _following(optimizer, schedule, steps),
    ):
        try:
            for _ in range(epochs):
                shuffled = shuffled_batches(
                    *rows.arrays(), batch_size=batch_size, rng=order, epoch=training.epoch
                )
                total = TotalLoss(loss, rows.reduction)
                with model.in_mode(training=True):  # in each epoch, since callbacks may change it
                    train = _epoch(
                        training,
                        rows.weighting or loss,
                        total,
                        x,
                        shuffled,
                        chosen,
                        watch,
                        bar,
                        seed,
                    )
                after: dict[str, float] = {}
                if held_out:
                    after = evaluated(
                        *(model, held_out.x, held_out.y, loss, held_out.reduction, chosen),
                        batch_size=1024,
                        weighting=held_out.weighting,
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
    loss: Callable[..., Any],
    total: TotalLoss,
    data: NDArray[Any] | Streamed,
    rows: Iterator[tuple[NDArray[Any], ...]],
    metrics: Mapping[str, Metric],
    watch: LossWatch,
    bar: Progress,
    seed: int,
) -> dict[str, float]:
    """Train for one pass over the data; return the figures of its batches."""
    model, optimizer = training.model, training.optimizer
    sums = Sums(data, model, metrics)
    keeps = bool(sums.others) or total.needs_all
    predictions, targets, weights = [], [], []
    for number, (x, y, *factors) in enumerate(rows, start=1):
        optimizer.zero_grad()
        # An overflow leads to the DivergenceError below, which says more than NumPy's warning.
        # Underflow is no error: the slopes of saturated units and the squares of small gradients are 0.
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            with Step(seed, optimizer.steps):
                prediction = model(Tensor(in_dtype_of(model, x), name="x"))
                cost = loss(prediction, Tensor(y, name="y"), *factors[:1])
            value = float(cost.data)
            watch.check(value, training.epoch + 1, number, prediction.data)
            if training.epoch == 0 and number == 1:
                check_used(model, optimizer.params, cost)
            cost.backward()
            optimizer.step()
        total.add(value, len(x))
        sums.add(prediction.data, y, *factors[1:])
        if keeps:
            predictions.append(prediction.data)
            targets.append(y)
            weights += factors[1:]
        bar.advance()
    sample_weight = np.concatenate(weights) if weights else None
    return sums.among(measured(model, total, sums.others, predictions, targets, sample_weight))


@dataclass
class _Rows:
    """Checked data, what the loss reduces to on them, and the weights of rows, if there are some."""

    x: NDArray[Any] | Streamed
    y: NDArray[Any] | None
    reduction: Reduction
    weighting: Weighting | None

    def arrays(self) -> tuple[Any, ...]:
        """What each batch takes its rows from: x, y, factors of the loss, sample weights."""
        if self.weighting is None:
            return self.x, self.y
        return self.x, self.y, *self.weighting.columns


def _seed_of(order: np.random.Generator) -> int:
    """The seed for layers: it follows from that of the generator, which does not advance."""
    sequence: Any = getattr(order.bit_generator, "seed_seq", None)
    return int(sequence.generate_state(1, np.uint64)[0]) if sequence is not None else 0


def _checked_data(
    what: str,
    data: tuple[Any, ...],
    model: Module,
    loss: LossFunction,
    class_weight: ClassWeight,
    metrics: Mapping[str, Metric],
    by_label: dict[Any, float] | None = None,
) -> _Rows:
    inputs, targets, *weights = data
    if targets is None:
        check_no_sample_weight(weights[0] if weights else None)
        pieces, of_pieces = checked_pieces(
            what, inputs, model, loss, metrics, class_weight, by_label
        )
        return _Rows(pieces, None, of_pieces, pieces.weighting)
    x = checked_inputs(f"{what}x", inputs, model)
    y = checked_rows(f"{what}y", targets, len(x))
    sample_weight = weights[0] if weights else None
    weighting = weighting_of(loss, y, sample_weight, class_weight, what=what, by_label=by_label)
    reduction = dry_run(model, weighting or loss, x, y, metrics)
    return _Rows(x, y, reduction if weighting is None else weighting.reduction, weighting)


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
