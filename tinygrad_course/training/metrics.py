"""The quality of predictions: `accuracy` and `evaluate`.

A metric is any function (predictions, targets) -> float of two arrays. It is called with all rows at
once, and so need not be an average over batches.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..data import batches
from ..engine.grad_mode import no_grad
from ..errors import SettingError, ShapeError
from ..nn import BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, Module, functional
from ..tensor import Tensor
from .checks import checked_inputs, checked_rows

Metric: TypeAlias = Callable[[NDArray[Any], NDArray[Any]], float]
"""metric(predictions, targets) -> one number, of all rows."""

LossFunction: TypeAlias = Callable[[Any, Any], Any]
"""loss(prediction, target) -> a scalar Tensor: a module such as CrossEntropyLoss(), or any function."""


def accuracy(prediction: NDArray[Any], target: NDArray[Any], *, threshold: float = 0.0) -> float:
    """The fraction of rows whose class was predicted.

    Shapes: prediction (m, c), scores of c classes, with target (m,) class indices; or, for two
    classes, both of one shape, where a prediction above `threshold` means class 1: 0 for logits, 0.5
    for probabilities.

    Raises: ShapeError for any other pair of shapes.
    """
    prediction, target = np.asarray(prediction), np.asarray(target)
    if prediction.shape == target.shape:
        return float(((prediction > threshold) == (target > 0.5)).mean())
    if prediction.ndim == 2 and prediction.shape[1] > 1 and target.shape == prediction.shape[:1]:
        return float((prediction.argmax(axis=1) == target).mean())
    raise ShapeError(
        f"accuracy: the prediction has shape {prediction.shape} and the target {target.shape}: they "
        f"must be equal, or (m, classes) and (m,). Reshape one, e.g. target[:, None]"
    )


def metrics_for(loss: LossFunction | None) -> dict[str, Metric]:
    """The metrics for a loss: accuracy if it classifies."""
    if loss is functional.binary_cross_entropy or isinstance(loss, BCELoss):
        return {"accuracy": partial(accuracy, threshold=0.5)}
    classify = (functional.cross_entropy, functional.binary_cross_entropy_with_logits, None)
    if loss in classify or isinstance(loss, CrossEntropyLoss | BCEWithLogitsLoss):
        return {"accuracy": accuracy}
    return {}


def chosen_metrics(
    metrics: Mapping[str, Metric] | str, loss: LossFunction | None
) -> Mapping[str, Metric]:
    """`metrics` itself, or for "auto" the metrics for the loss.

    Raises: SettingError for anything else.
    """
    if metrics == "auto":
        return metrics_for(loss)
    if not isinstance(metrics, Mapping):
        raise SettingError(
            f"metrics={metrics!r}: must be 'auto' or a dictionary, e.g. {{'accuracy': accuracy}}"
        )
    return metrics


def evaluate(
    model: Module,
    x: Any,
    y: Any,
    *,
    loss: LossFunction | None = None,
    metrics: Mapping[str, Metric] | str = "auto",
    batch_size: int = 1024,
) -> dict[str, float]:
    """The metrics of the model's predictions, and their loss if one is given, by name.

    `metrics="auto"` is accuracy, or none for a loss that does not classify. Nothing is recorded, and the
    model is in evaluation mode. The loss must be an average ("mean"); batches only limit memory use.

    Raises: DataError for data that can't be used, ShapeError for targets that don't fit.
    """
    x = checked_inputs("x", x, model)
    y = checked_rows("y", y, len(x))
    return evaluated(model, x, y, loss, chosen_metrics(metrics, loss), batch_size)


def evaluated(
    model: Module,
    x: NDArray[Any],
    y: NDArray[Any],
    loss: LossFunction | None,
    metrics: Mapping[str, Metric],
    batch_size: int,
) -> dict[str, float]:
    """`evaluate` without the checks."""
    predictions = []
    total = 0.0
    with model.in_mode(training=False), no_grad():
        for x_batch, y_batch in batches(x, y, batch_size=batch_size, shuffle=False):
            prediction = model(Tensor(x_batch, name="x"))
            if loss is not None:
                total += float(loss(prediction, Tensor(y_batch, name="y")).data) * len(x_batch)
            predictions.append(prediction.data)
    figures = {} if loss is None else {"loss": total / len(x)}
    return figures | measured(metrics, predictions, [y])


def measured(
    metrics: Mapping[str, Metric], predictions: list[NDArray[Any]], targets: list[NDArray[Any]]
) -> dict[str, float]:
    """Every metric on all predictions together."""
    if not metrics:
        return {}
    prediction, target = np.concatenate(predictions), np.concatenate(targets)
    return {name: float(metric(prediction, target)) for name, metric in metrics.items()}
