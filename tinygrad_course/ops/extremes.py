"""The larger, the smaller, what lies between two bounds, and where: a choice element by element."""

import numpy as np

from ..primitive import Array, primitive


@primitive("max", np.maximum, signature="(),()->()")
def maximum(x: Array, y: Array) -> Array:
    """z = max(x, y);   x̄ = z̄ where x > y,   ȳ = z̄ where y > x

    Numerics: a tie splits the cotangent equally.
    """
    return np.maximum(x, y)


# The bool masks are multiplied by g first: a bool times a Python float would be float64.
maximum.vjp(
    x=lambda g, x, y: g * (x > y) + 0.5 * (g * (x == y)),
    y=lambda g, x, y: g * (y > x) + 0.5 * (g * (x == y)),
)


@primitive("min", np.minimum, signature="(),()->()")
def minimum(x: Array, y: Array) -> Array:
    """z = min(x, y);   x̄ = z̄ where x < y,   ȳ = z̄ where y < x

    Numerics: a tie splits the cotangent equally.
    """
    return np.minimum(x, y)


minimum.vjp(
    x=lambda g, x, y: g * (x < y) + 0.5 * (g * (x == y)),
    y=lambda g, x, y: g * (y < x) + 0.5 * (g * (x == y)),
)


@primitive("clip", np.clip, broadcasts=True)
def clip(x: Array, a_min: Array = None, a_max: Array = None) -> Array:
    """z = min(max(x, a_min), a_max);   x̄ = z̄ inside,   ā_min = z̄ below,   ā_max = z̄ above

    Either bound may be None.

    Numerics: at its edges clip passes the cotangent on to x.
    """
    # Older NumPys refuse two open bounds.
    return +x if a_min is None and a_max is None else np.clip(x, a_min, a_max)


def _inside(x: Array, low: Array, high: Array) -> Array:
    above_low = True if low is None else x >= low
    return above_low & (True if high is None else x <= high)


clip.vjp(
    x=lambda g, x, a_min, a_max: g * _inside(x, a_min, a_max),
    a_min=lambda g, x, a_min, a_max: (
        g * ((x < a_min) & (True if a_max is None else a_min <= a_max))
    ),
    a_max=lambda g, x, a_min, a_max: g * (np.maximum(x, x if a_min is None else a_min) > a_max),
)


@primitive("where", np.where, broadcasts=True)
def where(condition: Array, x: Array, y: Array) -> Array:
    """z = x where the condition holds, else y;   x̄ = z̄ where it holds,   ȳ = z̄ elsewhere

    Numerics: both branches are computed. A NaN or an infinity in the slope of the unused branch
    still spoils the gradient (0 · ∞): choose a safe argument *inside* the branch, with a second `where`.
    """
    return np.where(condition, x, y)


where.vjp(
    condition=None,
    x=lambda g, condition: np.where(condition, g, 0),
    y=lambda g, condition: np.where(condition, 0, g),
)
