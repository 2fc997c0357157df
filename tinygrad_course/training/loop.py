"""`fit`: the training loop."""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..data.batching import generator
from ..data.datasets import Dataset
from ..data.pieces import Pieces
from ..engine.grad_mode import enable_grad
from ..errors import DivergenceError, SettingError
from ..nn import Module
from ..nn.data_checks import checked_inputs, checked_rows
from ..optim import Optimizer, Schedule
from . import arguments
from .callbacks import Callback, StepCallback, Training
from .callbacks import finish as finish_callbacks
from .callbacks import start as start_callbacks
from .checkpoint import Pace, fingerprint, name_of, prepared_path, settings_of, state_of
from .checks import LossWatch, Metric, check_optimizer, dry_run
from .epoch import Figures, Steps, after
from .history import History
from .metrics import chosen_metrics, evaluated
from .progress import check_progress, progress_bar
from .reduction import LossFunction, Reduction
from .resuming import Position, Saver
from .signals import until_the_step_ends
from .streaming import (
    Streamed,
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
    accumulate: int = 1,
    clip_norm: float | None = None,
    step_callbacks: Iterable[StepCallback] | None = (),
    checkpoint: str | os.PathLike[str] | None = None,
    every: str | int = "60s",
    resume: bool | Literal["auto"] = "auto",
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

    `accumulate` batches make one step, of the gradient that all their rows have together: as one batch of so
    many rows, in the memory of one. `clip_norm` shortens gradients whose norm is larger, as
    `nn.utils.clip_grad_norm_` does. `step_callbacks` are called after every step with a `TrainingStep`.

    `checkpoint` is a file that the training is saved in `every` so many seconds, steps or epochs ("60s",
    "100 steps", "1 epoch"), at its end, and when Ctrl-C or SIGTERM end it, which then wait for the step;
    SIGTERM exits with the code 143. If the file exists, `resume="auto"` goes on from it, and the result is
    to the bit what it would have been without a break, with the same NumPy, BLAS and number of threads. A
    training that had ended is not trained again, unless `epochs` are more now. resume=True demands the file,
    False begins anew. Callbacks with `state_dict` and `load_state_dict` are saved as well.

    Ctrl-C ends training early: the model keeps what it has learnt, and the returned history has the
    finished epochs and `interrupted`.

    Raises, before the first step: SettingError for arguments that are not what they should be; DataError
    for NaN, infinity or anything but numbers in the data, and for row counts that differ; ShapeError,
    DtypeError and TargetError for targets that don't fit the predictions; OptimizerError for an optimizer
    of another model; CheckpointError, and nothing has changed, for a checkpoint of other data, another
    model or other settings; FileFormatError for a damaged one; MissingExtraError. In training:
    DivergenceError for a loss that is not finite and for predictions of NaN, with the `history` so far;
    OSError if a checkpoint can't be written.
    """
    arguments.check_model(model)
    arguments.check_loss_function(loss)
    arguments.check_optimizer_argument(optimizer)
    arguments.check_epochs(epochs)
    arguments.check_validation(validation)
    check_progress(progress)
    called = arguments.checked_callbacks(callbacks)
    stepping = arguments.checked_callbacks(step_callbacks, "step_callbacks")
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
    per_step = arguments.checked_accumulate(accumulate, rows.reduction)
    arguments.check_clip_norm(clip_norm)
    steps_of_epoch = -(-number_of_batches(x, y, batch_size) // per_step)
    steps = epochs * steps_of_epoch
    arguments.check_schedule(schedule, steps)
    limit = threads_for(threads, model, (min(batch_size, number_of_rows(x)), *x.shape[1:]))
    seed = _seed_of(order)
    of_pieces = None
    if isinstance(x, Streamed):
        of_pieces = int(rng if isinstance(rng, (int, np.integer)) else order.integers(2**63))
    training = Training(model, optimizer, History())
    history = training.history

    def new_figures() -> Figures:
        return Figures(x, model, loss, rows.reduction, chosen)

    saver = None
    position = Position({}, new_figures(), seed, of_pieces)
    start_callbacks(called, model)
    if checkpoint is not None:
        path, exists = prepared_path(checkpoint, resume)
        settings = {
            "epochs": None if schedule is None else epochs,
            "batch_size": int(batch_size),
            "accumulate": per_step,
            "clip_norm": None if clip_norm is None else float(clip_norm),
            "schedule": schedule and [float(schedule(t)) for t in (0.0, 0.25, 0.5, 0.75, 1.0)],
            "rng": None if rng is None else seed,
            "loss": name_of(loss),
            "metrics": {name: name_of(metric) for name, metric in chosen.items()},
            **settings_of(model, optimizer),
            "data": rows.fingerprint(),
            "validation": None if held_out is None else held_out.fingerprint(),
        }
        saver = Saver(path, Pace(every), training, (*called, *stepping), order, settings)
        position.order = state_of(order)
        if exists:
            position = saver.restore(new_figures)
    elif resume is True:
        raise SettingError("resume=True without a checkpoint: give checkpoint='run.ckpt'")
    if isinstance(x, Streamed):
        x.seed = position.seed_of_pieces or 0
    model.preparation = preparation
    done = len(history) * steps_of_epoch - (-position.figures.batches // per_step)
    run = Steps(
        model,
        optimizer,
        rows.weighting or loss,
        LossWatch(model, optimizer),
        position.seed,
        rows.reduction == "mean",
        per_step,
        clip_norm,
        stepping,
    )
    start = time.perf_counter() - history.seconds

    def save(finished: bool = False) -> None:
        if saver is not None:
            saver.save(position, time.perf_counter() - start, finished)

    with (
        blas_threads(limit),
        progress_bar(progress, steps, epochs) as bar,
        _following(optimizer, schedule, steps - done),
        until_the_step_ends(saver is not None) as requests,
    ):
        bar.resume(len(history), done)
        try:
            while len(history) < epochs and not training.stopped:
                batches = shuffled_batches(
                    *rows.arrays(), batch_size=batch_size, rng=order, epoch=training.epoch
                )
                figures = position.figures
                left = after(batches, figures.batches)
                with model.in_mode(training=True):  # in each epoch, since callbacks may change it
                    for _ in run.take(left, figures, training.epoch):
                        bar.advance()
                        if saver is None:
                            continue
                        if requests.signal is not None:
                            save()
                            requests.obey()
                        if saver.pace.step():
                            save()
                train = figures.result()
                held: dict[str, float] = {}
                if held_out:
                    held = evaluated(
                        *(model, held_out.x, held_out.y, loss, held_out.reduction, chosen),
                        batch_size=1024,
                        weighting=held_out.weighting,
                    )
                history.add(train, held, optimizer.last_lr)
                bar.report(len(history), history.latest())
                answers = [callback(training) for callback in called]
                training.stopped = training.stopped or any(answers)
                position.order = {} if saver is None else state_of(order)
                position.figures = new_figures()
                if saver is not None and saver.pace.epoch():
                    save()
            save(finished=True)
            if requests.signal is not None:
                requests.obey()
        except KeyboardInterrupt:
            history.interrupted = True
        except DivergenceError as error:
            error.history = history
            raise
        finally:
            optimizer.zero_grad()
            history.seconds = time.perf_counter() - start
            finish_callbacks(called, training)
    return history


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

    def fingerprint(self) -> str:
        """See `checkpoint.fingerprint`; weights of classes count as well."""
        weights = None if self.weighting is None else self.weighting.class_weights
        columns = [column for column in self.arrays() if column is not None]
        return fingerprint(columns) + ("" if weights is None else f" {weights}")


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
    if schedule is None:
        yield
        return
    if steps > 0:
        optimizer.follow(schedule, steps)
    try:
        yield
    finally:
        optimizer.follow(None)
