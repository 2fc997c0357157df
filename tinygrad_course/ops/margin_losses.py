"""Losses with a margin: nothing is lost by a prediction that is right, and by far enough.

Targets are −1 and 1.
"""

import numpy as np

from ..errors import SettingError, ShapeError, TargetError
from ..lazy import is_concrete
from ..numerics import masked, narrowed, widened
from ..primitive import Array, primitive
from .losses import numbers, per_sample, reduced, same_shape, size


@primitive("hinge")
def hinge_loss(
    prediction: Array, target: Array, *, margin: float = 1.0, reduction: str = "mean"
) -> Array:
    """ℒ = max(0, margin − y x);   x̄ = −z̄ y / m where y x < margin, else 0

    The loss of support vector machines, of scores x. Targets have no derivative.

    Raises: ShapeError unless both shapes are equal, TargetError for targets other than −1 and 1.

    Source: Cortes, Vapnik, "Support-vector networks", 1995.
    """
    same_shape("hinge_loss", prediction, target)
    _check_signs("hinge_loss", target)
    target = numbers(target, prediction)
    return reduced(np.maximum(margin - target * prediction, 0), reduction)


def _hinge_vjp(g: Array, prediction: Array, target: Array, margin: float, reduction: str) -> Array:
    target = numbers(target, prediction)
    slope = -per_sample(g, size(prediction), reduction) * target
    return masked(slope, target * prediction < margin)


hinge_loss.vjp(prediction=_hinge_vjp, target=None)


@primitive("hinge of a distance")
def hinge_embedding_loss(
    prediction: Array, target: Array, *, margin: float = 1.0, reduction: str = "mean"
) -> Array:
    """ℒ = x where y = 1, max(0, margin − x) where y = −1;   x̄ = z̄ y / m, 0 where y = −1 and x ≥ margin

    x is a distance of two embeddings: those of a pair are pulled together, those of no pair pushed apart, up
    to the margin. Targets have no derivative.

    Raises: ShapeError unless both shapes are equal, TargetError for targets other than −1 and 1.
    """
    same_shape("hinge_embedding_loss", prediction, target)
    _check_signs("hinge_embedding_loss", target)
    apart = np.maximum(margin - prediction, 0)
    return reduced(np.where(target > 0, prediction, apart), reduction)


def _hinge_embedding_vjp(
    g: Array, prediction: Array, target: Array, margin: float, reduction: str
) -> Array:
    slope = per_sample(g, size(prediction), reduction) * numbers(target, prediction)
    return masked(slope, (target > 0) | (prediction < margin))


hinge_embedding_loss.vjp(prediction=_hinge_embedding_vjp, target=None)


@primitive("cos")
def cosine_embedding_loss(
    x1: Array, x2: Array, target: Array, *, margin: float = 0.0, reduction: str = "mean"
) -> Array:
    """ℒ = 1 − c where y = 1, max(0, c − margin) where y = −1;   x̄₁ = z̄ s ∂c/∂x₁ / m,   x̄₂ = z̄ s ∂c/∂x₂ / m

    with the cosine c = x₁·x₂ / √(S₁S₂) and S = Σ x², so that ∂c/∂x₁ = x₂ / √(S₁S₂) − c x₁ / S₁; and s = −1
    where y = 1, 1 where y = −1 and c > margin, else 0. Targets have no derivative.

    Shapes: x1 and x2 (m, n), target (m,); or (n,), (n,) and (), for one pair.

    Raises: ShapeError for other shapes, TargetError for targets other than −1 and 1, SettingError for a
    margin outside [−1, 1].

    Numerics: 1e-12 is added to S, as in PyTorch, so that the cosine with a vector of zeros is 0.
    """
    shapes = np.shape(x1), np.shape(x2), np.shape(target)
    if len(shapes[0]) not in (1, 2) or shapes[0] != shapes[1] or shapes[2] != shapes[0][:-1]:
        raise ShapeError(
            f"cosine_embedding_loss: x1, x2 and target have shapes {', '.join(map(str, shapes))}: they must "
            f"be (m, n), (m, n) and (m,), one target for each pair of rows"
        )
    if not -1 <= margin <= 1:
        raise SettingError(f"margin={margin!r}: must be between −1 and 1, as cosines are")
    _check_signs("cosine_embedding_loss", target)
    cosine = narrowed(_cosine(x1, x2)[0], x1)
    return reduced(np.where(target > 0, 1 - cosine, np.maximum(cosine - margin, 0)), reduction)


def _cosine(x1: Array, x2: Array) -> tuple[Array, Array, Array]:
    """cos(x₁, x₂), S₁ and S₂, in at least single precision."""
    x1, x2 = widened(x1), widened(x2)
    squares_1, squares_2 = (x1 * x1).sum(axis=-1) + 1e-12, (x2 * x2).sum(axis=-1) + 1e-12
    return (x1 * x2).sum(axis=-1) / np.sqrt(squares_1 * squares_2), squares_1, squares_2


def _cosine_vjp(
    g: Array, x1: Array, x2: Array, target: Array, margin: float, reduction: str
) -> Array:
    cosine, squares_1, squares_2 = _cosine(x1, x2)
    slope = widened(per_sample(g, size(cosine), reduction))
    slope = np.where(target > 0, -slope, masked(slope, cosine > margin))
    across = (slope / np.sqrt(squares_1 * squares_2))[..., None] * widened(x2)
    return narrowed(across - (slope * cosine / squares_1)[..., None] * widened(x1), x1)


cosine_embedding_loss.vjp(
    x1=_cosine_vjp,
    x2=lambda g, x1, x2, target, margin, reduction: _cosine_vjp(
        g, x2, x1, target, margin, reduction
    ),
    target=None,
)


def _check_signs(loss: str, target: Array) -> None:
    if not is_concrete(target):
        return
    target = np.asarray(target)
    if not ((target == 1) | (target == -1)).all():
        found = np.unique(target)
        shown = ", ".join(map(str, found[:4])) + (", …" if found.size > 4 else "")
        raise TargetError(
            f"{loss}: targets are {shown}, but must be −1 or 1: for labels of 0 and 1 use 2 * labels - 1"
        )
