"""The class probabilities of a classifier, from logits or probabilities."""

from __future__ import annotations  # naming numpy.typing would import it

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from tinygrad_course import Tensor, no_grad, sigmoid, softmax
from tinygrad_course.errors import DrawingError
from tinygrad_course.nn import Module, Sequential
from tinygrad_course.nn.predictions import are_probabilities

from ..options import check

if TYPE_CHECKING:
    from numpy.typing import NDArray

Outputs: TypeAlias = Literal["auto", "logits", "probabilities"]

ROWS_AT_ONCE = 4096
"""The most rows in one call of the model, which bounds the memory for a grid of points."""


def class_probabilities(
    model: Callable[[Any], Any], x: NDArray[Any], outputs: Outputs = "auto"
) -> NDArray[Any]:
    """P(class | row) by the model in evaluation mode, without recording a graph.

    Shapes: x (m, n_x) -> (m, c); c is 2 for a model with one output, P(class 1).

    A model's `predict_proba` is used if it has one, except that of Sequential. Otherwise "auto" reads the
    model's graph: outputs are probabilities if a sigmoid or a softmax computed them, else logits.

    Raises: DrawingError if the outputs have a wrong shape or are not finite, or if "auto" can't decide.
    """
    check("outputs", outputs, Outputs)
    # A Sequential is asked for its outputs, so that `outputs` counts.
    predict = None if isinstance(model, Sequential) else getattr(model, "predict_proba", None)
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
    """The model's outputs for m rows as an array, (m,) or (m, c)."""
    outputs = np.asarray(made)
    if outputs.shape == (m, 1):
        outputs = outputs[:, 0]
    if outputs.ndim not in (1, 2) or len(outputs) != m:
        raise DrawingError(
            f"the model returned outputs of shape {outputs.shape} from {m} rows: expected one number per "
            f"row, or one per class"
        )
    if not np.isfinite(outputs).all():
        raise DrawingError(
            "the model returns NaN or infinity for some points: did its training diverge? See "
            "tg.detect_anomaly"
        )
    return outputs


def _what_they_are(
    model: Callable[[Any], Any], row: NDArray[Any], outputs: NDArray[Any]
) -> Literal["logits", "probabilities"]:
    are = are_probabilities(model, row, outputs)
    if are is None:
        raise DrawingError(
            "all outputs of the model are between 0 and 1, but neither a sigmoid nor a softmax computed "
            "them: say what they are, outputs='probabilities' or outputs='logits'"
        )
    return "probabilities" if are else "logits"
