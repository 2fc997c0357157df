"""The quality of predictions: `accuracy` and `evaluate`.

A metric is any function (predictions, targets) -> float of two arrays. It is called with all rows at
once, and so need not be an average over batches.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.grad_mode import no_grad
from ..errors import DataError, ShapeError
from ..nn import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HingeLoss,
    Module,
    NLLLoss,
    functional,
)
from ..nn.data_checks import (
    checked_inputs,
    checked_rows,
    finite_array,
    in_dtype_of,
    plain_array,
    position,
)
from ..nn.predictions import check_no_nan
from ..ops.losses import way_to_fit
from ..primitive import Shape
from ..tensor import Tensor
from .arguments import check_loss_function, check_metrics, check_model, rows_of
from .checks import Metric, dry_run, metric_value
from .reduction import LossFunction, Reduction, TotalLoss
from .streaming import (
    Streamed,
    Sums,
    batches_in_order,
    check_no_sample_weight,
    checked_pieces,
    number_of_batches,
)
from .weighting import ClassWeight, Weighting, weighted, weighting_of


def accuracy(
    prediction: NDArray[Any],
    target: NDArray[Any],
    *,
    threshold: float = 0.0,
    sample_weight: NDArray[Any] | None = None,
) -> float:
    """The fraction of rows whose class was predicted.

    Shapes: prediction (m, c), scores of c classes, with target (m,) class indices; or, for two
    classes, both of one shape, where a prediction above `threshold` means class 1: 0 for logits, 0.5
    for probabilities. `sample_weight` (m,) says how much each row counts.

    Raises: ShapeError for any other pair of shapes; DataError for NaN, which is no class, and for anything
    but numbers.
    """
    prediction, target = checked_scores("accuracy", prediction, target)
    if prediction.shape == target.shape:
        return _share((prediction > threshold) == (target > 0.5), sample_weight)
    return _share(prediction.argmax(axis=1) == target, sample_weight)


def checked_scores(name: str, prediction: Any, target: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """Scores and targets as arrays: (m, c) and (m,), or both of one shape.

    Raises: ShapeError for any other pair of shapes; DataError for NaN, for anything but numbers, and if there
    are none.
    """
    scores = _without_nan("the prediction", prediction)
    labels = finite_array("the target", target)
    if not scores.size:
        raise DataError(f"{name}: there are no predictions, and so no fraction of them is right")
    of_classes = scores.ndim == 2 and scores.shape[1] > 1 and labels.shape == scores.shape[:1]
    if scores.shape != labels.shape and not of_classes:
        raise ShapeError(
            f"{name}: the prediction has shape {scores.shape} and the target {labels.shape}: they must be "
            f"equal, or (m, classes) and (m,). {_way_out(scores.shape, labels.shape)}"
        )
    return scores, labels


def row_weights(sample_weight: Any, rows: int) -> NDArray[np.float64]:
    """A weight for each row, not all of them 0.

    Raises: ShapeError; DataError.
    """
    weights = finite_array("sample_weight", sample_weight).astype(np.float64)
    if weights.shape != (rows,) or weights.min() < 0 or not weights.any():
        raise ShapeError(
            f"sample_weight has shape {weights.shape}, and there are {rows} rows: give one number per row, "
            f"at least 0, and not all 0"
        )
    return weights


def _share(right: NDArray[Any], sample_weight: NDArray[Any] | None) -> float:
    """The share of what is right, with the weight of each row."""
    if sample_weight is None:
        return float(right.mean())
    weights = row_weights(sample_weight, len(right))
    return float(np.average(right.reshape(len(right), -1).mean(axis=1), weights=weights))


def _right_of_all(
    prediction: NDArray[Any],
    target: NDArray[Any],
    *,
    sample_weight: NDArray[Any] | None = None,
    **settings: Any,
) -> tuple[float, float]:
    """`accuracy` as a total and a count, which can be added up over batches."""
    if sample_weight is not None:
        weight = float(np.sum(sample_weight))
        if not weight:  # a batch whose rows count nothing
            return 0.0, 0.0
        share = accuracy(prediction, target, sample_weight=sample_weight, **settings)
        return share * weight, weight
    count = np.size(target)
    return float(round(accuracy(prediction, target, **settings) * count)), float(count)


accuracy.sum_form = _right_of_all  # type: ignore[attr-defined]


def _way_out(prediction: Shape, target: Shape) -> str:
    if len(prediction) == 2 and prediction[1] > 1 and target == (prediction[0], 1):
        return "Use target[:, 0]"
    return way_to_fit(prediction, target)


def _without_nan(name: str, scores: Any) -> NDArray[Any]:
    """Scores may be infinite, as the logarithm of a probability of 0 is."""
    array = plain_array(name, scores)
    if array.dtype.kind != "f":
        return finite_array(name, scores)
    if np.isnan(array).any():
        where = position(np.argwhere(np.isnan(array))[0]) if array.ndim else "it"
        raise DataError(
            f"{name} has nan in {where}, which is no class: look where the model makes it, with "
            f"tg.detect_anomaly()"
        )
    return array


def metrics_for(loss: LossFunction | None) -> dict[str, Metric]:
    """The metrics for a loss: accuracy if it classifies."""
    if loss is functional.binary_cross_entropy or isinstance(loss, BCELoss):
        return {"accuracy": partial(accuracy, threshold=0.5)}
    if isinstance(loss, CrossEntropyLoss | NLLLoss):
        return {"accuracy": partial(_accuracy_of_classes, ignore_index=loss.ignore_index)}
    if loss in (functional.cross_entropy, functional.nll_loss):
        return {"accuracy": _accuracy_of_classes}
    classify = (functional.binary_cross_entropy_with_logits, functional.hinge_loss, None)
    if loss in classify or isinstance(loss, BCEWithLogitsLoss | HingeLoss):
        return {"accuracy": accuracy}
    return {}


def _accuracy_of_classes(
    prediction: NDArray[Any],
    target: NDArray[Any],
    *,
    sample_weight: NDArray[Any] | None = None,
    ignore_index: int = -100,
) -> float:
    """`accuracy` of scores whose targets may be distributions over classes, or rows to leave out."""
    if target.shape == prediction.shape and target.dtype.kind == "f":
        target = target.argmax(axis=1)  # of the likeliest class
    elif target.shape == prediction.shape[:1] and (kept := target != ignore_index).any():
        prediction, target = prediction[kept], target[kept]
        sample_weight = None if sample_weight is None else sample_weight[kept]
    return accuracy(prediction, target, sample_weight=sample_weight)


def _right_of_kept(
    prediction: NDArray[Any],
    target: NDArray[Any],
    *,
    sample_weight: NDArray[Any] | None = None,
    ignore_index: int = -100,
) -> tuple[float, float]:
    """The same as a total and a count: a batch may have no row that counts."""
    if target.shape == prediction.shape[:1]:
        kept = target != ignore_index
        prediction, target = prediction[kept], target[kept]
        sample_weight = None if sample_weight is None else sample_weight[kept]
    if not len(target):
        return 0.0, 0.0
    if sample_weight is not None:
        if target.ndim == 2:
            target = target.argmax(axis=1)
        return _right_of_all(prediction, target, sample_weight=sample_weight)
    count = float(len(target))
    return float(round(_accuracy_of_classes(prediction, target) * count)), count


_accuracy_of_classes.sum_form = _right_of_kept  # type: ignore[attr-defined]


def chosen_metrics(
    metrics: Mapping[str, Metric] | str | None, loss: LossFunction | None
) -> Mapping[str, Metric]:
    """`metrics` itself, for "auto" the metrics for the loss, for None none.

    Raises: SettingError for anything else.
    """
    if isinstance(metrics, str) and metrics == "auto":
        return metrics_for(loss)
    if metrics is None:
        return {}
    check_metrics(metrics)
    chosen: Any = metrics
    return dict(chosen)


def evaluate(
    model: Module,
    x: Any,
    y: Any = None,
    *,
    loss: LossFunction | None = None,
    metrics: Mapping[str, Metric] | str | None = "auto",
    batch_size: int = 1024,
    sample_weight: Any = None,
    class_weight: ClassWeight = None,
) -> dict[str, float]:
    """The metrics of the model's predictions, and their loss if one is given, by name.

    `metrics="auto"` is accuracy, or none for a loss that does not classify. Nothing is recorded, and the
    model is in evaluation mode. Batches only limit memory use: the loss is that of all rows, whether it is
    a mean, a sum or anything else. Without y, x is a `data.Dataset`, whose test rows are meant, or pieces, a
    sequence of pairs (x, y), as in `fit`.

    `sample_weight` and `class_weight` make the loss the weighted mean that `fit` minimizes with them.
    `sample_weight` is given to metrics that have a parameter of this name, such as accuracy, as well.

    Raises: SettingError; DataError for data that can't be used, ShapeError for targets that don't fit;
    DivergenceError if a prediction is NaN.
    """
    check_model(model)
    if loss is not None:
        check_loss_function(loss)
    chosen = chosen_metrics(metrics, loss)
    x, y = rows_of(x, y, "test")
    if y is None:
        check_no_sample_weight(sample_weight)
        x, reduction = checked_pieces("", x, model, loss, chosen, class_weight)
        number_of_batches(x, y, batch_size)  # checks batch_size
        return evaluated(model, x, y, loss, reduction, chosen, batch_size, x.weighting)
    x = checked_inputs("x", x, model)
    y = checked_rows("y", y, len(x))
    number_of_batches(x, y, batch_size)  # checks batch_size
    weighting = weighting_of(loss, y, sample_weight, class_weight)
    reduction = dry_run(model, weighting or loss, x, y, chosen)
    return evaluated(model, x, y, loss, reduction, chosen, batch_size, weighting)


def evaluated(
    model: Module,
    x: NDArray[Any] | Streamed,
    y: NDArray[Any] | None,
    loss: LossFunction | None,
    reduction: Reduction,
    metrics: Mapping[str, Metric],
    batch_size: int,
    weighting: Weighting | None = None,
) -> dict[str, float]:
    """`evaluate` without the checks."""
    predictions, targets, weights = [], [], []
    if weighting is not None:
        reduction = weighting.reduction
    total = None if loss is None else TotalLoss(loss, reduction)
    columns = () if weighting is None else weighting.columns
    sums = Sums(x, model, metrics)
    keeps = bool(sums.others) or (total is not None and total.needs_all)
    with model.in_mode(training=False), no_grad():
        for x_batch, y_batch, *factors in batches_in_order(x, y, *columns, batch_size=batch_size):
            prediction = model(Tensor(in_dtype_of(model, x_batch), name="x"))
            if loss is not None and total is not None and not total.needs_all:
                value = (weighting or loss)(prediction, Tensor(y_batch, name="y"), *factors[:1])
                total.add(float(value.data), len(x_batch))
            sums.add(prediction.data, y_batch, *factors[1:])
            if keeps:
                predictions.append(prediction.data)
                targets.append(y_batch)
                weights += factors[1:]
    sample_weight = np.concatenate(weights) if weights else None
    return sums.among(measured(model, total, sums.others, predictions, targets, sample_weight))


def measured(
    model: Module,
    total: TotalLoss | None,
    metrics: Mapping[str, Metric],
    predictions: list[NDArray[Any]],
    targets: list[NDArray[Any]],
    sample_weight: NDArray[Any] | None = None,
) -> dict[str, float]:
    """The loss of all rows, and every metric on all predictions together.

    Raises: DivergenceError if a prediction is NaN.
    """
    if not (metrics or (total and total.needs_all)):
        return {} if total is None else {"loss": total.result(None, None)}
    prediction, target = np.concatenate(predictions), np.concatenate(targets)
    check_no_nan(model, "prediction", prediction)
    figures = {} if total is None else {"loss": total.result(prediction, target)}
    return figures | {
        name: metric_value(name, weighted(metric, sample_weight)(prediction, target))
        for name, metric in metrics.items()
    }
