"""Losses element by element: the distance of predictions from their targets.

Each takes `reduction`: "mean" over all elements (the cost 𝒥, the average of the losses ℒ), "sum",
or "none". Each is one node, so that its VJP is the simplified one of the textbook. Targets are checked
to be probabilities where they must be, unless they are lazy (see lazy.py). The losses of classes are in
class_losses.py, those with a margin in margin_losses.py.
"""

from math import prod

import numpy as np

from ..errors import SettingError, ShapeError, TargetError
from ..lazy import is_concrete, known
from ..numerics import over_count, total
from ..primitive import UNIT, Array, Shape, primitive
from .activations import sigmoid, softplus


def _shape(x: Array) -> Shape:
    return getattr(x, "shape", ())  # np.shape costs as much as a third of a small product


def size(x: Array) -> int:
    """The number of elements."""
    return getattr(x, "size", 1)


def same_shape(loss: str, prediction: Array, target: Array) -> None:
    """Raise ShapeError unless both shapes are equal."""
    if _shape(prediction) != _shape(target):
        raise ShapeError(
            f"{loss}: the prediction has shape {_shape(prediction)} and the target "
            f"{_shape(target)}. They must be equal, since broadcasting would compare every prediction "
            f"with every target. {way_to_fit(_shape(prediction), _shape(target))}"
        )


def way_to_fit(prediction: Shape, target: Shape) -> str:
    """How to make shapes equal that are not."""
    m, n = prediction[:1], target[:1]
    if m and n and m != n and (prediction[::-1] != target or m == (1,)):
        return f"The prediction has {m[0]} rows and the target {n[0]}: give one target for each row"
    rows = ":" if len(m) and max(len(prediction), len(target)) == 2 else "..."
    if prediction == (*target, 1):
        return f"Reshape one of them, target[{rows}, None] or prediction[{rows}, 0]"
    if target == (*prediction, 1):
        return f"Reshape one of them, target[{rows}, 0] or prediction[{rows}, None]"
    if prediction[::-1] == target and len(target) == 2:
        return "A row is a sample: transpose one of them, target.T or prediction.T"
    if prod(prediction) == prod(target):
        return f"Reshape the target: target.reshape({', '.join(map(str, prediction))})"
    if len(prediction) == 2 and len(target) == 1:
        return (
            f"The target has one number per row and the prediction {prediction[1]}. If targets are classes, "
            f"use cross_entropy or CrossEntropyLoss, or make {prediction[1]} numbers of each, "
            f"data.one_hot(target, {prediction[1]})"
        )
    return "The model must return as many numbers for a row as there are in a row of the targets"


def numbers(target: Array, prediction: Array) -> Array:
    """Integer and boolean labels in the prediction's dtype, since int64 would promote float32 to float64."""
    if getattr(target, "dtype", None) is None or target.dtype.kind == "f":
        return target
    return target.astype(getattr(prediction, "dtype", float))


def check_probabilities(loss: str, target: Array) -> None:
    """Raise TargetError for targets outside [0, 1]."""
    if not is_concrete(target):
        return
    target = np.asarray(target)
    # The methods take half the time of np.min and np.max.
    low, high = (target.min(), target.max()) if target.size else (0, 1)
    if not (low >= 0 and high <= 1):  # true for NaN, too
        raise TargetError(
            f"{loss}: targets run from {low} to {high}, but must be 0, 1 or a probability between: "
            f"for labels y of two other classes use (y == the_positive_class)"
        )


def reduced(losses: Array, reduction: str) -> Array:
    """Losses as one number, or as they are."""
    if reduction == "mean":
        if losses.dtype == np.float16:
            return losses.mean()  # which sums in float32: a float16 sum may overflow
        return losses.sum() / losses.size  # a quarter of the time of .mean() on small arrays
    if reduction == "sum":
        return total(losses)
    if reduction == "none":
        return losses
    raise SettingError(f"reduction={reduction!r}: must be 'mean', 'sum' or 'none'")


def per_sample(g: Array, size: int, reduction: str) -> Array:
    """The cotangent of each sample's loss, given that of the reduced one."""
    return over_count(g, size) if reduction == "mean" else g


@primitive("mse")
def mse(prediction: Array, target: Array, *, reduction: str = "mean") -> Array:
    """ℒ = (ŷ − y)²;   ŷ̄ = z̄ 2 (ŷ − y) / m,   ȳ = −ŷ̄

    Raises: ShapeError unless both shapes are equal.
    """
    same_shape("mse", prediction, target)
    return reduced(np.square(prediction - numbers(target, prediction)), reduction)


def _mse_vjp(g: Array, prediction: Array, target: Array, reduction: str) -> Array:
    return (
        2 * per_sample(g, size(prediction), reduction) * (prediction - numbers(target, prediction))
    )


mse.vjp(
    prediction=_mse_vjp,
    target=lambda g, prediction, target, reduction: -_mse_vjp(g, prediction, target, reduction),
)


@primitive("|ŷ − y|")
def l1_loss(prediction: Array, target: Array, *, reduction: str = "mean") -> Array:
    """ℒ = |ŷ − y|;   ŷ̄ = z̄ sign(ŷ − y) / m,   ȳ = −ŷ̄

    Raises: ShapeError unless both shapes are equal.

    Numerics: the subgradient at ŷ = y is 0.
    """
    same_shape("l1_loss", prediction, target)
    return reduced(np.abs(prediction - numbers(target, prediction)), reduction)


def _l1_vjp(g: Array, prediction: Array, target: Array, reduction: str) -> Array:
    return per_sample(g, size(prediction), reduction) * np.sign(
        prediction - numbers(target, prediction)
    )


l1_loss.vjp(
    prediction=_l1_vjp,
    target=lambda g, prediction, target, reduction: -_l1_vjp(g, prediction, target, reduction),
)


@primitive("Huber")
def huber_loss(
    prediction: Array, target: Array, *, delta: float = 1.0, reduction: str = "mean"
) -> Array:
    """ℒ = d² / 2 where |d| ≤ δ, else δ (|d| − δ / 2),  d = ŷ − y;   ŷ̄ = z̄ clip(d, −δ, δ) / m,   ȳ = −ŷ̄

    Raises: ShapeError unless both shapes are equal; SettingError unless δ > 0.

    Source: Huber, "Robust estimation of a location parameter", 1964.
    """
    same_shape("huber_loss", prediction, target)
    _check_positive("delta", delta)
    distance = np.abs(prediction - numbers(target, prediction))
    near = np.minimum(distance, delta)  # with which nothing overflows that the result does not
    return reduced(near * (distance - near / 2), reduction)


def _huber_vjp(g: Array, prediction: Array, target: Array, delta: float, reduction: str) -> Array:
    distance = prediction - numbers(target, prediction)
    return per_sample(g, size(prediction), reduction) * np.clip(distance, -delta, delta)


huber_loss.vjp(
    prediction=_huber_vjp,
    target=lambda g, prediction, target, delta, reduction: (
        -_huber_vjp(g, prediction, target, delta, reduction)
    ),
)


@primitive("smooth |ŷ − y|")
def smooth_l1_loss(
    prediction: Array, target: Array, *, beta: float = 1.0, reduction: str = "mean"
) -> Array:
    """ℒ = d² / 2β where |d| < β, else |d| − β / 2,  d = ŷ − y;   ŷ̄ = z̄ clip(d / β, −1, 1) / m,   ȳ = −ŷ̄

    It is the Huber loss over its δ; β = 0 makes it `l1_loss`.

    Raises: ShapeError unless both shapes are equal; SettingError for a negative β.

    Source: Girshick, "Fast R-CNN", 2015, equation 3, where β is 1.
    """
    same_shape("smooth_l1_loss", prediction, target)
    if not 0 <= beta < np.inf:
        raise SettingError(f"beta={beta!r}: must be at least 0 and finite")
    distance = np.abs(prediction - numbers(target, prediction))
    if not beta:
        return reduced(distance, reduction)
    near = np.minimum(distance, beta)
    return reduced(near / beta * (distance - near / 2), reduction)


def _smooth_l1_vjp(
    g: Array, prediction: Array, target: Array, beta: float, reduction: str
) -> Array:
    distance = prediction - numbers(target, prediction)
    slope = np.clip(distance / beta, -1, 1) if beta else np.sign(distance)
    return per_sample(g, size(prediction), reduction) * slope


smooth_l1_loss.vjp(
    prediction=_smooth_l1_vjp,
    target=lambda g, prediction, target, beta, reduction: (
        -_smooth_l1_vjp(g, prediction, target, beta, reduction)
    ),
)


def _check_positive(name: str, value: float) -> None:
    if not 0 < value < np.inf:
        raise SettingError(f"{name}={value!r}: must be above 0 and finite")


_LOG_FLOOR = -100.0


@primitive("cross-entropy", domain=UNIT)
def binary_cross_entropy(
    prediction: Array, target: Array, *, weight: Array | None = None, reduction: str = "mean"
) -> Array:
    """ℒ = −w (y ln ŷ + (1 − y) ln(1 − ŷ));   ŷ̄ = z̄ w (ŷ − y) / (ŷ (1 − ŷ)) / m,   ȳ = z̄ w ln((1 − ŷ) / ŷ) / m

    w is `weight`, 1 if it is not given. The mean divides by the number of elements m, whatever w is.

    Raises: ShapeError unless both shapes are equal, and for a weight of another one; TargetError if a
    prediction or a target is outside [0, 1].

    Numerics: the logarithms are clipped at −100, so that the loss of a prediction of exactly 0 or 1 is
    finite; in the slope in ŷ, ŷ (1 − ŷ) is clipped at 1e-12. Prefer
    `binary_cross_entropy_with_logits`, which is exact.
    """
    same_shape("binary_cross_entropy", prediction, target)
    if known(np.any((prediction < 0) | (prediction > 1))):
        raise TargetError(
            "binary_cross_entropy: predictions must be probabilities in [0, 1]. For raw scores "
            "(logits) use binary_cross_entropy_with_logits"
        )
    check_probabilities("binary_cross_entropy", target)
    target = numbers(target, prediction)
    with np.errstate(divide="ignore"):
        losses = -(
            target * np.maximum(np.log(prediction), _LOG_FLOOR)
            + (1 - target) * np.maximum(np.log1p(-prediction), _LOG_FLOOR)
        )
    if weight is not None:
        losses = losses * _factors("weight", weight, losses)
    return reduced(losses, reduction)


def _bce_vjp(
    g: Array, prediction: Array, target: Array, weight: Array | None, reduction: str
) -> Array:
    # The bound keeps the slope finite at exactly 0 and 1; 1e-12 itself is 0 in half precision.
    least = max(1e-12, float(np.finfo(prediction.dtype).tiny))
    variance = np.maximum(prediction * (1 - prediction), least)
    slope = (prediction - numbers(target, prediction)) / variance
    if weight is not None:
        slope = slope * _factors("weight", weight, prediction)
    return per_sample(g, size(prediction), reduction) * slope


def _bce_target_vjp(g: Array, prediction: Array, weight: Array | None, reduction: str) -> Array:
    with np.errstate(divide="ignore"):
        log_odds = np.maximum(np.log(prediction), _LOG_FLOOR) - np.maximum(
            np.log1p(-prediction), _LOG_FLOOR
        )
    if weight is not None:
        log_odds = log_odds * _factors("weight", weight, prediction)
    return -per_sample(g, size(prediction), reduction) * log_odds


binary_cross_entropy.vjp(prediction=_bce_vjp, target=_bce_target_vjp)


@primitive("σ cross-entropy", domain={"target": UNIT})
def binary_cross_entropy_with_logits(
    logits: Array,
    target: Array,
    *,
    weight: Array | None = None,
    pos_weight: Array | None = None,
    reduction: str = "mean",
) -> Array:
    """ℒ = −w (p y ln σ(x) + (1 − y) ln(1 − σ(x)));   x̄ = z̄ w (σ(x) − y) / m,   ȳ = −z̄ w x / m   (for p = 1)

    w is `weight` and p `pos_weight`, 1 if they are not given; both broadcast to the shape of the logits.
    With p > 1 a positive that is missed costs more: recall rises, precision falls. With q = 1 + (p − 1) y,
    x̄ = z̄ w (1 − y − q σ(−x)) / m and ȳ = z̄ w ((p − 1) ln(1 + e⁻ˣ) − x) / m. The mean divides by the
    number of elements m, whatever the weights are.

    Raises: ShapeError unless both shapes are equal, and for weights that don't broadcast to them; TargetError
    for targets outside [0, 1].

    Numerics: computed as max(x, 0) − x y + ln(1 + e⁻|ˣ|), which neither overflows nor loses precision.
    """
    same_shape("binary_cross_entropy_with_logits", logits, target)
    check_probabilities("binary_cross_entropy_with_logits", target)
    target = numbers(target, logits)
    if pos_weight is None:
        losses = np.maximum(logits, 0) - logits * target + np.log1p(np.exp(-np.abs(logits)))
    else:
        more = _factors("pos_weight", pos_weight, logits) - 1
        losses = (1 - target) * logits + (1 + more * target) * softplus(-logits)
    if weight is not None:
        losses = losses * _factors("weight", weight, losses)
    return reduced(losses, reduction)


def _with_logits_vjp(
    g: Array,
    logits: Array,
    target: Array,
    weight: Array | None,
    pos_weight: Array | None,
    reduction: str,
) -> Array:
    target = numbers(target, logits)
    if pos_weight is None:
        slope = sigmoid(logits) - target
    else:
        more = _factors("pos_weight", pos_weight, logits) - 1
        slope = 1 - target - (1 + more * target) * sigmoid(-logits)
    if weight is not None:
        slope = slope * _factors("weight", weight, logits)
    return per_sample(g, size(logits), reduction) * slope


def _with_logits_target_vjp(
    g: Array, logits: Array, weight: Array | None, pos_weight: Array | None, reduction: str
) -> Array:
    slope = -logits
    if pos_weight is not None:
        slope = slope + (_factors("pos_weight", pos_weight, logits) - 1) * softplus(-logits)
    if weight is not None:
        slope = slope * _factors("weight", weight, logits)
    return per_sample(g, size(logits), reduction) * slope


binary_cross_entropy_with_logits.vjp(logits=_with_logits_vjp, target=_with_logits_target_vjp)


def _factors(name: str, weight: Array, like: Array) -> Array:
    """A weight in the dtype of `like`, whose shape it must broadcast to."""
    factors = np.asarray(weight, np.result_type(like.dtype, np.float16))  # like may hold integers
    shape = like.shape
    if factors.ndim > len(shape) or any(
        n not in (1, own) for n, own in zip(factors.shape[::-1], shape[::-1])
    ):
        raise ShapeError(
            f"{name} has shape {factors.shape}, which does not broadcast to {shape}, that of the "
            f"predictions: give one number, one per column, {shape[1:]}, or one per element"
        )
    return factors


@primitive("KL divergence", domain={"target": UNIT})
def kl_div(
    log_prediction: Array, target: Array, *, log_target: bool = False, reduction: str = "mean"
) -> Array:
    """ℒ = y (ln y − x), 0 where y = 0,  with x = ln ŷ;   x̄ = −z̄ y / m,   ȳ = z̄ (ln y + 1 − x) / m

    With `log_target` y is a logarithm as well: ℒ = eʸ (y − x),  x̄ = −z̄ eʸ / m,  ȳ = z̄ eʸ (y − x + 1) / m.
    The divergence of two distributions is the sum over their classes, so for a batch of rows (m, c) take
    reduction="batchmean", the sum over m; "mean" divides by m c, as all losses here do.

    Raises: ShapeError unless both shapes are equal; TargetError for targets outside [0, 1].

    Numerics: give `log_softmax(logits)`, and not the logarithm of a softmax, which may be −∞.
    """
    same_shape("kl_div", log_prediction, target)
    target = numbers(target, log_prediction)
    if log_target:
        losses = np.exp(target) * (target - log_prediction)
    else:
        check_probabilities("kl_div", target)
        some = np.where(target > 0, target, 1)  # whose logarithm is 0, as 0 ln 0 is
        losses = target * (np.log(some) - log_prediction)
    if reduction == "batchmean":
        return over_count(total(losses), _rows(losses))
    return reduced(losses, reduction)


def _rows(x: Array) -> int:
    return len(x) if _shape(x) else 1


def _per_row(g: Array, x: Array, reduction: str) -> Array:
    """`per_sample`, with "batchmean"."""
    if reduction == "batchmean":
        return over_count(g, _rows(x))
    return per_sample(g, size(x), reduction)


def _kl_vjp(
    g: Array, log_prediction: Array, target: Array, log_target: bool, reduction: str
) -> Array:
    target = numbers(target, log_prediction)
    return -_per_row(g, log_prediction, reduction) * (np.exp(target) if log_target else target)


def _kl_target_vjp(
    g: Array, log_prediction: Array, target: Array, log_target: bool, reduction: str
) -> Array:
    target = numbers(target, log_prediction)
    slope = _per_row(g, log_prediction, reduction)
    if log_target:
        return slope * (np.exp(target) * (target - log_prediction + 1))
    with np.errstate(divide="ignore"):  # the slope at a target of 0 is −∞
        return slope * (np.log(target) + 1 - log_prediction)


kl_div.vjp(log_prediction=_kl_vjp, target=_kl_target_vjp)
