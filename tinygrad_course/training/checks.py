"""Checks before the first step, so that a mistake in the data is found before the model is trained."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.grad_mode import no_grad
from ..errors import DataError, DivergenceError, NotRecordedError, OptimizerError, ShapeError
from ..nn import Module
from ..optim import Optimizer
from ..tensor import Tensor


def checked_inputs(name: str, x: Any, model: Module) -> NDArray[Any]:
    """`x` in the dtype of the model's parameters.

    Raises: DataError, naming row and column, for anything but rows of finite numbers.
    """
    array = _finite(name, x)
    if array.ndim == 0 or array.size == 0:
        raise DataError(
            f"{name} has shape {array.shape}: there must be at least one row and one column"
        )
    dtype = next((p.dtype for p in model.parameters()), array.dtype)
    with np.errstate(over="ignore"):
        return _finite(f"{name}, in the model's {dtype},", array.astype(dtype, copy=False))


def checked_rows(name: str, y: Any, rows: int) -> NDArray[Any]:
    """`y` as an array of `rows` rows.

    Raises: DataError if it has another number of rows or anything but finite numbers.
    """
    array = _finite(name, y)
    if array.shape[:1] != (rows,):
        raise DataError(
            f"{name} has shape {array.shape}, but there are {rows} rows of inputs: "
            f"every row needs one target"
        )
    return array


def _finite(name: str, data: Any) -> NDArray[Any]:
    try:
        array = np.asarray(data)
    except ValueError as error:
        raise DataError(f"{name} is no array: {error}") from None
    if array.dtype.kind not in "fiub":
        raise DataError(
            f"{name} has dtype {array.dtype}, which no model can compute with: turn it into numbers "
            f"(for class names: names, y = np.unique(labels, return_inverse=True))"
        )
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        wrong = np.argwhere(~np.isfinite(array))
        row, *column = (int(i) for i in wrong[0])
        position = f"row {row}" + (f", column {', '.join(map(str, column))}" if column else "")
        raise DataError(
            f"{name} has {array[tuple(wrong[0])]} in {position}"
            + (f" (and {len(wrong) - 1} more such numbers)" if len(wrong) > 1 else "")
            + ": drop these rows, or fill the gaps, e.g. with np.nan_to_num"
        )
    return array


def dry_run(
    model: Module, loss: Callable[[Any, Any], Any], x: NDArray[Any], y: NDArray[Any]
) -> None:
    """Run the model on one row, and the loss on all targets with that row's prediction.

    If the loss refuses the targets for their shape, their dtype or an unknown class, it does so now.

    Raises: what model and loss raise; ShapeError for predictions without a row per row of x, and for a
    loss that is not one number; NotRecordedError for a loss that is no Tensor.
    """
    with model.in_mode(training=False), no_grad(), np.errstate(all="ignore"):
        prediction = model(Tensor(x[:1], name="x")).data
        if np.shape(prediction)[:1] != (1,):
            raise ShapeError(
                f"the model made a prediction of shape {np.shape(prediction)} from one row of "
                f"inputs: the first axis must stay the batch"
            )
        for_all = np.broadcast_to(prediction, (len(y), *prediction.shape[1:]))
        value = loss(Tensor(for_all, name="prediction"), Tensor(y, name="y"))
    if not isinstance(value, Tensor):
        raise NotRecordedError(
            f"the loss returned {type(value).__name__}, not a Tensor: its values left the graph "
            f"(by .item(), .numpy(), math.…)"
        )
    if value.size != 1:
        raise ShapeError(
            f"the loss has shape {np.shape(value)}, but training needs one number: "
            f"give it reduction='mean'"
        )


def check_optimizer(model: Module, optimizer: Optimizer) -> None:
    """Raise OptimizerError if the optimizer trains no parameter of this model."""
    if not set(optimizer.params) & set(model.parameters()):
        raise OptimizerError(
            f"{optimizer!r} trains none of the parameters of {type(model).__name__}: "
            f"make it with {type(optimizer).__name__}(model.parameters(), …)"
        )


def check_loss(value: float, lr: float, epoch: int, batch: int) -> None:
    """Raise DivergenceError if the loss of a batch is not finite."""
    if not np.isfinite(value):
        raise DivergenceError(
            f"the loss became {value} in epoch {epoch}, batch {batch} (counted from 1), with "
            f"lr={lr:g}: most likely the steps are too large. Make a new model and try "
            f"lr={lr / 10:g}; if that does not help, look for log, sqrt or a division near 0"
        )
