"""Checks before the first step, which find mistakes before the model is trained; and of each step's loss."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..engine.grad_mode import enable_grad, no_grad
from ..errors import DivergenceError, NotRecordedError, OptimizerError, SettingError, ShapeError
from ..nn import Loss, Module
from ..nn.data_checks import in_dtype_of
from ..nn.predictions import broken_parameter, check_no_nan
from ..optim import Optimizer
from ..optim.untrained import check_held
from ..tensor import Tensor
from .arguments import is_number
from .broadcasting import check_broadcasting_of_loss, watched
from .reduction import LossFunction, Reduction, classes_in, reduction_of

Metric: TypeAlias = Callable[[NDArray[Any], NDArray[Any]], float]
"""metric(predictions, targets) -> one number, of all rows."""

_FEWEST_ROWS = 61
"""How many rows the loss is tried with at least: a length that no other axis has is told apart from those."""


def dry_run(
    model: Module,
    loss: LossFunction | None,
    x: NDArray[Any],
    y: NDArray[Any],
    metrics: Mapping[str, Metric] | None = None,
) -> Reduction:
    """Run the model on one row, and loss and metrics on all targets with that row's prediction.

    If they refuse the targets for their shape, their dtype or an unknown class, they do so now. Returns
    what the loss reduces to.

    Raises: what model, loss and metrics raise; DivergenceError for a prediction of NaN; ShapeError for
    predictions without a row per row of x, for a loss that is not one number, and for a loss or a metric
    that compares every prediction with every target; NotRecordedError for a loss that is no Tensor;
    SettingError for a metric that is not one number.
    """
    with model.in_mode(training=False), no_grad(), np.errstate(all="ignore"):
        made = model(Tensor(in_dtype_of(model, x[:1]), name="x"))
        if not isinstance(made, Tensor):
            raise NotRecordedError(
                f"the model returned {type(made).__name__}, not a Tensor: its forward must return one"
            )
        prediction = np.asarray(made.data)
        if np.shape(prediction)[:1] != (1,):
            raise ShapeError(
                f"the model made a prediction of shape {np.shape(prediction)} from one row of "
                f"inputs: the first axis must stay the batch"
            )
        check_no_nan(model, "prediction", prediction)
        reduction = None if loss is None else _try_some_rows(loss, prediction, y)
        for_all = np.broadcast_to(prediction, (len(y), *prediction.shape[1:]))
        if loss is not None:
            _check_value(loss(Tensor(for_all, name="prediction"), Tensor(y, name="y")))
        for name, metric in (metrics or {}).items():
            check_metric(name, metric, for_all.copy(), y.copy())  # it may write into them
    return reduction


def _try_some_rows(loss: LossFunction, prediction: NDArray[Any], y: NDArray[Any]) -> Reduction:
    """What the loss reduces to, found with a few rows.

    Raises: ShapeError if it compares every prediction with every target. Whatever else is wrong is found
    with all rows, in terms of their shapes.
    """
    lengths = {*prediction.shape, *y.shape[1:]}
    first_of_class = classes_in(y)
    least = max(_FEWEST_ROWS, len(first_of_class))
    rows = next(n for n in range(least, least + len(lengths) + 1) if n not in lengths)
    # All classes, since a loss may weigh them differently, also a rare one.
    spread = np.linspace(0, len(y) - 1, rows - len(first_of_class)).astype(int)
    target = y[np.concatenate([first_of_class, spread])]
    shares = np.linspace(0.5, 1, rows).reshape(-1, *[1] * (prediction.ndim - 1))
    different = (prediction * shares).astype(prediction.dtype)  # probabilities stay between 0 and 1
    recorded = Tensor(different, name="prediction", requires_grad=prediction.dtype.kind == "f")
    try:
        with enable_grad():
            value = loss(recorded, Tensor(target, name="y"))
        _check_value(value)
        reduction = reduction_of(loss, different, target)
    except Exception:
        return None
    check_broadcasting_of_loss(value, different.shape, target.shape)
    if isinstance(loss, Loss) and loss.counts(y) is not None:
        return None  # its mean is weighted
    return reduction


def _check_value(value: Any) -> None:
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


def check_metric(name: str, metric: Metric, prediction: NDArray[Any], target: NDArray[Any]) -> None:
    """Call a metric once.

    Raises: what it raises; SettingError unless it returns one number; ShapeError if it compares every
    prediction with every target.
    """
    if prediction.shape != target.shape or target.ndim > 1:
        prediction, target = watched(name, prediction, target)
    metric_value(name, metric(prediction, target))


def metric_value(name: str, value: Any) -> float:
    """What a metric returned, as a number.

    Raises: SettingError for anything else.
    """
    if isinstance(value, Tensor):
        found = "a Tensor: return value.item()"
    elif isinstance(value, np.ndarray) and value.size != 1:
        found = f"an array of shape {value.shape}: return one number, such as its mean()"
    elif isinstance(value, np.ndarray):
        found = "" if value.dtype.kind in "fiub" else f"an array of dtype {value.dtype}"
        value = value.reshape(())
    else:
        found = "" if is_number(value) else f"{type(value).__name__}, {value!r}: return a number"
    if found:
        raise SettingError(f"metric {name!r} returned {found}")
    return float(value)


def check_optimizer(model: Module, optimizer: Optimizer) -> None:
    """Compare what the optimizer holds with what the model has.

    Raises: OptimizerError if the optimizer trains none of the model's parameters, or another version of
    them. Warns UntrainedWarning of those that it does not hold.
    """
    if not set(optimizer.params) & set(model.parameters()):
        raise OptimizerError(
            f"{optimizer!r} trains none of the parameters of {type(model).__name__}: "
            f"make it with {type(optimizer).__name__}(model.parameters(), …)"
        )
    check_held(model, optimizer.params, optimizer.model)


class LossWatch:
    """Looks at the loss of every batch, and says why one is not finite."""

    def __init__(self, model: Module, optimizer: Optimizer) -> None:
        self._model = model
        self._optimizer = optimizer
        self._first: float | None = None
        self._last = 0.0

    def check(self, value: float, epoch: int, batch: int, prediction: NDArray[Any]) -> None:
        """Raise DivergenceError if the loss of a batch is not finite; epoch and batch count from 1."""
        if np.isfinite(value):
            self._first = value if self._first is None else self._first
            self._last = value
            return
        where = f"the loss became {value} in epoch {epoch}, batch {batch} (counted from 1)"
        if self._first is None:
            raise DivergenceError(
                f"{where}, before any step was taken: {self._without_a_step(prediction)}"
            )
        lr = self._optimizer.lr
        if self._last > self._first or abs(self._last) == abs(self._first):
            raise DivergenceError(
                f"{where}, with lr={lr:g}: most likely the steps are too large. Make a new model and try "
                f"lr={lr / 10:g}; if that does not help, look for log, sqrt or a division near 0"
            )
        raise DivergenceError(
            f"{where}, with lr={lr:g}, although it had fallen from {self._first:g} to {self._last:g}: most "
            f"likely a gradient became nan or infinite, as those of log, sqrt and a division near 0 do. Make "
            f"a new model and train it with tg.detect_anomaly(), which names the operation; otherwise try "
            f"lr={lr / 10:g}"
        )

    def _without_a_step(self, prediction: NDArray[Any]) -> str:
        broken = broken_parameter(self._model)
        if broken:
            return f"{broken}. Make a new model, or load weights that are finite"
        if not np.isfinite(prediction).all():
            return (
                "the parameters and the data are finite, but a prediction is not: scale the columns of x, or "
                "make the initial weights smaller. with tg.detect_anomaly() names the operation"
            )
        return (
            "the parameters, the data and the predictions are finite, so it is the loss: look for log, sqrt "
            "or a division near 0 in it, and for targets that are too large for it"
        )
