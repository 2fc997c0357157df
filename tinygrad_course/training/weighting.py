"""How much each row counts: `sample_weight` and `class_weight`.

The cost of all rows is the weighted mean  𝒥 = Σ sᵢ ℒᵢ / Σ sᵢ.  That of a batch of b rows is  Σ sᵢ ℒᵢ / (b s̄),
with the mean s̄ of all rows' weights, and not of the batch's: so the gradient of a batch is that of 𝒥 on
average, a batch of light rows takes a short step, and the mean of the batches' costs is 𝒥 itself. A loss with
reduction="sum" becomes Σ sᵢ ℒᵢ.
"""

import copy
import inspect
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, SettingError, ShapeError, TargetError
from ..nn import Loss
from ..nn.data_checks import finite_array
from ..nn.settings import shown
from ..primitive import Primitive
from ..tensor import Tensor
from .checks import Metric
from .reduction import LossFunction, Reduction

ClassWeight: TypeAlias = Mapping[Any, float] | Sequence[float] | NDArray[Any] | str | None
""""balanced", or the weight of each class: by label, or in the order of the classes 0, 1, …"""


class Weighting:
    """A loss with the weight of each row: weighting(prediction, target, factors) is the cost of a batch.

    `factors` are those rows of `weighting.factors` that are in the batch; 1 if they are left out.
    """

    def __init__(
        self,
        loss: LossFunction,
        target: NDArray[Any],
        weights: NDArray[np.float64],
        sample_weight: NDArray[np.float64] | None,
        class_weights: dict[Any, float] | None,
    ) -> None:
        self.loss = loss
        self.sample_weight = sample_weight
        self.class_weights = class_weights
        """The weight of each class, by label."""
        self._row_loss, how = _row_loss(loss)
        self.reduction: Reduction = "sum" if how == "sum" else "mean"
        self._adds_columns = how in ("sum", "batchmean")
        counts = loss.counts(target) if isinstance(loss, Loss) else None
        total = float((weights if counts is None else weights * counts).sum())
        if not total:
            raise DataError(
                f"the weights of all {len(target)} rows are 0: there is nothing to train on"
            )
        self.factors = weights if self.reduction == "sum" else weights * (len(target) / total)
        """What the loss of each row is multiplied by."""

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
    """The loss with the weights of these rows; None without weights.

    `what` names the rows in messages, such as "validation "; `by_label` are the class weights, if they were
    found with other rows.

    Raises: DataError, ShapeError, SettingError, TargetError.
    """
    if sample_weight is None and class_weight is None and by_label is None:
        return None
    samples = None
    weights = np.ones(len(target))
    if sample_weight is not None:
        weights = samples = _sample_weights(f"{what}sample_weight", sample_weight, len(target))
    if class_weight is not None and by_label is None:
        by_label = class_weights(_labels(target), class_weight, samples)
    if by_label is not None:
        weights = weights * _of_labels(_labels(target), by_label)
    return Weighting(loss or _no_loss, target, weights, samples, by_label)


def class_weights(
    labels: NDArray[Any], class_weight: ClassWeight, sample_weight: NDArray[Any] | None = None
) -> dict[Any, float]:
    """The weight of each class, by label; "balanced" is m / (classes · rows of one), as in scikit-learn.

    With sample weights a row counts as many times as its weight says.

    Raises: SettingError.
    """
    found, which = np.unique(labels, return_inverse=True)
    if isinstance(class_weight, str):
        if class_weight != "balanced":
            raise SettingError(
                f"class_weight={class_weight!r}: must be 'balanced' or weights by label"
            )
        counts = np.bincount(which.reshape(-1), weights=sample_weight)
        with np.errstate(divide="ignore"):
            shares = counts.sum() / (len(found) * counts)
        # A class of rows that all count nothing has no share in any mean, whatever its weight is.
        return dict(zip(found.tolist(), np.where(counts > 0, shares, 1).tolist(), strict=True))
    if not isinstance(class_weight, Mapping):
        listed = _numbers(class_weight)
        if listed.ndim != 1:
            raise SettingError(
                f"class_weight={shown(class_weight)}: must be 'balanced', a dictionary {{label: weight}}, or "
                f"a list with the weight of each class 0, 1, …"
            )
        class_weight = dict(enumerate(listed.tolist()))
        surplus = [label for label in found.tolist() if label not in class_weight]
        if surplus:
            raise SettingError(
                f"class_weight has {len(class_weight)} numbers, for classes 0 to {len(class_weight) - 1}, "
                f"and there is a label {surplus[0]!r}: give a number for each class, or a dictionary"
            )
    else:
        unknown = [label for label in class_weight if label not in set(found.tolist())]
        if unknown:
            raise SettingError(
                f"class_weight has the label {unknown[0]!r}, which no row has: the labels are "
                f"{', '.join(map(str, found[:6].tolist()))}{', …' if len(found) > 6 else ''}"
            )
    values = _numbers(list(class_weight.values()))
    weights = dict(zip(class_weight, values.tolist(), strict=True))
    return {label: weights.get(label, 1.0) for label in found.tolist()}


def weighted_metric(metric: Metric, sample_weight: NDArray[Any] | None) -> Metric:
    """The metric with sample weights, if there are some and it takes them."""
    if sample_weight is None:
        return metric
    try:
        parameters = inspect.signature(metric).parameters
    except (TypeError, ValueError):  # some functions written in C have no signature
        return metric
    if "sample_weight" not in parameters:
        return metric
    weighted: Metric = partial(metric, sample_weight=sample_weight)  # type: ignore[call-arg]
    return weighted


def _row_loss(loss: LossFunction) -> tuple[LossFunction, str]:
    """The loss without its reduction, and what that is."""
    if isinstance(loss, Loss):
        rows = copy.copy(loss)
        rows.reduction = "none"
        return rows, loss.reduction
    if isinstance(loss, Primitive) and "reduction" in loss.defaults:
        return partial(loss, reduction="none"), "mean"
    return loss, "mean"


def _no_loss(prediction: Any, target: Any) -> Any:
    return Tensor(np.zeros(len(prediction)))


def _sample_weights(name: str, given: Any, rows: int) -> NDArray[np.float64]:
    weights = finite_array(name, given).astype(np.float64)
    if weights.shape != (rows,):
        raise ShapeError(
            f"{name} has shape {weights.shape}, and there are {rows} rows: give one number per row, of shape "
            f"({rows},)"
        )
    if (weights < 0).any():
        row = int(np.argmax(weights < 0))
        raise DataError(f"{name} has {weights[row]:g} in row {row}: weights must be at least 0")
    if not weights.any():
        raise DataError(f"{name} is 0 in all {rows} rows: there is nothing to train on")
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
