"""Sums, means, extremes and spread along axes, and running sums.

Every reduction takes `axis` (an int, a tuple, negative ones too, or None for all) and `keepdims`.
"""

from math import prod as product_of

import numpy as np

from ..primitive import POSITIVE, Array, primitive

Axis = int | tuple[int, ...] | None


def _reduced_axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    # NumPy lets a 0-d array have axis 0: there is nothing to reduce.
    return tuple(a % ndim for a in axes) if ndim else ()


def _kept(z: Array, shape: tuple[int, ...], axis: Axis) -> Array:
    """`z`, reduced from `shape` along `axis`, with the reduced axes back as axes of length 1."""
    axes = _reduced_axes(axis, len(shape))
    return z.reshape(tuple(1 if i in axes else n for i, n in enumerate(shape)))


def _count(shape: tuple[int, ...], axis: Axis) -> int:
    """How many elements go into each element of the result."""
    return product_of(shape[a] for a in _reduced_axes(axis, len(shape)))


def _spread(g: Array, shape: tuple[int, ...], axis: Axis) -> Array:
    """The cotangent of a sum, given to every element that went into it."""
    return np.broadcast_to(_kept(g, shape, axis), shape)


@primitive("Σ", np.sum, signature="(n)->()", broadcasts=False)
def sum(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = Σ x;   x̄ = z̄ for every element"""
    return x.sum(axis=axis, keepdims=keepdims)


sum.vjp(x=lambda g, x_shape, axis: _spread(g, x_shape, axis))


@primitive("mean", np.mean, signature="(n)->()", broadcasts=False)
def mean(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = Σ x / n;   x̄ = z̄ / n for every element"""
    return x.mean(axis=axis, keepdims=keepdims)


mean.vjp(x=lambda g, x_shape, axis: _spread(g / _count(x_shape, axis), x_shape, axis))


@primitive("Π", np.prod, signature="(n)->()", broadcasts=False)
def prod(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = Π x;   x̄ᵢ = z̄ Π_{j≠i} xⱼ

    Numerics: exact at zeros as well, at the price of n² products where there are any.
    """
    return x.prod(axis=axis, keepdims=keepdims)


def _prod_vjp(g: Array, x: Array, out: Array, axis: Axis) -> Array:
    spread = _spread(g, x.shape, axis)
    if (x != 0).all():
        return spread * _kept(out, x.shape, axis) / x
    axes = _reduced_axes(axis, x.ndim)
    order = [a for a in range(x.ndim) if a not in axes] + list(axes)
    moved = x.transpose(order)
    n = _count(x.shape, axis)
    # In row i of the new axis, element i is replaced by 1, and the others are multiplied.
    rows = moved.reshape((*moved.shape[: x.ndim - len(axes)], 1, n))
    others = np.where(np.eye(n, dtype=bool), 1, rows).prod(axis=-1)
    return spread * others.reshape(moved.shape).transpose(np.argsort(order).tolist())


prod.vjp(x=_prod_vjp)


def _share_of_ties(g: Array, x: Array, out: Array, axis: Axis) -> Array:
    winners = x == _kept(out, x.shape, axis)
    count = winners.sum(axis=_reduced_axes(axis, x.ndim), keepdims=True)
    # Divided in the cotangent's dtype: bool / int would be float64.
    return _kept(g, x.shape, axis) * np.divide(winners, count, dtype=g.dtype)


@primitive("max", np.max, np.amax, signature="(n)->()", broadcasts=False)
def max(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = max x;   x̄ = z̄ at the maximum, 0 elsewhere

    Numerics: ties share the cotangent equally.
    """
    return x.max(axis=axis, keepdims=keepdims)


max.vjp(x=_share_of_ties)


@primitive("min", np.min, np.amin, signature="(n)->()", broadcasts=False)
def min(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = min x;   x̄ = z̄ at the minimum, 0 elsewhere

    Numerics: ties share the cotangent equally.
    """
    return x.min(axis=axis, keepdims=keepdims)


min.vjp(x=_share_of_ties)


def _deviation(x: Array, axis: Axis) -> Array:
    return x - x.mean(axis=axis, keepdims=True)


@primitive("var", np.var, signature="(n)->()", broadcasts=False)
def var(x: Array, *, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Array:
    """z = Σ (x − mean x)² / (n − ddof);   x̄ = z̄ 2 (x − mean x) / (n − ddof)"""
    return x.var(axis=axis, ddof=ddof, keepdims=keepdims)


var.vjp(
    x=lambda g, x, axis, ddof: (
        _kept(g, x.shape, axis) * (2 / (_count(x.shape, axis) - ddof) * _deviation(x, axis))
    )
)


@primitive("std", np.std, signature="(n)->()", broadcasts=False)
def std(x: Array, *, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Array:
    """z = √var x;   x̄ = z̄ (x − mean x) / ((n − ddof) z)

    Numerics: where all elements are equal (z = 0) the subgradient is 0.
    """
    return x.std(axis=axis, ddof=ddof, keepdims=keepdims)


def _std_vjp(g: Array, x: Array, out: Array, axis: Axis, ddof: float) -> Array:
    scale = g / (np.where(out == 0, 1, out) * (_count(x.shape, axis) - ddof))
    return _kept(scale, x.shape, axis) * _deviation(x, axis)


std.vjp(x=_std_vjp)


@primitive("ln Σ eˣ", signature="(n)->()", broadcasts=False)
def logsumexp(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = ln Σ eˣ;   x̄ = z̄ ⊙ eˣ⁻ᶻ

    Numerics: the maximum is taken out first, so that nothing overflows.
    """
    top = x.max(axis=axis, keepdims=True)
    # An infinite maximum is the result itself; taking it out would be ∞ − ∞.
    top = np.where(np.isfinite(top), top, 0)
    with np.errstate(divide="ignore"):  # ln 0 = −∞ is right where every x is −∞
        z = np.log(np.exp(x - top).sum(axis=axis, keepdims=True)) + top
    return z if keepdims else z.squeeze(axis=axis)[()]


logsumexp.vjp(
    x=lambda g, x, out, axis: _kept(g, x.shape, axis) * np.exp(x - _kept(out, x.shape, axis))
)


@primitive("cumsum", np.cumsum, domain=POSITIVE)
def cumsum(x: Array, *, axis: int | None = None) -> Array:
    """zₖ = Σ_{i≤k} xᵢ;   x̄ᵢ = Σ_{k≥i} z̄ₖ

    Without an axis, x is flattened first, as in NumPy.
    """
    return x.cumsum(axis=axis)


def _cumsum_vjp(g: Array, x_shape: tuple[int, ...], axis: int | None) -> Array:
    along = 0 if axis is None or not x_shape else axis % len(x_shape)
    backward = (slice(None),) * along + (slice(None, None, -1),)
    return g[backward].cumsum(axis=along)[backward].reshape(x_shape)


cumsum.vjp(x=_cumsum_vjp)
