"""Sums, products, means and spread that ignore NaN.

The gradient at a NaN is 0. The extremes that ignore NaN are in reduction.py with the other extremes, the
quantiles in statistics.py.
"""

from typing import Any

import numpy as np

from ..composition import composition
from ..numerics import away_from_zero, narrowed, widened
from ..primitive import Array, Axis, primitive


def _filled(x: Array, value: float) -> Array:
    """x with `value` for NaN."""
    return np.where(np.isnan(x), value, x)


@composition(np.nansum)
def nansum(a: Array, axis: Axis = None, dtype: Any = None, **arguments: Any) -> Array:
    """z = Σ x, with 0 for NaN"""
    return np.sum(_filled(a, 0), axis=axis, dtype=dtype, **arguments)


@composition(np.nanprod)
def nanprod(a: Array, axis: Axis = None, dtype: Any = None, **arguments: Any) -> Array:
    """z = Π x, with 1 for NaN"""
    return np.prod(_filled(a, 1), axis=axis, dtype=dtype, **arguments)


@composition(np.nancumsum)
def nancumsum(a: Array, axis: int | None = None, dtype: Any = None) -> Array:
    """zₖ = Σ_{i≤k} xᵢ, with 0 for NaN"""
    return np.cumsum(_filled(a, 0), axis=axis, dtype=dtype)


@composition(np.nancumprod)
def nancumprod(a: Array, axis: int | None = None, dtype: Any = None) -> Array:
    """zₖ = Π_{i≤k} xᵢ, with 1 for NaN"""
    return np.cumprod(_filled(a, 1), axis=axis, dtype=dtype)


@primitive("nanmean", np.nanmean, signature="(n)->()", broadcasts=False)
def nanmean(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = Σ x / n over the n numbers among x;   x̄ = z̄ / n for each of them"""
    return narrowed(np.nanmean(widened(x), axis=axis, keepdims=keepdims), x)


def _numbers(x: Array, axis: Axis) -> Array:
    """The number of elements along the axis that are not NaN, at least 1, with the axis kept."""
    count = (~np.isnan(x)).sum(axis=axis, keepdims=True)
    return np.maximum(count, 1)


def _inverse(n: Array, g: Array) -> Array:
    """1 / n in the dtype of g, which may not hold n itself."""
    return (1 / n).astype(g.dtype)


def _nanmean_vjp(g: Array, x: Array, axis: Axis) -> Array:
    n = _numbers(x, axis)
    return np.where(np.isnan(x), 0, g.reshape(n.shape) * _inverse(n, g))


nanmean.vjp(x=_nanmean_vjp)


@primitive("nanvar", np.nanvar, signature="(n)->()", broadcasts=False)
def nanvar(x: Array, *, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Array:
    """z = Σ (x − mean x)² / (n − ddof) over the n numbers;   x̄ = z̄ 2 (x − mean x) / (n − ddof)"""
    return narrowed(np.nanvar(widened(x), axis=axis, ddof=ddof, keepdims=keepdims), x)


@primitive("nanstd", np.nanstd, signature="(n)->()", broadcasts=False)
def nanstd(x: Array, *, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Array:
    """z = √nanvar x;   x̄ = z̄ (x − mean x) / ((n − ddof) z)

    Numerics: where all numbers are equal (z = 0) the subgradient is 0, and so are its derivatives.
    """
    return narrowed(np.nanstd(widened(x), axis=axis, ddof=ddof, keepdims=keepdims), x)


def _along_deviations(g: Array, x: Array, axis: Axis, ddof: float) -> Array:
    """g (x − mean x) / (n − ddof), and NaN where n ≤ ddof, as the variance itself."""
    missing, n = np.isnan(x), _numbers(x, axis)
    wide, x = widened(g), np.where(missing, 0, widened(x))
    mean = x.sum(axis=axis, keepdims=True) * _inverse(n, wide)
    freedom = np.where(n > ddof, n - ddof, np.nan)
    slopes = wide.reshape(n.shape) * _inverse(freedom, wide) * (x - mean)
    return narrowed(np.where(missing, 0, slopes), g)


nanvar.vjp(x=lambda g, x, axis, ddof: _along_deviations(2 * g, x, axis, ddof))
nanstd.vjp(
    x=lambda g, x, out, axis, ddof: _along_deviations(g / away_from_zero(out), x, axis, ddof)
)
