"""Maximum, minimum, clip and where: a choice between operands, element by element."""

import numpy as np

from ..lazy import is_concrete, known
from ..numerics import masked
from ..primitive import Array, primitive


@primitive("max", np.maximum, signature="(),()->()")
def maximum(x: Array, y: Array) -> Array:
    """z = max(x, y);   x̄ = z̄ where z is x,   ȳ = z̄ where z is y

    Numerics: a tie splits the cotangent equally. A NaN is the maximum, as in NumPy.
    """
    return np.maximum(x, y)


@primitive("min", np.minimum, signature="(),()->()")
def minimum(x: Array, y: Array) -> Array:
    """z = min(x, y);   x̄ = z̄ where z is x,   ȳ = z̄ where z is y

    Numerics: a tie splits the cotangent equally. A NaN is the minimum, as in NumPy.
    """
    return np.minimum(x, y)


@primitive("fmax", np.fmax, signature="(),()->()")
def fmax(x: Array, y: Array) -> Array:
    """z = max(x, y), or the other where one is NaN;   x̄ = z̄ where z is x,   ȳ = z̄ where z is y

    Numerics: a tie splits the cotangent equally, and so do two NaNs.
    """
    return np.fmax(x, y)


@primitive("fmin", np.fmin, signature="(),()->()")
def fmin(x: Array, y: Array) -> Array:
    """z = min(x, y), or the other where one is NaN;   x̄ = z̄ where z is x,   ȳ = z̄ where z is y

    Numerics: a tie splits the cotangent equally, and so do two NaNs.
    """
    return np.fmin(x, y)


def _contribution(g: Array, own: Array, other: Array, out: Array) -> Array:
    """The cotangent where `own` is the result, and half of it where both are."""
    # Multiply masks by g first: a boolean times a Python float would be float64.
    if known((out == out).all()):
        tied, won = own == other, masked(g, own == out)
        if is_concrete(tied) and not tied.any():
            return won
        return won - 0.5 * masked(g, tied)
    is_nan = out != out
    won = (own == out) | (is_nan & (own != own))
    tied = (own == other) | ((own != own) & (other != other))
    return masked(g, won) - 0.5 * masked(g, tied)


for _extreme in (maximum, minimum, fmax, fmin):
    _extreme.vjp(
        x=lambda g, x, y, out: _contribution(g, x, y, out),
        y=lambda g, x, y, out: _contribution(g, y, x, out),
    )


@primitive("clip", np.clip, broadcasts=True)
def clip(x: Array, a_min: Array = None, a_max: Array = None) -> Array:
    """z = min(max(x, a_min), a_max);   x̄ = z̄ inside,   ā_min = z̄ below,   ā_max = z̄ above

    Either bound may be None.

    Numerics: where x equals a bound, x receives the cotangent.
    """
    # Older versions of NumPy refuse two bounds that are None.
    return +x if a_min is None and a_max is None else np.clip(x, a_min, a_max)


def _inside(x: Array, low: Array, high: Array) -> Array:
    above_low = True if low is None else x >= low
    return above_low & (True if high is None else x <= high)


clip.vjp(
    x=lambda g, x, a_min, a_max: masked(g, _inside(x, a_min, a_max)),
    a_min=lambda g, x, a_min, a_max: masked(
        g, (x < a_min) & (True if a_max is None else a_min <= a_max)
    ),
    a_max=lambda g, x, a_min, a_max: masked(
        g, np.maximum(x, x if a_min is None else a_min) > a_max
    ),
)


@primitive("where", np.where, broadcasts=True)
def where(condition: Array, x: Array, y: Array) -> Array:
    """z = x where the condition holds, else y;   x̄ = z̄ where it holds,   ȳ = z̄ elsewhere

    Numerics: both branches are computed. If the slope of the unused branch is NaN or infinite, the
    gradient is NaN (0 · ∞): choose a safe argument *inside* the branch, with a second `where`.
    """
    return np.where(condition, x, y)


where.vjp(
    condition=None,
    x=lambda g, condition: np.where(condition, g, 0),
    y=lambda g, condition: np.where(condition, 0, g),
)


@primitive("NaN → 0", np.nan_to_num, signature="()->()")
def nan_to_num(x: Array, *, nan: Array = None, posinf: Array = None, neginf: Array = None) -> Array:
    """z = x where it is finite, else what stands for NaN, ∞ or −∞;   x̄ = z̄ where x is finite, else 0

    By default these are 0, and the largest and the smallest number of the dtype.
    """
    replacements = {"nan": nan, "posinf": posinf, "neginf": neginf}
    # Some array libraries don't take all of these arguments.
    return np.nan_to_num(x, **{name: y for name, y in replacements.items() if y is not None})


nan_to_num.vjp(x=lambda g, x: np.where(np.isfinite(x), g, 0))
