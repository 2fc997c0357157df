"""One epoch of training: its batches, one step after the other, and the figures of all of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.draws import Step
from ..nn import Module
from ..nn.data_checks import in_dtype_of
from ..nn.utils import clip_grad_norm_
from ..optim import Optimizer
from ..optim.untrained import check_used
from ..tensor import Tensor
from .callbacks import StepCallback, TrainingStep
from .checks import LossWatch, Metric
from .metrics import measured
from .reduction import LossFunction, Reduction, TotalLoss
from .streaming import Streamed, Sums

Batch = tuple[NDArray[Any], ...]
"""x, y and, if rows have weights, the factors of the loss and the sample weights."""

KEPT = ("predictions", "targets", "weights")


class Figures:
    """What the batches of an epoch add up to."""

    def __init__(
        self,
        data: NDArray[Any] | Streamed,
        model: Module,
        loss: LossFunction,
        reduction: Reduction,
        metrics: Mapping[str, Metric],
    ) -> None:
        self.batches = 0
        """How many there were."""
        self._model = model
        self._total = TotalLoss(loss, reduction)
        self._sums = Sums(data, model, metrics)
        self._keeps = bool(self._sums.others) or self._total.needs_all
        self._kept: dict[str, list[NDArray[Any]]] = {name: [] for name in KEPT}

    def add(self, value: float, prediction: NDArray[Any], y: NDArray[Any], weights: Batch) -> None:
        """A batch, and its loss."""
        self.batches += 1
        self._total.add(value, len(y))
        self._sums.add(prediction, y, *weights)
        if self._keeps:
            self._kept["predictions"].append(prediction)
            self._kept["targets"].append(y)
            self._kept["weights"] += weights

    def result(self) -> dict[str, float]:
        """The loss of all rows, and every metric.

        Raises: DivergenceError if a prediction is NaN.
        """
        predictions, targets, weights = self._kept.values()
        sample_weight = np.concatenate(weights) if weights else None
        others = self._sums.others
        return self._sums.among(
            measured(self._model, self._total, others, predictions, targets, sample_weight)
        )

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """All of it as values for JSON and as arrays."""
        notes = {
            "batches": self.batches,
            "total": self._total.state(),
            "sums": self._sums.state(),
        }
        return notes, {name: np.concatenate(kept) for name, kept in self._kept.items() if kept}

    def restore(self, notes: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """The inverse of `state`."""
        self.batches = int(notes["batches"])
        self._total.restore(notes["total"])
        self._sums.restore(notes["sums"])
        for name, array in arrays.items():
            self._kept[name] = [array]


@dataclass(frozen=True)
class Steps:
    """How steps are taken."""

    model: Module
    optimizer: Optimizer
    loss: Callable[..., Any]
    watch: LossWatch
    seed: int
    """Of what layers draw."""
    is_mean: bool
    """Whether the loss is a mean over rows, so that batches of a step count by their rows."""
    accumulate: int
    clip_norm: float | None
    after_step: Sequence[StepCallback]

    def take(self, batches: Iterator[Batch], figures: Figures, epoch: int) -> Iterator[int]:
        """The steps of an epoch; yields the number of batches of each when it was taken.

        `epoch` counts from 0.
        """
        while group := list(islice(batches, self.accumulate)):
            self.optimizer.zero_grad()
            # An overflow leads to a DivergenceError, which says more than NumPy's warning. Underflow is no
            # error: the slopes of saturated units and the squares of small gradients are 0.
            with np.errstate(over="ignore", invalid="ignore", under="ignore"):
                with Step(self.seed, self.optimizer.steps):
                    losses = self._backward(group, figures, epoch)
                norm = None
                if self.clip_norm is not None:
                    norm = clip_grad_norm_(self.optimizer.params, self.clip_norm)
                self.optimizer.step()
            if self.after_step:
                report = TrainingStep(
                    self.model,
                    self.optimizer,
                    epoch + 1,
                    sum(losses) / len(losses),
                    None if norm is None else float(norm),
                )
                for callback in self.after_step:
                    callback(report)
            yield len(group)

    def _backward(self, group: list[Batch], figures: Figures, epoch: int) -> list[float]:
        """Add the gradients of these batches, as if they were one; returns their losses."""
        losses = []
        rows = sum(len(batch[0]) for batch in group)
        for x, y, *weights in group:
            prediction = self.model(Tensor(in_dtype_of(self.model, x), name="x"))
            cost = self.loss(prediction, Tensor(y, name="y"), *weights[:1])
            value = float(cost.data)
            self.watch.check(value, epoch + 1, figures.batches + 1, prediction.data)
            if epoch == 0 and not figures.batches:
                check_used(self.model, self.optimizer.params, cost)
            if self.is_mean and len(x) != rows:
                cost = cost * (len(x) / rows)
            cost.backward()
            figures.add(value, prediction.data, y, tuple(weights[1:]))
            losses.append(value)
        return losses


def after(batches: Iterable[Batch], count: int) -> Iterator[Batch]:
    """The batches without so many of the first."""
    return islice(iter(batches), count, None)
