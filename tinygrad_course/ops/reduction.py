"""Sums, means, products, extremes and spread along axes.

Every reduction takes `axis` (an int, a tuple, negative ones too, or None for all) and `keepdims`.
"""

from math import nan
from math import prod as product_of

import numpy as np

from ..composition import composition
from ..lazy import known
from ..numerics import away_from_zero, narrowed, over_count, total, widened
from ..primitive import Array, Axis, Shape, primitive


def _reduced_axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    # NumPy lets a 0-d array have axis 0: there is nothing to reduce.
    return tuple(a % ndim for a in axes) if ndim else ()


def _kept(z: Array, shape: Shape, axis: Axis) -> Array:
    """`z`, reduced from `shape` along `axis`, with the reduced axes back as axes of length 1."""
    axes = _reduced_axes(axis, len(shape))
    return z.reshape(tuple(1 if i in axes else n for i, n in enumerate(shape)))


def _count(shape: Shape, axis: Axis) -> int:
    """The number of elements that are reduced to each element of the result."""
    return product_of(shape[a] for a in _reduced_axes(axis, len(shape)))


def _spread(g: Array, shape: Shape, axis: Axis) -> Array:
    """The cotangent of a sum, broadcast to its elements."""
    return np.broadcast_to(_kept(g, shape, axis), shape)


@primitive("Σ", np.sum, signature="(n)->()", broadcasts=False)
def sum(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = Σ x;   x̄ = z̄ for every element

    Numerics: half precision is summed in single precision.
    """
    return total(x, axis, keepdims)


sum.vjp(x=lambda g, x_shape, axis: _spread(g, x_shape, axis))


@primitive("mean", np.mean, signature="(n)->()", broadcasts=False)
def mean(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = Σ x / n;   x̄ = z̄ / n for every element"""
    return x.mean(axis=axis, keepdims=keepdims)


# The mean of an empty array is NaN, and there is no element to receive a cotangent.
mean.vjp(
    x=lambda g, x_shape, axis: _spread(over_count(g, _count(x_shape, axis) or 1), x_shape, axis)
)


@primitive("Π", np.prod, signature="(n)->()", broadcasts=False)
def prod(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = Π x;   x̄ᵢ = z̄ Π_{j<i} xⱼ Π_{j>i} xⱼ

    Numerics: there is no division, so it is exact at zeros, and where z overflows or underflows.
    """
    return narrowed(widened(x).prod(axis=axis, keepdims=keepdims), x)


def _prod_vjp(g: Array, x: Array, axis: Axis) -> Array:
    axes = _reduced_axes(axis, x.ndim)
    behind = tuple(range(-len(axes), 0))
    moved = np.moveaxis(widened(x), axes, behind)
    rows = moved.reshape((*moved.shape[: x.ndim - len(axes)], _count(x.shape, axis)))
    one = np.ones_like(rows[..., :1])
    before = np.concatenate([one, rows[..., :-1]], axis=-1).cumprod(axis=-1)
    after = np.concatenate([one, rows[..., :0:-1]], axis=-1).cumprod(axis=-1)[..., ::-1]
    others = np.moveaxis((before * after).reshape(moved.shape), behind, axes)
    return narrowed(_spread(widened(g), x.shape, axis) * others, g)


prod.vjp(x=_prod_vjp)


def _split_equally(g: Array, winners: Array, axis: Axis) -> Array:
    """The cotangent of an extreme, split equally among the elements that attain it."""
    count = winners.sum(axis=axis, keepdims=True)
    # Converted, since float32 times float64 is float64. Without a winner, count is 0 and all get 0.
    contribution = _kept(g, winners.shape, axis) * (1 / np.maximum(count, 1)).astype(g.dtype)
    return np.where(winners, contribution, 0)


@primitive("max", np.max, np.amax, signature="(n)->()", broadcasts=False)
def max(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = max x;   x̄ = z̄ at the maximum, 0 elsewhere

    Numerics: ties split the cotangent equally. A NaN is the maximum, as in NumPy.
    """
    return x.max(axis=axis, keepdims=keepdims)


@primitive("min", np.min, np.amin, signature="(n)->()", broadcasts=False)
def min(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = min x;   x̄ = z̄ at the minimum, 0 elsewhere

    Numerics: ties split the cotangent equally. A NaN is the minimum, as in NumPy.
    """
    return x.min(axis=axis, keepdims=keepdims)


def _extreme_vjp(g: Array, x: Array, out: Array, axis: Axis) -> Array:
    return _split_equally(g, (x == _kept(out, x.shape, axis)) | np.isnan(x), axis)


max.vjp(x=_extreme_vjp)
min.vjp(x=_extreme_vjp)


@primitive("nanmax", np.nanmax, signature="(n)->()", broadcasts=False)
def nanmax(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = max of those x that are not NaN;   x̄ = z̄ at the maximum, 0 elsewhere

    Numerics: ties split the cotangent equally.
    """
    return np.nanmax(x, axis=axis, keepdims=keepdims)


@primitive("nanmin", np.nanmin, signature="(n)->()", broadcasts=False)
def nanmin(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = min of those x that are not NaN;   x̄ = z̄ at the minimum, 0 elsewhere

    Numerics: ties split the cotangent equally.
    """
    return np.nanmin(x, axis=axis, keepdims=keepdims)


def _nan_extreme_vjp(g: Array, x: Array, out: Array, axis: Axis) -> Array:
    return _split_equally(g, x == _kept(out, x.shape, axis), axis)


nanmax.vjp(x=_nan_extreme_vjp)
nanmin.vjp(x=_nan_extreme_vjp)


@composition(np.ptp)
def ptp(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = max x − min x, from peak to peak"""
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


@primitive("var", np.var, signature="(n)->()", broadcasts=False)
def var(x: Array, *, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Array:
    """z = Σ (x − mean x)² / (n − ddof);   x̄ = z̄ 2 (x − mean x) / (n − ddof)"""
    return narrowed(widened(x).var(axis=axis, ddof=ddof, keepdims=keepdims), x)


@primitive("std", np.std, signature="(n)->()", broadcasts=False)
def std(x: Array, *, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Array:
    """z = √var x;   x̄ = z̄ (x − mean x) / ((n − ddof) z)

    Numerics: where all elements are equal (z = 0) the subgradient is 0, and so are its derivatives.
    """
    return narrowed(widened(x).std(axis=axis, ddof=ddof, keepdims=keepdims), x)


def _along_deviations(g: Array, x: Array, axis: Axis, ddof: float) -> Array:
    """g (x − mean x) / (n − ddof), and NaN if n ≤ ddof, as the variance itself."""
    freedom = _count(x.shape, axis) - ddof
    slope = over_count(g, freedom) if freedom > 0 else g * nan
    return _kept(slope, x.shape, axis) * (x - x.mean(axis=axis, keepdims=True))


var.vjp(x=lambda g, x, axis, ddof: _along_deviations(2 * g, x, axis, ddof))
std.vjp(x=lambda g, x, out, axis, ddof: _along_deviations(g / away_from_zero(out), x, axis, ddof))


@primitive("ln Σ eˣ", signature="(n)->()", broadcasts=False)
def logsumexp(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = ln Σ eˣ;   x̄ = z̄ ⊙ eˣ / Σ eˣ

    Numerics: the maximum is subtracted first, so that nothing overflows. Where every x is −∞, as in a
    row that is masked out, the slope is 0; beside an ∞ it is 0, and 1 at it, shared among several. It is
    not computed as eˣ⁻ᶻ, in which z has been rounded.
    """
    wide = widened(x)
    top = _finite_top(wide, axis)
    with np.errstate(divide="ignore"):  # ln 0 = −∞ is right where every x is −∞
        z = narrowed(np.log(np.exp(wide - top).sum(axis=axis, keepdims=True)) + top, x)
    return z if keepdims else z.squeeze(axis=axis)[()]


def _finite_top(x: Array, axis: Axis) -> Array:
    """The maximum, or 0 where it is infinite: then it is the result, and subtracting it would be ∞ − ∞."""
    top = (x.max if x.size else x.sum)(axis=axis, keepdims=True)  # an empty array has no maximum
    return np.where(np.isfinite(top), top, 0)


def _logsumexp_vjp(g: Array, x: Array, axis: Axis) -> Array:
    wide = widened(x)
    top = (wide.max if x.size else wide.sum)(axis=axis, keepdims=True)
    if known(np.isfinite(top).all()):
        terms = np.exp(wide - top)
        share = terms / terms.sum(axis=axis, keepdims=True)
    else:
        wide = np.where(top == np.inf, np.where(wide == np.inf, 0, -np.inf), wide)
        terms = np.exp(wide - _finite_top(wide, axis))
        all_terms = terms.sum(axis=axis, keepdims=True)
        share = terms / np.where(all_terms == 0, 1, all_terms)
    return narrowed(_kept(widened(g), x.shape, axis) * share, x)


logsumexp.vjp(x=_logsumexp_vjp)
