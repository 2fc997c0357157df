"""Losses of classes: the distance of scores from the right class, or from a distribution over classes.

Each is −Σ a ln p over the classes of a row, with a matrix a that contains targets, class weights and label
smoothing; and one node, whose VJP is the simplified one of the textbook. Targets are checked to be classes
or probabilities, unless they are lazy (see lazy.py).
"""

from math import prod
from typing import Any

import numpy as np

from ..errors import DtypeError, SettingError, ShapeError, TargetError
from ..lazy import is_concrete
from ..numerics import masked, over_count, total
from ..primitive import UNIT, Array, Shape, primitive
from .activations import log_softmax, softmax
from .losses import check_probabilities, per_sample, reduced


@primitive("softmax cross-entropy", domain={"target": UNIT})
def cross_entropy(
    logits: Array,
    target: Array,
    *,
    weight: Array | None = None,
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
) -> Array:
    """ℒ = −wₜ ln softmax(x)[t];   x̄ = z̄ wₜ (softmax(x) − onehot(t)) / Σ wₜ

    w is `weight`, one number per class, 1 if it is not given. Rows whose target is `ignore_index` are left
    out. With `label_smoothing` ε the target is no longer one class: a share ε is spread over all c classes,
    ℒ = −(1 − ε) wₜ ln pₜ − ε / c Σ w ln p. The mean divides by the sum of wₜ over the rows that are kept.

    Targets may be probabilities q of all classes: ℒ = −Σ w ((1 − ε) q + ε / c) ln p, and the mean divides by
    the number of rows m;  q̄ = −z̄ (1 − ε) w ln p / m.

    Shapes: logits (m, c), target (m,) of integer class indices 0 … c−1, or (m, c) of probabilities.

    Raises: ShapeError; TargetError for a class that does not exist, for probabilities outside [0, 1], and for
    a mean of which no row is left; DtypeError for targets that are neither; SettingError for weights or a
    smoothing that can't be.

    Source: Szegedy et al., "Rethinking the Inception architecture for computer vision", 2016, section 7:
    label smoothing.
    """
    _check_targets("cross_entropy", logits, target, ignore_index)
    if not 0 <= label_smoothing <= 1:
        raise SettingError(f"label_smoothing={label_smoothing!r}: must be between 0 and 1")
    scores = log_softmax(logits)
    if _is_plain(target, weight, ignore_index, label_smoothing):
        return reduced(-_of_class(scores, target), reduction)
    shares = _shares(logits, target, weight, ignore_index, label_smoothing)
    # Where a logit is −∞ the class has probability 0, and costs nothing if it has no share.
    losses = -total(shares * np.where(shares == 0, 0, scores), axis=1)
    return _reduced(losses, logits, target, weight, ignore_index, reduction)


def _cross_entropy_vjp(
    g: Array,
    logits: Array,
    target: Array,
    weight: Array | None,
    ignore_index: int,
    label_smoothing: float,
    reduction: str,
) -> Array:
    if _is_plain(target, weight, ignore_index, label_smoothing):
        slope = per_sample(g, len(target), reduction)
        residuals = softmax(logits) - _one_hot(target, logits)
    else:
        slope = _per_row(g, logits, target, weight, ignore_index, reduction)
        shares = _shares(logits, target, weight, ignore_index, label_smoothing)
        residuals = total(shares, axis=1, keepdims=True) * softmax(logits) - shares
    return (slope if reduction != "none" else slope[:, None]) * residuals


def _cross_entropy_target_vjp(
    g: Array,
    logits: Array,
    target: Array,
    weight: Array | None,
    label_smoothing: float,
    reduction: str,
) -> Array:
    slope = per_sample(g, len(target), reduction)
    scores = log_softmax(logits) * (1 - label_smoothing)
    if weight is not None:
        scores = scores * _class_weights(weight, logits)
    return -(slope if reduction != "none" else slope[:, None]) * scores


cross_entropy.vjp(logits=_cross_entropy_vjp, target=_cross_entropy_target_vjp)


@primitive("−ln p")
def nll_loss(
    log_probabilities: Array,
    target: Array,
    *,
    weight: Array | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Array:
    """ℒ = −wₜ x[t],  with x = ln p;   x̄ = −z̄ wₜ onehot(t) / Σ wₜ

    The negative log-likelihood: `cross_entropy` is that of log_softmax(logits). `weight`, `ignore_index` and
    the mean are those of `cross_entropy`.

    Shapes: log_probabilities (m, c), target (m,) of integer class indices 0 … c−1.

    Raises: ShapeError; TargetError for a class that does not exist, and for a mean of which no row is left;
    DtypeError for targets that are not integers; SettingError for weights that can't be.
    """
    if _is_distribution(target, log_probabilities):
        raise DtypeError(
            "nll_loss: the targets are probabilities, and must be integer class indices: use cross_entropy "
            "on logits, or kl_div"
        )
    _check_targets("nll_loss", log_probabilities, target, ignore_index)
    if _is_plain(target, weight, ignore_index):
        return reduced(-_of_class(log_probabilities, target), reduction)
    shares = _shares(log_probabilities, target, weight, ignore_index)
    losses = -total(shares * np.where(shares == 0, 0, log_probabilities), axis=1)
    return _reduced(losses, log_probabilities, target, weight, ignore_index, reduction)


def _nll_vjp(
    g: Array,
    log_probabilities: Array,
    target: Array,
    weight: Array | None,
    ignore_index: int,
    reduction: str,
) -> Array:
    slope = _per_row(g, log_probabilities, target, weight, ignore_index, reduction)
    shares = _shares(log_probabilities, target, weight, ignore_index)
    return -masked(slope if reduction != "none" else slope[:, None], shares != 0) * shares


nll_loss.vjp(log_probabilities=_nll_vjp, target=None)


# --- weights ----------------------------------------------------------------------------------------


def _is_plain(
    target: Array, weight: Array | None, ignore_index: int, label_smoothing: float = 0.0
) -> bool:
    """Whether it is known that every row has one class, and that all rows count the same."""
    return (
        weight is None
        and not label_smoothing
        and target.ndim == 1
        and is_concrete(target)
        and not (target == ignore_index).any()
    )


def _shares(
    logits: Array,
    target: Array,
    weight: Array | None,
    ignore_index: int,
    label_smoothing: float = 0.0,
) -> Array:
    """a of ℒ = −Σ a ln p: the share of each row that each class has, times its weight."""
    if target.ndim == 2:
        shares = target
    else:
        kept = target != ignore_index
        shares = _one_hot(np.where(kept, target, 0), logits).astype(_dtype(logits))
    if label_smoothing:
        shares = shares * (1 - label_smoothing) + label_smoothing / logits.shape[1]
    if weight is not None:
        shares = shares * _class_weights(weight, logits)
    return shares if target.ndim == 2 else shares * kept[:, None]


def class_counts(target: Array, weight: Array | None, ignore_index: int) -> Array | None:
    """How much each row counts in a mean, in double precision; None if all rows count the same.

    It is the weight of the row's class, or 0 for a row that is left out.
    """
    if target.ndim == 2 or _is_plain(target, weight, ignore_index):
        return None
    kept = target != ignore_index
    if weight is None:
        return kept.astype(np.float64)
    weights = np.asarray(weight, np.float64)
    found = np.where(kept, target, 0)
    if is_concrete(found):
        return kept * weights[found]
    return kept * ((found[:, None] == np.arange(weights.size)) * weights).sum(axis=1)


def _count(logits: Array, target: Array, weight: Array | None, ignore_index: int) -> Array | int:
    """What the mean divides by.

    Raises: TargetError if it is 0.
    """
    counts = class_counts(target, weight, ignore_index)
    if counts is None:
        return len(target)
    if not is_concrete(counts):
        return counts.sum().astype(_dtype(logits))
    count = float(counts.sum())
    if not count:
        raise TargetError(
            f"all {len(target)} targets are {ignore_index}, the ignore_index, or of a class with weight 0: "
            f"there is nothing to take the mean of. Leave such rows out of the data, make batches larger, or "
            f"use reduction='sum'"
        )
    return count


def _over(g: Array, count: Array | float) -> Array:
    return over_count(g, count) if isinstance(count, (int, float)) else g / count


def _reduced(
    losses: Array,
    logits: Array,
    target: Array,
    weight: Array | None,
    ignore_index: int,
    reduction: str,
) -> Array:
    if reduction != "mean":
        return reduced(losses, reduction)
    count = _count(logits, target, weight, ignore_index)
    if losses.dtype == np.float16 and is_concrete(losses):
        return (losses.sum(dtype=np.float32) / count).astype(np.float16)  # a sum may overflow
    return _over(losses.sum(), count)


def _per_row(
    g: Array,
    logits: Array,
    target: Array,
    weight: Array | None,
    ignore_index: int,
    reduction: str,
) -> Array:
    """The cotangent of each row's loss, given that of the reduced one."""
    return _over(g, _count(logits, target, weight, ignore_index)) if reduction == "mean" else g


def _class_weights(weight: Array, logits: Array) -> Array:
    """One number per class, in the dtype of the logits."""
    weights = np.asarray(weight)
    classes = logits.shape[1]
    if weights.shape != (classes,):
        raise ShapeError(
            f"weight has shape {weights.shape}, and the logits {classes} classes: give one number per class, "
            f"of shape ({classes},)"
        )
    return weights.astype(_dtype(logits))


def _dtype(logits: Array) -> np.dtype[Any]:
    return np.result_type(logits.dtype, np.float16)  # logits on plain arrays may be integers


# --- classes ----------------------------------------------------------------------------------------


def _of_class(x: Array, target: Array) -> Array:
    """The element of each row at the class of that row."""
    if is_concrete(x):
        return x[np.arange(len(target)), target]
    return np.where(_one_hot(target, x), x, 0).sum(axis=1)


def _one_hot(target: Array, like: Array) -> Array:
    """1, or true, at the class of each row, in the shape of `like`."""
    if not (is_concrete(target) and is_concrete(like)):
        return target[:, None] == np.arange(like.shape[1])
    one_hot = np.zeros(like.shape, dtype=like.dtype)  # takes half the time of a comparison
    one_hot[np.arange(len(target)), target] = 1
    return one_hot


def _is_distribution(target: Array, logits: Array) -> bool:
    """Whether targets are probabilities of all classes."""
    return (
        logits.ndim == 2
        and np.shape(target) == logits.shape
        and getattr(target, "dtype", logits.dtype).kind == "f"
    )


def _check_targets(loss: str, logits: Array, target: Array, ignore_index: int) -> None:
    if _is_distribution(target, logits):
        if ignore_index >= 0:
            raise SettingError(
                f"{loss}: ignore_index={ignore_index} is a class index, and the targets are probabilities: "
                f"leave ignore_index out, and the rows that are to be ignored"
            )
        check_probabilities(loss, target)
        return
    if logits.ndim != 2 or np.shape(target) != logits.shape[:1]:
        raise ShapeError(
            f"{loss}: logits have shape {logits.shape} and targets {np.shape(target)}: they "
            f"must be (m, classes) and (m,). {_way_to_classes(logits.shape, np.shape(target))}"
        )
    if target.dtype.kind not in "iu":
        raise DtypeError(
            f"{loss}: targets have dtype {target.dtype}: they must be integer class "
            f"indices, e.g. targets.astype(int)"
        )
    if not is_concrete(target) or not target.size:
        return
    classes = logits.shape[1]
    if target.min() >= 0 and target.max() < classes:
        return
    kept = target[target != ignore_index]
    if kept.size and not (kept.min() >= 0 and kept.max() < classes):
        raise TargetError(
            f"{loss}: targets run from {kept.min()} to {kept.max()}, but the logits "
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
