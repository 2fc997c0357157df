"""What a classifier thinks of many rows at once: a probability for each class, whatever its outputs are."""

from __future__ import annotations  # naming numpy.typing would import it

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from tinygrad_course.engine.grad_mode import enable_grad, no_grad
from tinygrad_course.errors import DrawingError
from tinygrad_course.nn import Module
from tinygrad_course.ops.activations import sigmoid, softmax
from tinygrad_course.tensor import Tensor

from ..options import check

if TYPE_CHECKING:
    from numpy.typing import NDArray

Outputs: TypeAlias = Literal["auto", "logits", "probabilities"]

ROWS_AT_ONCE = 4096
"""So that a picture's grid of points needs hardly more memory than training did."""

GIVE_PROBABILITIES = ("sigmoid", "softmax")
KEEP_PROBABILITIES = ("reshape", "squeeze", "getitem", "clip", "astype", "copy")


def class_probabilities(
    model: Callable[[Any], Any], x: NDArray[Any], outputs: Outputs = "auto"
) -> NDArray[Any]:
    """P(class | row) as the model sees it in evaluation mode; nothing is recorded.

    Shapes: x (m, n_x) -> (m, c); c is 2 for a model with one output, P(class 1).

    A model that has `predict_proba` is asked for it. "auto" looks into the graph of any other: outputs are
    probabilities if a sigmoid or a softmax made them, and logits otherwise.

    Raises: DrawingError for outputs that are nothing of the kind, or could be either.
    """
    check("outputs", outputs, Outputs)
    predict = getattr(model, "predict_proba", None)
    mode: AbstractContextManager[None] = nullcontext()
    if isinstance(model, Module):
        mode = model.in_mode(training=False)
    with mode, no_grad():
        parts = np.split(x, range(ROWS_AT_ONCE, len(x), ROWS_AT_ONCE))
        answers = (predict(rows) if predict else model(Tensor(rows)) for rows in parts)
        found = np.concatenate([_checked(y, len(rows)) for y, rows in zip(answers, parts)])
        if predict is None:
            if outputs == "auto":
                outputs = _what_they_are(model, x[:1], found)
            if outputs == "logits":
                found = sigmoid(found) if found.ndim == 1 else softmax(found)
    return np.stack([1 - found, found], axis=1) if found.ndim == 1 else found


def _checked(made: Any, m: int) -> NDArray[Any]:
    """What the model made of m rows as an array, (m,) or (m, c)."""
    outputs = np.asarray(made)
    if outputs.shape == (m, 1):
        outputs = outputs[:, 0]
    if outputs.ndim not in (1, 2) or len(outputs) != m:
        raise DrawingError(
            f"the model made outputs of shape {outputs.shape} from {m} rows: each row must get one number, "
            f"or one for each class"
        )
    if not np.isfinite(outputs).all():
        raise DrawingError(
            "the model makes NaN or infinity of some points: has its training diverged? See "
            "tg.detect_anomaly"
        )
    return outputs


def _what_they_are(
    model: Callable[[Any], Any], row: NDArray[Any], outputs: NDArray[Any]
) -> Literal["logits", "probabilities"]:
    with enable_grad():
        made = model(Tensor(row, requires_grad=True))
    node = made.node if isinstance(made, Tensor) else None
    while node and node.primitive and node.primitive.name in KEEP_PROBABILITIES:
        node = node.parents[0]
    if node and node.primitive and node.primitive.name in GIVE_PROBABILITIES:
        return "probabilities"
    if outputs.min() >= 0 and outputs.max() <= 1:
        raise DrawingError(
            "all outputs of the model lie between 0 and 1, but neither a sigmoid nor a softmax made them: "
            "say what they are, outputs='probabilities' or outputs='logits'"
        )
    return "logits"
