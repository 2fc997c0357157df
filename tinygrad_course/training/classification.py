"""How good predicted classes are: the confusion matrix, and what follows from it; and the ROC curve's area.

    fit(…, metrics={"accuracy": accuracy, "F1": f1, "AUC": roc_auc})
    confusion(model.predict_scores(x), y)         counts: row = class, column = predicted class

All take what `accuracy` takes: scores (m, c) with class indices (m,), or scores and labels 0 and 1 of one
shape, where a score above `threshold` means class 1. Counts add up over batches, so that rows in pieces need
not be kept. Only the area under the ROC curve depends on the order of all scores.
"""

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, SettingError, ShapeError
from .metrics import checked_scores, row_weights

Counts = NDArray[np.float64]

Average: TypeAlias = Literal["auto", "binary", "macro", "micro", "weighted"]
"""What several classes come down to, see `precision`."""

_AVERAGES = ("auto", "binary", "macro", "micro", "weighted")


def confusion(
    prediction: NDArray[Any],
    target: NDArray[Any],
    *,
    threshold: float = 0.0,
    sample_weight: NDArray[Any] | None = None,
) -> Counts:
    """How often each class was taken for each: entry (i, j) counts the rows of class i that were called j.

    Shapes: as for `accuracy`, → (c, c), with c = 2 where prediction and target have one shape.
    `sample_weight` (m,) is added up in place of the rows.

    Raises: ShapeError, DataError for NaN and for targets that are no class.
    """
    scores, labels = checked_scores("confusion", prediction, target)
    several = scores.shape != labels.shape
    classes = scores.shape[1] if several else 2
    wrong = labels[~np.isin(labels, np.arange(classes))]
    if wrong.size:
        raise DataError(
            f"the target has {wrong.flat[0]}, and there are the classes 0 to {classes - 1}"
        )
    called = scores.argmax(axis=1) if several else (scores > threshold).astype(np.intp).ravel()
    cells = labels.ravel().astype(np.intp) * classes + called
    weights = None
    if sample_weight is not None:
        weights = np.repeat(row_weights(sample_weight, len(labels)), cells.size // len(labels))
    counted = np.bincount(cells, weights, minlength=classes**2)
    return counted.astype(np.float64).reshape(classes, classes)


def precision(
    prediction: NDArray[Any],
    target: NDArray[Any],
    *,
    average: Average = "auto",
    threshold: float = 0.0,
    sample_weight: NDArray[Any] | None = None,
) -> float:
    """Of the rows that were called a class, the share that is: TP / (TP + FP); 0 if no row was called so

    `average="binary"` is that of class 1 of two; "macro" the mean over all classes that occur, among targets
    or predictions; "weighted" the mean weighted by the rows of each class; "micro" counts all classes
    together. "auto" is "binary" for two classes, else "macro".

    Raises: ShapeError; DataError; SettingError.
    """
    counts = confusion(prediction, target, threshold=threshold, sample_weight=sample_weight)
    return _precision_of(counts, average=average)


def recall(
    prediction: NDArray[Any],
    target: NDArray[Any],
    *,
    average: Average = "auto",
    threshold: float = 0.0,
    sample_weight: NDArray[Any] | None = None,
) -> float:
    """Of the rows of a class, the share that was called so: TP / (TP + FN); 0 if there is no such row

    `average`: see `precision`.

    Raises: ShapeError; DataError; SettingError.
    """
    counts = confusion(prediction, target, threshold=threshold, sample_weight=sample_weight)
    return _recall_of(counts, average=average)


def f1(
    prediction: NDArray[Any],
    target: NDArray[Any],
    *,
    average: Average = "auto",
    threshold: float = 0.0,
    sample_weight: NDArray[Any] | None = None,
) -> float:
    """The harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN); 0 if there is nothing to count

    `average`: see `precision`.

    Raises: ShapeError; DataError; SettingError.
    """
    counts = confusion(prediction, target, threshold=threshold, sample_weight=sample_weight)
    return _f1_of(counts, average=average)


def roc_auc(
    prediction: NDArray[Any],
    target: NDArray[Any],
    *,
    sample_weight: NDArray[Any] | None = None,
) -> float:
    """The area under the ROC curve: how likely a row of class 1 has a higher score than one of class 0

    Equal scores count half. For scores (m, c) it is the mean over the classes that occur, each against all
    others. NaN if all rows are of one class. It needs the scores of all rows.

    Raises: ShapeError; DataError.

    Source: Hanley, McNeil, "The meaning and use of the area under a ROC curve", 1982.
    """
    scores, labels = checked_scores("roc_auc", prediction, target)
    weights = np.ones(len(labels))
    if sample_weight is not None:
        weights = row_weights(sample_weight, len(labels))
    if scores.shape != labels.shape:
        areas = [_area(scores[:, k], labels == k, weights) for k in np.unique(labels).astype(int)]
        return float(np.mean(areas))
    if scores.ndim > 1 and scores.shape[1] != 1:
        raise ShapeError(
            f"roc_auc: the prediction has shape {scores.shape}: give the scores of one label, such as "
            f"prediction[:, 0]"
        )
    return _area(scores.ravel(), labels.ravel() > 0.5, weights)


def _area(scores: NDArray[Any], is_positive: NDArray[Any], weights: NDArray[Any]) -> float:
    _, rank = np.unique(scores, return_inverse=True)
    positive = np.bincount(rank, weights * is_positive)
    negative = np.bincount(rank, weights * ~is_positive)
    below = np.cumsum(negative) - negative / 2  # of equal scores half
    with np.errstate(invalid="ignore"):
        return float(np.divide(positive @ below, positive.sum() * negative.sum()))


# --- from counts ----------------------------------------------------------------------------------


def _precision_of(counts: Counts, *, average: Average = "auto", **_: Any) -> float:
    return _averaged(counts, average, np.diagonal(counts), counts.sum(axis=0))


def _recall_of(counts: Counts, *, average: Average = "auto", **_: Any) -> float:
    return _averaged(counts, average, np.diagonal(counts), counts.sum(axis=1))


def _f1_of(counts: Counts, *, average: Average = "auto", **_: Any) -> float:
    right, all_of_them = np.diagonal(counts), counts.sum(axis=0) + counts.sum(axis=1)
    return _averaged(counts, average, 2 * right, all_of_them)


def _averaged(counts: Counts, average: str, part: Counts, whole: Counts) -> float:
    """A quotient for each class, and their mean.

    Raises: SettingError.
    """
    average, classes = _checked_average(average), len(counts)
    if average == "auto":
        average = "binary" if classes == 2 else "macro"
    if average == "binary" and classes != 2:
        raise SettingError(
            f"average='binary', and there are {classes} classes: give 'macro', 'micro' or 'weighted'"
        )
    if average == "micro":
        part, whole = part.sum(), whole.sum()
    shares = np.divide(part, whole, out=np.zeros(np.shape(part)), where=whole > 0)
    if average == "micro":
        return float(shares)
    if average == "binary":
        return float(shares[1])
    rows = counts.sum(axis=1)
    if average == "weighted":
        return float(np.average(shares, weights=rows)) if rows.any() else 0.0
    occurs = (rows + counts.sum(axis=0)) > 0
    return float(shares[occurs].mean()) if occurs.any() else 0.0


def _checked_average(average: Any) -> str:
    if average not in _AVERAGES:
        raise SettingError(f"average={average!r}: must be one of {', '.join(_AVERAGES)}")
    return str(average)


def _counted(
    prediction: Any, target: Any, *, average: Any = "auto", **settings: Any
) -> tuple[Counts]:
    """A batch as counts, which add up."""
    _checked_average(average)
    return (confusion(prediction, target, **settings),)


def _counted_with_weights(
    prediction: NDArray[Any],
    target: NDArray[Any],
    *,
    sample_weight: NDArray[Any] | None = None,
    **settings: Any,
) -> tuple[Counts]:
    """The same for rows that have weights; those of a batch may all be 0."""
    if sample_weight is not None and not np.any(sample_weight):
        return (0 * _counted(prediction, target, **settings)[0],)
    return _counted(prediction, target, sample_weight=sample_weight, **settings)


for _metric, _of_counts in ((precision, _precision_of), (recall, _recall_of), (f1, _f1_of)):
    _metric.sum_form = _counted_with_weights  # type: ignore[attr-defined]
    _metric.of_sums = _of_counts  # type: ignore[attr-defined]
