"""How much each row counts: `sample_weight` and `class_weight`.

The cost of all rows is the weighted mean  𝒥 = Σ sᵢ ℒᵢ / Σ sᵢ.  That of a batch of b rows is  Σ sᵢ ℒᵢ / (b s̄),
with the mean s̄ of all rows' weights, and not of the batch's: so the gradient of a batch is that of 𝒥 on
average, a batch of light rows takes a short step, and the mean of the batches' costs is 𝒥 itself. A loss with
reduction="sum" becomes Σ sᵢ ℒᵢ.
"""

import copy
import inspect
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, SettingError, ShapeError, TargetError
from ..nn import Loss
from ..nn.data_checks import finite_array
from ..nn.settings import shown
from ..primitive import Primitive
from ..tensor import Tensor
from .exact_sum import ExactSum, parts_of
from .reduction import LossFunction, Reduction

ClassWeight: TypeAlias = Mapping[Any, float] | Sequence[float] | NDArray[Any] | str | None
""""balanced", or the weight of each class: by label, or in the order of the classes 0, 1, …"""


class Weighting:
    """A loss with the weight of each row: weighting(prediction, target, factors) is the cost of a batch.

    Before the first step it has to `see` all rows, together or in pieces, and to `settle` what they weigh.
    Then `columns_of` gives what a batch needs of each row. The sums of weights are exact, so that how rows
    come in pieces changes no bit.

    `by_label` are the weights of classes, if they were found with other rows; `what` names the rows in
    messages, such as "validation ".
    """

    def __init__(
        self,
        loss: LossFunction,
        class_weight: ClassWeight,
        by_label: dict[Any, float] | None = None,
        what: str = "",
    ) -> None:
        self.loss = loss
        self.class_weights = by_label
        """The weight of each class, by label; None without weights of classes."""
        self.columns: tuple[NDArray[np.float64], ...] = ()
        """`columns_of` all rows, if they are in arrays; pieces bring their own."""
        self._class_weight = None if by_label is not None else class_weight
        self._what = what
        self._row_loss, how = _row_loss(loss)
        self.reduction: Reduction = "sum" if how == "sum" else "mean"
        self._adds_columns = how in ("sum", "batchmean")
        self._rows = 0
        self._has_samples = False
        self._samples: defaultdict[Any, ExactSum] = defaultdict(ExactSum)
        self._counted: defaultdict[Any, ExactSum] = defaultdict(ExactSum)
        self._scale = 1.0

    def see(self, target: NDArray[Any], sample_weight: NDArray[np.float64] | None) -> None:
        """Add up the weights of these rows by class: as samples, and as the loss counts them."""
        self._rows += len(target)
        self._has_samples |= sample_weight is not None
        weights = np.ones(len(target)) if sample_weight is None else sample_weight
        counts = self.loss.counts(target) if isinstance(self.loss, Loss) else None
        for label, rows in self._classes_of(target):
            summed = (
                parts_of(weights[rows]) if sample_weight is not None else _number(weights[rows])
            )
            self._samples[label].add(summed)
            self._counted[label].add(summed if counts is None else weights[rows] * counts[rows])

    def _classes_of(self, target: NDArray[Any]) -> Iterator[tuple[Any, Any]]:
        """Each label, and its rows; one for all without weights of classes."""
        if self._class_weight is None and self.class_weights is None:
            yield None, slice(None)
            return
        labels = _labels(target)
        if self.class_weights is not None:
            _of_labels(labels, self.class_weights)  # refuses a class without a weight
        found, which = np.unique(labels, return_inverse=True)
        for i, label in enumerate(found.tolist()):
            yield label, which.reshape(-1) == i

    def settle(self) -> None:
        """Find the weights of classes, and the mean of all weights.

        Raises: SettingError for weights of classes that don't fit; DataError if no row counts.
        """
        samples = {label: float(total) for label, total in sorted(self._samples.items())}
        if self._has_samples and not any(samples.values()):
            raise DataError(
                f"{self._what}sample_weight is 0 in all {self._rows} rows: there is nothing to train on"
            )
        if self._class_weight is not None:
            self.class_weights = class_weights(samples, self._class_weight)
        by_label = {None: 1.0} if self.class_weights is None else self.class_weights
        total = math.fsum(by_label[label] * float(n) for label, n in self._counted.items())
        if not total:
            raise DataError(
                f"the weights of all {self._rows} rows are 0: there is nothing to train on"
            )
        self._scale = 1.0 if self.reduction == "sum" else self._rows / total

    def columns_of(
        self, target: NDArray[Any], sample_weight: NDArray[np.float64] | None
    ) -> tuple[NDArray[np.float64], ...]:
        """What the loss of each row is multiplied by; and the sample weights, if there are some."""
        weights = np.ones(len(target)) if sample_weight is None else sample_weight
        if self.class_weights is not None:
            weights = weights * _of_labels(_labels(target), self.class_weights)
        factors = weights * self._scale
        return (factors,) if sample_weight is None else (factors, sample_weight)

    def __call__(self, prediction: Any, target: Any, factors: NDArray[Any] | None = None) -> Any:
        losses = self._row_loss(prediction, target)
        rows = np.shape(prediction)[:1]
        if np.shape(losses)[:1] != rows:
            raise ShapeError(
                f"the loss has shape {np.shape(losses)}, but with weights it must return one number per row, "
                f"of {rows[0]} rows: give a loss of nn, or a function that takes no mean, such as "
                f"lambda prediction, target: np.square(prediction - target)"
            )
        if len(losses.shape) > 1:
            axes = tuple(range(1, len(losses.shape)))
            losses = losses.sum(axis=axes) if self._adds_columns else losses.mean(axis=axes)
        if factors is not None:
            losses = losses * factors.astype(losses.dtype)
        return losses.sum() if self.reduction == "sum" else losses.mean()


def weighting_of(
    loss: LossFunction | None,
    target: NDArray[Any],
    sample_weight: Any,
    class_weight: ClassWeight,
    *,
    what: str = "",
    by_label: dict[Any, float] | None = None,
) -> Weighting | None:
    """The loss with the weights of these rows, all of them; None without weights.

    Raises: DataError, ShapeError, SettingError, TargetError.
    """
    if sample_weight is None and class_weight is None and by_label is None:
        return None
    weighting = Weighting(loss or no_loss, class_weight, by_label, what)
    samples = None
    if sample_weight is not None:
        samples = sample_weights(f"{what}sample_weight", sample_weight, len(target))
    weighting.see(target, samples)
    weighting.settle()
    weighting.columns = weighting.columns_of(target, samples)
    return weighting


def class_weights(counts: Mapping[Any, float], class_weight: ClassWeight) -> dict[Any, float]:
    """The weight of each class, by label; "balanced" is m / (classes · rows of one), as in scikit-learn.

    `counts` has the number of rows of each class; a row counts as many times as its sample weight says.

    Raises: SettingError.
    """
    if isinstance(class_weight, str):
        if class_weight != "balanced":
            raise SettingError(
                f"class_weight={class_weight!r}: must be 'balanced' or weights by label"
            )
        total = math.fsum(counts.values())
        # A class of rows that all count nothing has no share in any mean, whatever its weight is.
        return {
            label: total / (len(counts) * count) if count > 0 else 1.0
            for label, count in counts.items()
        }
    if not isinstance(class_weight, Mapping):
        listed = _numbers(class_weight)
        if listed.ndim != 1:
            raise SettingError(
                f"class_weight={shown(class_weight)}: must be 'balanced', a dictionary {{label: weight}}, or "
                f"a list with the weight of each class 0, 1, …"
            )
        class_weight = dict(enumerate(listed.tolist()))
        surplus = [label for label in counts if label not in class_weight]
        if surplus:
            raise SettingError(
                f"class_weight has {len(class_weight)} numbers, for classes 0 to {len(class_weight) - 1}, "
                f"and there is a label {surplus[0]!r}: give a number for each class, or a dictionary"
            )
    else:
        unknown = [label for label in class_weight if label not in counts]
        if unknown:
            raise SettingError(
                f"class_weight has the label {unknown[0]!r}, which no row has: the labels are "
                f"{', '.join(map(str, list(counts)[:6]))}{', …' if len(counts) > 6 else ''}"
            )
    values = _numbers(list(class_weight.values()))
    weights = dict(zip(class_weight, values.tolist(), strict=True))
    return {label: weights.get(label, 1.0) for label in counts}


F = TypeVar("F", bound=Callable[..., Any])


def weighted(metric: F, sample_weight: NDArray[Any] | None) -> F:
    """The metric, or the sum form of one, with sample weights, if there are some and it takes them."""
    if sample_weight is None or not takes_weights(metric):
        return metric
    made: Any = partial(metric, sample_weight=sample_weight)
    return made


def takes_weights(metric: Callable[..., Any] | None) -> bool:
    """Whether a function has a parameter `sample_weight`."""
    try:
        return metric is not None and "sample_weight" in inspect.signature(metric).parameters
    except (TypeError, ValueError):  # some functions written in C have no signature
        return False


def _row_loss(loss: LossFunction) -> tuple[LossFunction, str]:
    """The loss without its reduction, and what that is."""
    if isinstance(loss, Loss):
        rows = copy.copy(loss)
        rows.reduction = "none"
        return rows, loss.reduction
    if isinstance(loss, Primitive) and "reduction" in loss.defaults:
        return partial(loss, reduction="none"), "mean"
    return loss, "mean"


def no_loss(prediction: Any, target: Any) -> Any:
    """In place of a loss, where only metrics are wanted."""
    return Tensor(np.zeros(len(prediction)))


def _number(ones: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many ones there are, which is their sum."""
    return np.array([float(len(ones))])


def sample_weights(name: str, given: Any, rows: int) -> NDArray[np.float64]:
    """Weights of rows, checked.

    Raises: DataError, ShapeError.
    """
    weights = finite_array(name, given).astype(np.float64)
    if weights.shape != (rows,):
        raise ShapeError(
            f"{name} has shape {weights.shape}, and there are {rows} rows: give one number per row, of shape "
            f"({rows},)"
        )
    if (weights < 0).any():
        row = int(np.argmax(weights < 0))
        raise DataError(f"{name} has {weights[row]:g} in row {row}: weights must be at least 0")
    return weights


def _labels(target: NDArray[Any]) -> NDArray[Any]:
    """The class of each row.

    Raises: TargetError unless targets are whole numbers, one per row.
    """
    labels = target[:, 0] if target.ndim == 2 and target.shape[1] == 1 else target
    if labels.ndim != 1 or (labels.dtype.kind == "f" and np.any(labels % 1)):
        raise TargetError(
            f"class_weight needs one class per row, and the targets have shape {target.shape} and dtype "
            f"{target.dtype}: give sample_weight, one number per row, instead"
        )
    return labels.astype(np.int64)


def _of_labels(labels: NDArray[Any], by_label: Mapping[Any, float]) -> NDArray[np.float64]:
    found, which = np.unique(labels, return_inverse=True)
    missing = [label for label in found.tolist() if label not in by_label]
    if missing:
        raise TargetError(
            f"class_weight has no weight for the label {missing[0]!r}: give one, class_weight={{…, "
            f"{missing[0]!r}: 1.0}}"
        )
    return np.array([by_label[label] for label in found.tolist()])[which.reshape(-1)]


def _numbers(values: Any) -> NDArray[np.float64]:
    try:
        found = np.asarray(values, np.float64)
    except (TypeError, ValueError):
        found = np.array(np.nan)
    if not (np.all(found >= 0) and np.all(found < np.inf)):
        raise SettingError(
            f"class_weight has {shown(values)}: weights must be numbers, at least 0 and finite"
        )
    return found
