"""What a model predicts: classes and their probabilities, or numbers; of x, or of raw rows.

Numbers that a model computes with and raw rows are told apart by their type alone, `Preparation.is_raw`, and
never by their values: what has names of columns, or is a picture, is raw, and all else is x.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.grad_mode import enable_grad, no_grad
from ..errors import DataError, DivergenceError, SettingError, ShapeError
from ..lazy import is_concrete
from ..ops.activations import sigmoid, softmax
from ..primitive import Array
from ..tensor import Tensor
from .data_checks import inputs_for
from .module import Module
from .preparation import looks_raw

_GIVE_PROBABILITIES = ("sigmoid", "softmax")
_KEEP_PROBABILITIES = ("reshape", "squeeze", "getitem", "clip", "astype", "copy")
_GIVE_LOGITS = ("linear", "matmul", "dot", "log_softmax")


def predict(model: Module, rows: Any) -> NDArray[Any]:
    """`Module.predict`."""
    preparation = model.preparation
    if preparation is None:
        return _classes(predict_proba(model, rows))
    is_raw = preparation.is_raw(rows)
    if preparation.class_names:
        found = _classes(predict_proba(model, rows))
    else:
        x = _inputs(model, rows)
        with model.in_mode(training=False), no_grad():
            found = _one_per_row(model, model(Tensor(x, name="x"))._data)
        check_no_nan(model, "prediction", found)
    return preparation.in_units(found) if is_raw else found


def predict_proba(model: Module, rows: Any) -> NDArray[Any]:
    """`Module.predict_proba`."""
    names = None if model.preparation is None else model.preparation.class_names
    if names == ():
        raise SettingError(
            "the target of this model is a number, and has no probabilities: model.predict(rows) predicts it"
        )
    x = _inputs(model, rows)
    with model.in_mode(training=False), no_grad():
        probabilities = np.asarray(model._as_probabilities(x, model(Tensor(x, name="x"))._data))
    check_no_nan(model, "probability", probabilities)
    classes = 2 if probabilities.ndim == 1 else probabilities.shape[1]
    if names is not None and classes != len(names):
        raise ShapeError(
            f"{type(model).__name__} has outputs for {classes} classes, and its preparation knows "
            f"{len(names)}: {', '.join(map(repr, names))}. Give the model as many outputs"
        )
    return probabilities


def _classes(probabilities: NDArray[Any]) -> NDArray[np.int64]:
    """The most probable class of every row."""
    if probabilities.ndim == 1:
        return (probabilities > 0.5).astype(np.int64)
    classes: NDArray[np.int64] = probabilities.argmax(axis=1).astype(np.int64)
    return classes


def _inputs(model: Module, rows: Any) -> Any:
    """x of raw rows, or of numbers that are x already: checked, and in the dtype of the model."""
    preparation = model.preparation
    if preparation is not None and preparation.is_raw(rows):
        return inputs_for(model, "x", preparation.apply(rows))
    if looks_raw(rows):
        raise DataError(_no_preparation(model, rows))
    if np.ndim(rows) < 2:
        raise ShapeError(
            f"predictions are made for a batch with one row per sample, and this has shape "
            f"{np.shape(rows)}: for a single sample give x[None]"
        )
    x = rows._data if isinstance(rows, Tensor) else rows
    # The numbers of a lazy array can't be looked at before they are computed.
    is_lazy = hasattr(x, "__array_function__") and not is_concrete(x)
    if is_lazy:
        return x
    try:
        return inputs_for(model, "x", x)
    except DataError as error:
        if preparation is None:
            raise
        raise DataError(f"{error}. Raw rows are {preparation.takes}") from None


def _no_preparation(model: Module, rows: Any) -> str:
    """Why raw rows can't be predicted."""
    if model.preparation is None:
        return (
            f"these are raw rows, and {type(model).__name__} has no preparation: give it that of the data "
            f"set that it was trained on, model.preparation = dataset.preparation"
        )
    return f"these are no rows for {model.preparation!r}: give {model.preparation.takes}"


def _one_per_row(model: Any, outputs: Any) -> NDArray[Any]:
    """One number per row, (m,).

    Raises: ShapeError for outputs of another shape.
    """
    found = np.asarray(outputs)
    if found.ndim == 2 and found.shape[1] == 1:
        found = found[:, 0]
    if found.ndim != 1:
        raise ShapeError(
            f"{type(model).__name__} returned outputs of shape {found.shape}, and its target is one number "
            f"per row, (m,) or (m, 1)"
        )
    return found


def probabilities_of(model: Any, x: Array, outputs: Array) -> Array:
    """The probabilities that the outputs of any model stand for: it may apply a sigmoid or a softmax itself.

    Raises: ShapeError for outputs that are neither one number nor c numbers per row; SettingError if
    they may be either.
    """
    if outputs.ndim == 2 and outputs.shape[1] == 1:
        outputs = outputs[:, 0]
    if outputs.ndim not in (1, 2):
        raise ShapeError(
            f"{type(model).__name__} returned outputs of shape {outputs.shape}: classes are predicted from "
            f"one number per row, (m,) or (m, 1), or one per class, (m, c)"
        )
    are = are_probabilities(model, x[:1], outputs)
    if are is None:
        raise SettingError(
            f"all outputs of {type(model).__name__} are between 0 and 1, but neither a sigmoid nor a softmax "
            f"computed them, so that they may be probabilities or logits: end the model with nn.Sigmoid() or "
            f"nn.Softmax(), or read its outputs yourself, model(x) > 0.5"
        )
    if are:
        return outputs
    return sigmoid(outputs) if outputs.ndim == 1 else softmax(outputs)


def are_probabilities(model: Any, row: Array, outputs: Array) -> bool | None:
    """Whether outputs are probabilities, not logits, by the graph of one row; None if they may be either."""
    with enable_grad():
        made = model(Tensor(row, requires_grad=True))
    node = made.node if isinstance(made, Tensor) else None
    while node and node.primitive and node.primitive.name in _KEEP_PROBABILITIES:
        node = node.parents[0]
    last = node.primitive.name if node and node.primitive else ""
    if last in _GIVE_PROBABILITIES:
        return True
    if last in _GIVE_LOGITS or not outputs.size:
        return False
    return None if outputs.min() >= 0 and outputs.max() <= 1 else False


def check_no_nan(model: Module, what: str, made: NDArray[Any]) -> None:
    """Raise DivergenceError if the model made NaN, since comparisons would make a class of it."""
    if made.dtype.kind != "f" or not np.isnan(made).any():
        return
    rows = np.unique(np.argwhere(np.isnan(made))[:, 0])
    raise DivergenceError(
        f"the {what} for row {rows[0]} is nan"
        + (f" (and for {len(rows) - 1} more rows)" if len(rows) > 1 else "")
        + f": {_origin_of_nan(model)}"
    )


def _origin_of_nan(model: Module) -> str:
    broken = broken_parameter(model)
    if broken:
        return (
            f"{broken}. Did the training diverge? Make a new model, and train it with a smaller lr"
        )
    return (
        f"the parameters of {type(model).__name__} are finite, so it comes from the forward pass: "
        f"with tg.detect_anomaly(): model(x) names the operation"
    )


def broken_parameter(model: Module) -> str:
    """The first parameter that is not finite, in words; "" if all are finite."""
    for name, p in model.named_parameters():
        if not np.isfinite(p._data).all():
            found = "nan" if np.isnan(p._data).any() else "infinity"
            return f"the model's parameter {name!r} has {found} in it"
    return ""
