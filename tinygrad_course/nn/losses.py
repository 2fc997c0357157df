"""Losses as modules: loss(prediction, target). Their operands don't broadcast.

Targets may be integers or booleans, as labels are; the loss has the dtype of the predictions.
`reduction` is "mean" over all elements (the cost 𝒥), "sum" or "none". Settings that PyTorch takes in another
order are given by name.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import SettingError
from ..ops.class_losses import class_counts
from ..primitive import Array
from . import functional
from .module import Module
from .settings import in_interval, is_data, real, shown, truth, whole


class Loss(Module):
    """The base class of the losses, with their reduction.

    Raises: SettingError for a reduction that does not exist.
    """

    _reductions: tuple[str, ...] = ("mean", "sum", "none")

    def __init__(self, *settings: Any, reduction: str = "mean") -> None:
        known = type(self)._reductions
        if len(settings) == 1 and isinstance(settings[0], str) and settings[0] not in known:
            reduction, settings = settings[0], ()
        if settings:
            raise SettingError(_not_by_position(type(self).__name__, settings))
        if not isinstance(reduction, str) or reduction not in known:
            listed = ", ".join(map(repr, known[:-1]))
            raise SettingError(f"reduction={shown(reduction)}: must be {listed} or {known[-1]!r}")
        self.reduction = reduction

    def counts(self, target: NDArray[Any]) -> NDArray[np.float64] | None:
        """How much each row counts in the mean; None if all rows count the same."""
        return None

    def extra_repr(self) -> str:
        return f"reduction={self.reduction!r}"


def _not_by_position(kind: str, settings: tuple[Any, ...]) -> str:
    given = f"{kind}({', '.join(map(shown, settings))})"
    if len(settings) == 1 and isinstance(settings[0], str):
        return f"{given}: write the setting's name, {kind}(reduction={settings[0]!r})"
    return (
        f"{given}: a loss is made first, and called with predictions and targets: "
        f"{kind}()(prediction, target). Its settings are given by name, such as reduction='sum'"
    )


def _weights(kind: str, name: str, weight: Any) -> NDArray[Any] | None:
    """A copy of numbers that multiply losses.

    Raises: SettingError unless they are at least 0 and finite.
    """
    if weight is None:
        return None
    try:
        found = np.array(weight, np.float64)
    except (TypeError, ValueError):
        found = np.array(np.nan)
    if not (np.all(found >= 0) and np.all(found < np.inf)):
        raise SettingError(
            f"{kind}: {name}={shown(weight)}: must be numbers, at least 0 and finite, such as "
            f"{name}=np.array([1.0, 3.0])"
        )
    return found


def _per_class(kind: str, weight: Any) -> NDArray[Any] | None:
    """`_weights`, one number per class."""
    weights = _weights(kind, "weight", weight)
    if weights is not None and weights.ndim != 1:
        raise SettingError(
            f"{kind}: weight={shown(weight)}: must be one number per class, of shape (classes,)"
        )
    return weights


def _settings(**settings: Any) -> str:
    """Those settings that are not None, as a repr shows them."""
    return "".join(
        f"{name}={value.tolist() if isinstance(value, np.ndarray) else value!r}, "
        for name, value in settings.items()
        if value is not None
    )


class MSELoss(Loss):
    """ℒ = (ŷ − y)²

    Raises: ShapeError unless both shapes are equal.
    """

    def forward(self, prediction: Array, target: Array) -> Array:
        return functional.mse(prediction, target, reduction=self.reduction)


class L1Loss(Loss):
    """ℒ = |ŷ − y|

    Raises: ShapeError unless both shapes are equal.
    """

    def forward(self, prediction: Array, target: Array) -> Array:
        return functional.l1_loss(prediction, target, reduction=self.reduction)


class SmoothL1Loss(Loss):
    """ℒ = d² / 2β where |d| < β, else |d| − β / 2,  d = ŷ − y

    Raises: ShapeError unless both shapes are equal, SettingError for a negative β.
    """

    def __init__(self, *settings: Any, beta: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(*settings, reduction=reduction)
        self.beta = in_interval("beta", beta, 0.0)

    def forward(self, prediction: Array, target: Array) -> Array:
        return functional.smooth_l1_loss(
            prediction, target, beta=self.beta, reduction=self.reduction
        )

    def extra_repr(self) -> str:
        return _settings(beta=self.beta) + super().extra_repr()


class HuberLoss(Loss):
    """ℒ = d² / 2 where |d| ≤ δ, else δ (|d| − δ / 2),  d = ŷ − y

    Raises: ShapeError unless both shapes are equal, SettingError unless δ > 0.
    """

    def __init__(self, *settings: Any, delta: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(*settings, reduction=reduction)
        self.delta = in_interval("delta", delta, 0.0)
        if not self.delta:
            raise SettingError("delta=0: must be above 0")

    def forward(self, prediction: Array, target: Array) -> Array:
        return functional.huber_loss(prediction, target, delta=self.delta, reduction=self.reduction)

    def extra_repr(self) -> str:
        return _settings(delta=self.delta) + super().extra_repr()


class BCELoss(Loss):
    """ℒ = −w (y ln ŷ + (1 − y) ln(1 − ŷ)),  with ŷ a probability

    w is `weight`, which broadcasts to the predictions; the mean divides by their number.

    Raises: ShapeError unless both shapes are equal, TargetError for numbers outside [0, 1].

    Numerics: prefer BCEWithLogitsLoss, which stays exact where σ rounds to 0 or 1.
    """

    def __init__(self, *settings: Any, weight: Any = None, reduction: str = "mean") -> None:
        super().__init__(*settings, reduction=reduction)
        self.weight = _weights("BCELoss", "weight", weight)

    def forward(self, prediction: Array, target: Array) -> Array:
        return functional.binary_cross_entropy(
            prediction, target, weight=self.weight, reduction=self.reduction
        )

    def extra_repr(self) -> str:
        return _settings(weight=self.weight) + super().extra_repr()


class BCEWithLogitsLoss(Loss):
    """ℒ = −w (p y ln σ(x) + (1 − y) ln(1 − σ(x))),  with x a logit

    w is `weight` and p `pos_weight`, which broadcast to the logits; the mean divides by their number. Where
    positives are rare, p = negatives / positives gives both the same say.

    Raises: ShapeError unless both shapes are equal, TargetError for targets outside [0, 1].
    """

    def __init__(
        self,
        *settings: Any,
        weight: Any = None,
        pos_weight: Any = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(*settings, reduction=reduction)
        self.weight = _weights("BCEWithLogitsLoss", "weight", weight)
        self.pos_weight = _weights("BCEWithLogitsLoss", "pos_weight", pos_weight)

    def forward(self, logits: Array, target: Array) -> Array:
        return functional.binary_cross_entropy_with_logits(
            logits,
            target,
            weight=self.weight,
            pos_weight=self.pos_weight,
            reduction=self.reduction,
        )

    def extra_repr(self) -> str:
        weights = _settings(weight=self.weight, pos_weight=self.pos_weight)
        return weights + super().extra_repr()


class CrossEntropyLoss(Loss):
    """ℒ = −wₜ ln softmax(x)[t],  with x the logits and t the index of the right class

    w is `weight`, one number per class. Rows whose target is `ignore_index` are left out. `label_smoothing` ε
    spreads a share ε of each target over all classes. The mean divides by the sum of wₜ over the rows that
    are kept. Targets may be probabilities of all classes; then it divides by the number of rows.

    Shapes: logits (m, classes), target (m,) integers, or (m, classes) probabilities.

    Raises: ShapeError; TargetError for a class that does not exist, and for a mean of which no row is left;
    DtypeError unless targets are integers or probabilities; SettingError.
    """

    def __init__(
        self,
        *settings: Any,
        weight: Any = None,
        ignore_index: int = -100,
        label_smoothing: float = 0.0,
        reduction: str = "mean",
    ) -> None:
        super().__init__(*settings, reduction=reduction)
        self.weight = _per_class("CrossEntropyLoss", weight)
        self.ignore_index = _index("ignore_index", ignore_index)
        self.label_smoothing = in_interval("label_smoothing", label_smoothing, 0.0, 1.0)

    def forward(self, logits: Array, target: Array) -> Array:
        return functional.cross_entropy(
            logits,
            target,
            weight=self.weight,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
            reduction=self.reduction,
        )

    def counts(self, target: NDArray[Any]) -> NDArray[np.float64] | None:
        return class_counts(target, self.weight, self.ignore_index)

    def extra_repr(self) -> str:
        return (
            _settings(
                weight=self.weight,
                ignore_index=_unless(self.ignore_index, -100),
                label_smoothing=_unless(self.label_smoothing, 0.0),
            )
            + super().extra_repr()
        )


class NLLLoss(Loss):
    """ℒ = −wₜ x[t],  with x = ln p, and t the index of the right class

    CrossEntropyLoss is that of nn.LogSoftmax(); `weight`, `ignore_index` and the mean are the same.

    Shapes: log-probabilities (m, classes), target (m,) integers.

    Raises: ShapeError; TargetError for a class that does not exist, and for a mean of which no row is left;
    DtypeError unless targets are integers.
    """

    def __init__(
        self,
        *settings: Any,
        weight: Any = None,
        ignore_index: int = -100,
        reduction: str = "mean",
    ) -> None:
        super().__init__(*settings, reduction=reduction)
        self.weight = _per_class("NLLLoss", weight)
        self.ignore_index = _index("ignore_index", ignore_index)

    def forward(self, log_probabilities: Array, target: Array) -> Array:
        return functional.nll_loss(
            log_probabilities,
            target,
            weight=self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
        )

    def counts(self, target: NDArray[Any]) -> NDArray[np.float64] | None:
        return class_counts(target, self.weight, self.ignore_index)

    def extra_repr(self) -> str:
        ignored = _unless(self.ignore_index, -100)
        return _settings(weight=self.weight, ignore_index=ignored) + super().extra_repr()


class KLDivLoss(Loss):
    """ℒ = y (ln y − x),  with x = ln ŷ; with `log_target`  ℒ = eʸ (y − x)

    `reduction` may be "batchmean", which divides the sum by the number of rows: the mean divergence of the
    rows' distributions.

    Raises: ShapeError unless both shapes are equal, TargetError for targets outside [0, 1].
    """

    _reductions = ("mean", "batchmean", "sum", "none")

    def __init__(self, *settings: Any, log_target: bool = False, reduction: str = "mean") -> None:
        super().__init__(*settings, reduction=reduction)
        self.log_target = truth("log_target", log_target)

    def forward(self, log_prediction: Array, target: Array) -> Array:
        return functional.kl_div(
            log_prediction, target, log_target=self.log_target, reduction=self.reduction
        )

    def extra_repr(self) -> str:
        return _settings(log_target=self.log_target or None) + super().extra_repr()


class _MarginLoss(Loss):
    """A loss whose first setting is its margin."""

    def __init__(self, margin: Any, settings: tuple[Any, ...], reduction: str) -> None:
        super().__init__(reduction=reduction)
        if settings or is_data(margin) or margin in ("mean", "sum", "none"):
            raise SettingError(_not_by_position(type(self).__name__, (margin, *settings)))
        self.margin = real("margin", margin, "1.0")

    def extra_repr(self) -> str:
        return _settings(margin=self.margin) + super().extra_repr()


class HingeLoss(_MarginLoss):
    """ℒ = max(0, margin − y x),  with targets y of −1 and 1

    Raises: ShapeError unless both shapes are equal, TargetError for other targets.
    """

    def __init__(self, margin: float = 1.0, *settings: Any, reduction: str = "mean") -> None:
        super().__init__(margin, settings, reduction)

    def forward(self, prediction: Array, target: Array) -> Array:
        return functional.hinge_loss(
            prediction, target, margin=self.margin, reduction=self.reduction
        )


class HingeEmbeddingLoss(_MarginLoss):
    """ℒ = x where y = 1,  max(0, margin − x) where y = −1,  with x a distance

    Raises: ShapeError unless both shapes are equal, TargetError for other targets.
    """

    def __init__(self, margin: float = 1.0, *settings: Any, reduction: str = "mean") -> None:
        super().__init__(margin, settings, reduction)

    def forward(self, prediction: Array, target: Array) -> Array:
        return functional.hinge_embedding_loss(
            prediction, target, margin=self.margin, reduction=self.reduction
        )


class CosineEmbeddingLoss(_MarginLoss):
    """ℒ = 1 − cos(x₁, x₂) where y = 1,  max(0, cos(x₁, x₂) − margin) where y = −1

    It is called with both embeddings: loss(x1, x2, target).

    Shapes: x1 and x2 (m, n), target (m,).

    Raises: ShapeError; TargetError for targets other than −1 and 1; SettingError for a margin outside
    [−1, 1].
    """

    def __init__(self, margin: float = 0.0, *settings: Any, reduction: str = "mean") -> None:
        super().__init__(margin, settings, reduction)
        in_interval("margin", self.margin, -1.0, 1.0)

    def forward(self, x1: Array, x2: Array, target: Array) -> Array:
        return functional.cosine_embedding_loss(
            x1, x2, target, margin=self.margin, reduction=self.reduction
        )


def _index(name: str, value: Any) -> int:
    return whole(name, value, least=-(2**31))


def _unless(value: Any, default: Any) -> Any:
    return None if value == default else value
