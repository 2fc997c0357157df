"""`Predicts`: the classes that a model predicts, and their probabilities."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.grad_mode import enable_grad, no_grad
from ..errors import DivergenceError, SettingError, ShapeError
from ..lazy import is_concrete
from ..ops.activations import sigmoid, softmax
from ..primitive import Array
from ..tensor import Tensor
from .data_checks import inputs_for
from .module import Module

_GIVE_PROBABILITIES = ("sigmoid", "softmax")
_KEEP_PROBABILITIES = ("reshape", "squeeze", "getitem", "clip", "astype", "copy")
_GIVE_LOGITS = ("linear", "matmul", "dot", "log_softmax")


class Predicts(Module):
    """What every classifier has, whether its outputs are logits or probabilities."""

    def predict_proba(self, x: Any) -> NDArray[Any]:
        """(m,): the probability of class 1; or (m, c): that of each class.

        Nothing is recorded, and the model is in evaluation mode. x is converted to the dtype of its
        parameters.

        Raises: DataError for NaN, infinity and anything but numbers in x; ShapeError for anything but a
        batch with one row per sample; DivergenceError if a probability is NaN.
        """
        if np.ndim(x) < 2:
            raise ShapeError(
                f"predictions are made for a batch with one row per sample, and this has shape "
                f"{np.shape(x)}: for a single sample give x[None]"
            )
        if isinstance(x, Tensor):
            x = x._data
        # The numbers of a lazy array can't be looked at before they are computed.
        is_lazy = hasattr(x, "__array_function__") and not is_concrete(x)
        rows = x if is_lazy else inputs_for(self, "x", x)
        with self.in_mode(training=False), no_grad():
            outputs = self(Tensor(rows, name="x"))
            probabilities = np.asarray(self._as_probabilities(rows, outputs._data))
        check_no_nan(self, "probability", probabilities)
        return probabilities

    def predict(self, x: Any) -> NDArray[np.int64]:
        """The most probable class of every row, (m,)."""
        probabilities = self.predict_proba(x)
        if probabilities.ndim == 1:
            return (probabilities > 0.5).astype(np.int64)
        classes: NDArray[np.int64] = probabilities.argmax(axis=1).astype(np.int64)
        return classes

    def _as_probabilities(self, x: Array, outputs: Array) -> Array:
        """The probabilities that the outputs stand for: here outputs are logits."""
        return sigmoid(outputs) if outputs.ndim == 1 else softmax(outputs)


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
