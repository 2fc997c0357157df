"""How good predicted numbers are: `mae` and `r2`.

fit(…, metrics={"MAE": mae, "R²": r2})
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, ShapeError
from ..nn.data_checks import finite_array
from .metrics import row_weights


def mae(
    prediction: NDArray[Any],
    target: NDArray[Any],
    *,
    sample_weight: NDArray[Any] | None = None,
) -> float:
    """The mean absolute error, mean |prediction - target|, in the unit of the target

    Raises: ShapeError unless both have one shape; DataError.
    """
    found, true, weights = _pairs("mae", prediction, target, sample_weight)
    return float(np.average(np.abs(found - true).mean(axis=1), weights=weights))


def r2(
    prediction: NDArray[Any],
    target: NDArray[Any],
    *,
    sample_weight: NDArray[Any] | None = None,
) -> float:
    """The coefficient of determination, 1 - Σ (prediction - target)² / Σ (target - mean target)²

    1 is perfect, 0 as good as the mean of the targets. Of several outputs it is the mean. Where a target is
    constant, it is 1 if that was predicted, else 0; NaN for a single row. It needs all rows.

    Raises: ShapeError unless both have one shape; DataError.
    """
    found, true, weights = _pairs("r2", prediction, target, sample_weight)
    if len(true) < 2:
        return float("nan")
    mean = np.average(true, axis=0, weights=weights)
    missed = weights @ (found - true) ** 2
    spread = weights @ (true - mean) ** 2
    share = np.divide(missed, spread, out=(missed > 0).astype(np.float64), where=spread > 0)
    return float((1 - share).mean())


def _sum_of_errors(
    prediction: NDArray[Any],
    target: NDArray[Any],
    *,
    sample_weight: NDArray[Any] | None = None,
) -> tuple[float, float]:
    if sample_weight is not None and not np.any(sample_weight):  # a batch whose rows count nothing
        return 0.0, 0.0
    total = float(len(target) if sample_weight is None else np.sum(sample_weight))
    return mae(prediction, target, sample_weight=sample_weight) * total, total


mae.sum_form = _sum_of_errors  # type: ignore[attr-defined]


def _pairs(
    name: str, prediction: Any, target: Any, sample_weight: Any
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Both in double precision as (m, outputs), and the weights of rows.

    Raises: ShapeError; DataError.
    """
    found, true = finite_array("the prediction", prediction), finite_array("the target", target)
    if found.shape != true.shape or not found.ndim:
        raise ShapeError(
            f"{name}: the prediction has shape {found.shape} and the target {true.shape}: they must "
            f"be equal, with a row for each sample"
        )
    if not len(found):
        raise DataError(f"{name}: there are no predictions")
    weights = np.ones(len(found))
    if sample_weight is not None:
        weights = row_weights(sample_weight, len(found))
    found, true = (x.reshape(len(x), -1).astype(np.float64) for x in (found, true))
    return found, true, weights
