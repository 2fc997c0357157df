"""The loss of many rows, from the losses of batches.

A mean over all rows is the mean of the batches' losses, weighted by their rows; a sum is their sum. Which of
both a loss is, "mean" or "sum", is computed and not assumed: `reduction_of` compares the loss of some rows
with those of two parts of them. A loss that is neither, such as a root of a mean, or a mean that is weighted
by class, is computed from all predictions at once. So a figure does not depend on the size of batches.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..engine.grad_mode import no_grad
from ..tensor import Tensor

LossFunction: TypeAlias = Callable[[Any, Any], Any]
"""loss(prediction, target) -> a scalar Tensor: a module such as CrossEntropyLoss(), or any function."""

_MOST_CLASSES = 1000

Reduction: TypeAlias = Literal["mean", "sum"] | None


def reduction_of(loss: LossFunction, prediction: NDArray[Any], target: NDArray[Any]) -> Reduction:
    """Whether the loss of rows is the mean or the sum of what it is for each; None if neither is certain.

    The rows should be different ones.
    """
    rows = len(prediction)
    whole = value_of(loss, prediction, target)
    possible = {"mean", "sum"}
    for first in (1, rows // 3):  # parts of different sizes, and as different as one row and many
        parts = slice(first), slice(first, None)
        one, other = (value_of(loss, prediction[part], target[part]) for part in parts)
        if_it_is = {"mean": (first * one + (rows - first) * other) / rows, "sum": one + other}
        # The rounding errors of sums of so many numbers. With a tighter bound, figures would stay right.
        allowed = rows * np.finfo(prediction.dtype).eps * (abs(one) + abs(other))
        possible &= {kind for kind, value in if_it_is.items() if abs(whole - value) <= allowed}
    if len(possible) != 1 or not _is_same_for_classes(loss, prediction, target, possible):
        return None
    return "mean" if possible == {"mean"} else "sum"


def classes_in(target: NDArray[Any]) -> NDArray[np.intp]:
    """The first row of each class; none if targets are no classes, or more of them than can be tried."""
    if target.ndim != 1 or target.dtype.kind not in "iub":
        return np.zeros(0, np.intp)
    _, first = np.unique(target, return_index=True)
    return first if len(first) <= _MOST_CLASSES else first[:0]


def _is_same_for_classes(
    loss: LossFunction, prediction: NDArray[Any], target: NDArray[Any], possible: set[str]
) -> bool:
    """Whether the mean of rows of different classes is that of their losses; one row of each is compared.

    Weights by class could be balanced in the parts that are compared else.
    """
    if possible == {"sum"}:
        return True
    first = classes_in(target)
    values = [value_of(loss, prediction[[i]], target[[i]]) for i in first]
    for one, other, i, j in zip(values, values[1:], first, first[1:], strict=False):
        together = value_of(loss, prediction[[i, j]], target[[i, j]])
        allowed = 2 * np.finfo(prediction.dtype).eps * (abs(one) + abs(other))
        if not abs(together - (one + other) / 2) <= allowed:
            return False
    return True


class TotalLoss:
    """Collects the losses of batches, and gives that of all rows."""

    def __init__(self, loss: LossFunction, reduction: Reduction) -> None:
        self._loss = loss
        self._reduction = reduction
        self._total = 0.0
        self._rows = 0

    @property
    def needs_all(self) -> bool:
        """Whether it can only be computed from all predictions at once."""
        return self._reduction is None

    def add(self, value: float, rows: int) -> None:
        """The loss of one batch."""
        self._total += value * rows if self._reduction == "mean" else value
        self._rows += rows

    def result(self, prediction: NDArray[Any] | None, target: NDArray[Any] | None) -> float:
        """The loss of all rows; the arrays are those of all batches, if they are needed."""
        if self._reduction == "mean":
            return self._total / self._rows
        if self._reduction == "sum":
            return self._total
        return value_of(self._loss, prediction, target)

    def state(self) -> list[float]:
        """What was added up, as values for JSON."""
        return [self._total, self._rows]

    def restore(self, state: Sequence[float]) -> None:
        """The inverse of `state`."""
        self._total, self._rows = float(state[0]), int(state[1])


def value_of(loss: LossFunction, prediction: Any, target: Any) -> float:
    """The loss of these arrays, without recording."""
    with no_grad():
        return float(loss(Tensor(prediction, name="prediction"), Tensor(target, name="y")).data)
