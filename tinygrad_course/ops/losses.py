"""Losses: the distance of predictions from their targets.

Each takes `reduction`: "mean" over all elements (the cost 𝒥, the average of the losses ℒ), "sum",
or "none". Each is one node, so that its VJP is the simplified one of the textbook. Targets are checked
to be classes or probabilities, unless they are lazy (see lazy.py).
"""

from math import prod

import numpy as np

from ..errors import DtypeError, SettingError, ShapeError, TargetError
from ..lazy import is_concrete, known
from ..numerics import over_count, total
from ..primitive import UNIT, Array, Shape, primitive
from .activations import log_softmax, sigmoid, softmax


def _shape(x: Array) -> Shape:
    return getattr(x, "shape", ())  # np.shape costs as much as a third of a small product


def _size(x: Array) -> int:
    return getattr(x, "size", 1)


def _same_shape(loss: str, prediction: Array, target: Array) -> None:
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


def _numbers(target: Array, prediction: Array) -> Array:
    """Integer and boolean labels in the prediction's dtype, since int64 would promote float32 to float64."""
    if getattr(target, "dtype", None) is None or target.dtype.kind == "f":
        return target
    return target.astype(getattr(prediction, "dtype", float))


def _check_probabilities(loss: str, target: Array) -> None:
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


def _reduced(losses: Array, reduction: str) -> Array:
    if reduction == "mean":
        if losses.dtype == np.float16:
            return losses.mean()  # which sums in float32: a float16 sum may overflow
        return losses.sum() / losses.size  # a quarter of the time of .mean() on small arrays
    if reduction == "sum":
        return total(losses)
    if reduction == "none":
        return losses
    raise SettingError(f"reduction={reduction!r}: must be 'mean', 'sum' or 'none'")


def _per_sample(g: Array, size: int, reduction: str) -> Array:
    """The cotangent of each sample's loss, given that of the reduced one."""
    return over_count(g, size) if reduction == "mean" else g


@primitive("mse")
def mse(prediction: Array, target: Array, *, reduction: str = "mean") -> Array:
    """ℒ = (ŷ − y)²;   ŷ̄ = z̄ 2 (ŷ − y) / m,   ȳ = −ŷ̄

    Raises: ShapeError unless both shapes are equal.
    """
    _same_shape("mse", prediction, target)
    return _reduced(np.square(prediction - _numbers(target, prediction)), reduction)


def _mse_vjp(g: Array, prediction: Array, target: Array, reduction: str) -> Array:
    return (
        2
        * _per_sample(g, _size(prediction), reduction)
        * (prediction - _numbers(target, prediction))
    )


mse.vjp(
    prediction=_mse_vjp,
    target=lambda g, prediction, target, reduction: -_mse_vjp(g, prediction, target, reduction),
)

_LOG_FLOOR = -100.0


@primitive("cross-entropy", domain=UNIT)
def binary_cross_entropy(prediction: Array, target: Array, *, reduction: str = "mean") -> Array:
    """ℒ = −y ln ŷ − (1 − y) ln(1 − ŷ);   ŷ̄ = z̄ (ŷ − y) / (ŷ (1 − ŷ)) / m,   ȳ = z̄ ln((1 − ŷ) / ŷ) / m

    Raises: ShapeError unless both shapes are equal; TargetError if a prediction or a target is
    outside [0, 1].

    Numerics: the logarithms are clipped at −100, so that the loss of a prediction of exactly 0 or 1 is
    finite; in the slope in ŷ, ŷ (1 − ŷ) is clipped at 1e-12. Prefer
    `binary_cross_entropy_with_logits`, which is exact.
    """
    _same_shape("binary_cross_entropy", prediction, target)
    if known(np.any((prediction < 0) | (prediction > 1))):
        raise TargetError(
            "binary_cross_entropy: predictions must be probabilities in [0, 1]. For raw scores "
            "(logits) use binary_cross_entropy_with_logits"
        )
    _check_probabilities("binary_cross_entropy", target)
    target = _numbers(target, prediction)
    with np.errstate(divide="ignore"):
        losses = -(
            target * np.maximum(np.log(prediction), _LOG_FLOOR)
            + (1 - target) * np.maximum(np.log1p(-prediction), _LOG_FLOOR)
        )
    return _reduced(losses, reduction)


def _bce_vjp(g: Array, prediction: Array, target: Array, reduction: str) -> Array:
    # The bound keeps the slope finite at exactly 0 and 1; 1e-12 itself is 0 in half precision.
    least = max(1e-12, float(np.finfo(prediction.dtype).tiny))
    variance = np.maximum(prediction * (1 - prediction), least)
    slope = (prediction - _numbers(target, prediction)) / variance
    return _per_sample(g, _size(prediction), reduction) * slope


def _bce_target_vjp(g: Array, prediction: Array, reduction: str) -> Array:
    with np.errstate(divide="ignore"):
        log_odds = np.maximum(np.log(prediction), _LOG_FLOOR) - np.maximum(
            np.log1p(-prediction), _LOG_FLOOR
        )
    return -_per_sample(g, _size(prediction), reduction) * log_odds


binary_cross_entropy.vjp(prediction=_bce_vjp, target=_bce_target_vjp)


@primitive("σ cross-entropy", domain={"target": UNIT})
def binary_cross_entropy_with_logits(
    logits: Array, target: Array, *, reduction: str = "mean"
) -> Array:
    """ℒ = −y ln σ(x) − (1 − y) ln(1 − σ(x));   x̄ = z̄ (σ(x) − y) / m,   ȳ = −z̄ x / m

    Raises: ShapeError unless both shapes are equal, TargetError for targets outside [0, 1].

    Numerics: computed as max(x, 0) − x y + ln(1 + e⁻|ˣ|), which neither overflows nor loses precision.
    """
    _same_shape("binary_cross_entropy_with_logits", logits, target)
    _check_probabilities("binary_cross_entropy_with_logits", target)
    target = _numbers(target, logits)
    losses = np.maximum(logits, 0) - logits * target + np.log1p(np.exp(-np.abs(logits)))
    return _reduced(losses, reduction)


binary_cross_entropy_with_logits.vjp(
    logits=lambda g, logits, target, reduction: (
        _per_sample(g, _size(logits), reduction) * (sigmoid(logits) - _numbers(target, logits))
    ),
    target=lambda g, logits, reduction: -_per_sample(g, _size(logits), reduction) * logits,
)


@primitive("softmax cross-entropy")
def cross_entropy(logits: Array, target: Array, *, reduction: str = "mean") -> Array:
    """ℒ = −ln softmax(x)[t];   x̄ = z̄ (softmax(x) − onehot(t)) / m

    Shapes: logits (m, c), target (m,) of integer class indices 0 … c−1.

    Raises: ShapeError, TargetError (a class that does not exist), DtypeError (targets not integer).
    """
    _check_classes(logits, target)
    return _reduced(-_of_class(log_softmax(logits), target), reduction)


def _of_class(x: Array, target: Array) -> Array:
    """The element of each row at the class of that row."""
    if is_concrete(x) and is_concrete(target):
        return x[np.arange(len(target)), target]
    return np.where(_one_hot(target, x), x, 0).sum(axis=1)


def _one_hot(target: Array, like: Array) -> Array:
    """1, or true, at the class of each row, in the shape of `like`."""
    if not (is_concrete(target) and is_concrete(like)):
        return target[:, None] == np.arange(like.shape[1])
    one_hot = np.zeros(like.shape, dtype=like.dtype)  # takes half the time of a comparison
    one_hot[np.arange(len(target)), target] = 1
    return one_hot


def _check_classes(logits: Array, target: Array) -> None:
    if logits.ndim != 2 or np.shape(target) != logits.shape[:1]:
        raise ShapeError(
            f"cross_entropy: logits have shape {logits.shape} and targets {np.shape(target)}: they "
            f"must be (m, classes) and (m,). {_way_to_classes(logits.shape, np.shape(target))}"
        )
    if target.dtype.kind not in "iu":
        raise DtypeError(
            f"cross_entropy: targets have dtype {target.dtype}: they must be integer class "
            f"indices, e.g. targets.astype(int)"
        )
    classes = logits.shape[1]
    if is_concrete(target) and target.size and not (target.min() >= 0 and target.max() < classes):
        raise TargetError(
            f"cross_entropy: targets run from {target.min()} to {target.max()}, but the logits "
            f"have {classes} classes, 0 to {classes - 1}. Are the labels counted from 0?"
        )


def _way_to_classes(logits: Shape, target: Shape) -> str:
    """How to make logits and targets fit, if they don't."""
    if len(logits) == 2 and logits[1] > 1:
        if target == logits:
            return "For one-hot targets use targets.argmax(axis=1)"
        if prod(target) == logits[0]:
            return "Use targets.reshape(-1)"
        return f"Give one class for each of the {logits[0]} rows"
    if len(logits) > 2 and target == logits[:-1]:
        return f"Put all rows on one axis: logits.reshape(-1, {logits[-1]}) and targets.reshape(-1)"
    if target == logits:
        return "For one number per row use binary_cross_entropy_with_logits or BCEWithLogitsLoss"
    if prod(target) == prod(logits):
        return (
            "For one number per row use binary_cross_entropy_with_logits or BCEWithLogitsLoss, with "
            f"targets.reshape({', '.join(map(str, logits))})"
        )
    return "The model must return one number per class for each row"


def _cross_entropy_vjp(g: Array, logits: Array, target: Array, reduction: str) -> Array:
    slope = _per_sample(g, len(target), reduction)
    residuals = softmax(logits) - _one_hot(target, logits)
    return (slope if reduction != "none" else slope[:, None]) * residuals


cross_entropy.vjp(logits=_cross_entropy_vjp, target=None)
