"""Losses as modules: loss(prediction, target). Their operands don't broadcast.

Targets may be integers or booleans, as labels are; the loss has the dtype of the predictions.
`reduction` is "mean" over all elements (the cost 𝒥), "sum" or "none".
"""

from typing import Any

from ..errors import SettingError
from ..primitive import Array
from . import functional
from .module import Module
from .settings import shown


class Loss(Module):
    """The base class of the losses, with their reduction.

    Raises: SettingError for a reduction that does not exist.
    """

    def __init__(self, reduction: str = "mean", *more: Any) -> None:
        if more or not isinstance(reduction, str):
            name = type(self).__name__
            raise SettingError(
                f"{name}({', '.join(map(shown, (reduction, *more)))}): a loss is made first, and called with "
                f"predictions and targets: {name}()(prediction, target)"
            )
        if reduction not in ("mean", "sum", "none"):
            raise SettingError(f"reduction={reduction!r}: must be 'mean', 'sum' or 'none'")
        self.reduction = reduction

    def extra_repr(self) -> str:
        return f"reduction={self.reduction!r}"


class MSELoss(Loss):
    """ℒ = (ŷ − y)²

    Raises: ShapeError unless both shapes are equal.
    """

    def forward(self, prediction: Array, target: Array) -> Array:
        return functional.mse(prediction, target, reduction=self.reduction)


class BCELoss(Loss):
    """ℒ = −y ln ŷ − (1 − y) ln(1 − ŷ),  with ŷ a probability

    Raises: ShapeError unless both shapes are equal, TargetError for numbers outside [0, 1].

    Numerics: prefer BCEWithLogitsLoss, which stays exact where σ rounds to 0 or 1.
    """

    def forward(self, prediction: Array, target: Array) -> Array:
        return functional.binary_cross_entropy(prediction, target, reduction=self.reduction)


class BCEWithLogitsLoss(Loss):
    """ℒ = −y ln σ(x) − (1 − y) ln(1 − σ(x)),  with x a logit

    Raises: ShapeError unless both shapes are equal, TargetError for targets outside [0, 1].
    """

    def forward(self, logits: Array, target: Array) -> Array:
        return functional.binary_cross_entropy_with_logits(logits, target, reduction=self.reduction)


class CrossEntropyLoss(Loss):
    """ℒ = −ln softmax(x)[t],  with x the logits and t the index of the right class

    Shapes: logits (m, classes), target (m,) integers.

    Raises: ShapeError, TargetError for a class that does not exist, DtypeError unless targets are
    integers.
    """

    def forward(self, logits: Array, target: Array) -> Array:
        return functional.cross_entropy(logits, target, reduction=self.reduction)
