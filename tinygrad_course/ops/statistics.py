"""Weighted averages, quantiles, covariance. Mean, variance and deviation are in reduction.py."""

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..composition import composition
from ..errors import UnsupportedError
from ..lazy import known
from ..numerics import total
from ..primitive import Array, Axis, Shape, primitive


@composition(np.average)
def average(
    a: Array,
    axis: Axis = None,
    weights: Array = None,
    returned: bool = False,
    *,
    keepdims: bool = False,
) -> Any:
    """z = Σ w x / Σ w; with `returned` Σ w as well

    Raises: ZeroDivisionError if weights sum to 0.
    """
    if weights is None:
        z = np.mean(a, axis=axis, keepdims=keepdims)
        weight = np.full_like(z, a.size / z.size)
    else:
        a, weights = (x if hasattr(x, "dtype") else np.asarray(x) for x in (a, weights))
        at_least = (np.float64,) if a.dtype.kind in "iub" else ()
        weights = _converted(weights, np.result_type(a, weights, *at_least))
        if weights.shape != a.shape:
            weights = _beside(weights, a.shape, axis)
        weight = weights.sum(axis=axis, keepdims=keepdims)
        if known((weight == 0).any()):
            raise ZeroDivisionError("weights sum to zero: they can't be normalised")
        z = (a * weights).sum(axis=axis, keepdims=keepdims) / weight
    if not returned:
        return z
    return z, weight if weight.shape == z.shape else np.broadcast_to(weight, z.shape)


def _converted(x: Array, dtype: np.dtype[Any]) -> Array:
    return x if x.dtype == dtype else x.astype(dtype)


def _beside(weights: Array, shape: Shape, axis: Axis) -> Array:
    """The weights along some axes of an array, with axes of length 1 for the others."""
    if axis is None:
        raise TypeError(
            "an axis must be given, since the weights have another shape than the array"
        )
    axes = normalize_axis_tuple(axis, len(shape))
    if weights.shape != tuple(shape[a] for a in axes):
        raise ValueError(f"weights of shape {weights.shape} along axis {axis} of shape {shape}")
    ordered = np.transpose(weights, np.argsort(axes).tolist())
    return ordered.reshape(tuple(n if i in axes else 1 for i, n in enumerate(shape)))


# --- quantiles -----------------------------------------------------------------------------------


@primitive("median", np.median, signature="(n)->()", broadcasts=False)
def median(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = the middle element in order of size, or the mean of both;   x̄ = z̄, or half of it, there

    Numerics: among equal elements, those that a stable sort puts in the middle receive it.
    """
    return np.median(x, axis=axis, keepdims=keepdims)


@primitive("quantile", np.quantile)
def quantile(
    x: Array, q: Array, *, axis: Axis = None, method: Any = "linear", keepdims: bool = False
) -> Array:
    """z = (1 − γ) xₖ + γ xₖ₊₁ in order of size;   x̄ = z̄ in these parts,   q̄ = Σ z̄ (xₖ₊₁ − xₖ) ∂(k + γ)/∂q

    k + γ is linear in q, between the ends and for the continuous methods: q (n − 1) for "linear".
    q is a number or an array, whose axes come first in the result.

    Numerics: among equal elements, those that a stable sort puts there receive it. Where q is at an
    element, its slope is the one on its right; at the last element, the one on its left.
    Source: Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996.
    """
    return np.quantile(x, q, axis=axis, method=method, keepdims=keepdims)


@primitive("percentile", np.percentile)
def percentile(
    x: Array, q: Array, *, axis: Axis = None, method: Any = "linear", keepdims: bool = False
) -> Array:
    """z = the quantiles q/100;   x̄ = z̄ in their parts,   q̄ = Σ z̄ (xₖ₊₁ − xₖ) ∂(k + γ)/∂q"""
    return np.percentile(x, q, axis=axis, method=method, keepdims=keepdims)


@primitive("nanmedian", np.nanmedian, signature="(n)->()", broadcasts=False)
def nanmedian(x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = the median of those x that are not NaN;   x̄ = z̄, or half of it, there, and 0 at NaN"""
    return np.nanmedian(x, axis=axis, keepdims=keepdims)


@primitive("nanquantile", np.nanquantile)
def nanquantile(
    x: Array, q: Array, *, axis: Axis = None, method: Any = "linear", keepdims: bool = False
) -> Array:
    """z = the quantiles of those x that are not NaN;   x̄ = z̄ in their parts, and 0 at NaN,   q̄ = Σ z̄ ∂z/∂q

    Raises: UnsupportedError for a 2-D q and several axes, for which NumPy permutes the axes of the result.
    """
    _check_in_order("nanquantile", q, axis, np.ndim(x))
    return np.nanquantile(x, q, axis=axis, method=method, keepdims=keepdims)


@primitive("nanpercentile", np.nanpercentile)
def nanpercentile(
    x: Array, q: Array, *, axis: Axis = None, method: Any = "linear", keepdims: bool = False
) -> Array:
    """z = the quantiles q/100 of the x that are not NaN;   x̄ = z̄ in their parts, 0 at NaN,   q̄ = Σ z̄ ∂z/∂q

    Raises: UnsupportedError for a 2-D q and several axes, for which NumPy permutes the axes of the result.
    """
    _check_in_order("nanpercentile", q, axis, np.ndim(x))
    return np.nanpercentile(x, q, axis=axis, method=method, keepdims=keepdims)


def _check_in_order(name: str, q: Any, axis: Axis, ndim: int) -> None:
    if isinstance(axis, tuple) and len(axis) not in (1, ndim) and np.ndim(q) > 1:
        raise UnsupportedError(
            f"numpy.{name}: for a q of shape {np.shape(q)} and several axes, NumPy separates the axes of q "
            f"in the result: give it np.ravel(q), and reshape the result"
        )


def _ranks(x: Array, axis: Axis) -> Array:
    """The rank of each element along the axis: 0 for the smallest; NaN come last."""
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    behind = tuple(range(-len(axes), 0))
    moved = np.moveaxis(x, axes, behind)
    kept = moved.shape[: x.ndim - len(axes)]
    order = np.argsort(moved.reshape((*kept, -1)), kind="stable")
    ranks = np.argsort(order)
    return np.moveaxis(ranks.reshape(moved.shape), behind, axes)


def _by_rank(g: Array, x: Array, axis: Axis, quantile_of: Callable[..., Array]) -> Array:
    """The VJP of a quantile with any method.

    The quantile of the ranks 0, 1, 2, … is its position k + γ among them. The weight of an element is 1
    minus the distance of its rank from that position: 1 − γ at k, γ at k + 1, and 0 elsewhere.
    """
    if not x.size:
        return np.zeros(x.shape, g.dtype)
    ranks, missing = _ranks(x, axis), np.isnan(x)
    # Rows without a number keep their ranks, since NumPy would warn of them again.
    left_out = missing & ~missing.all(axis=axis, keepdims=True)
    positions = quantile_of(np.where(left_out, np.nan, ranks), axis=axis, keepdims=True)
    parts = np.maximum(1 - np.abs(ranks - positions), 0).astype(g.dtype)
    axes_of_q = tuple(range(positions.ndim - x.ndim))
    # At the other elements 0, also where g is infinite: 0 · ∞ would be NaN.
    shares = np.where(parts == 0, 0, g.reshape(positions.shape) * parts)
    return np.where(missing, 0, total(shares, axes_of_q))


# For the continuous methods α and β of Hyndman and Fan: k + γ = q (n + 1 − α − β) + α − 1.
_PLOTTING = {
    "interpolated_inverted_cdf": (0.0, 1.0),
    "hazen": (0.5, 0.5),
    "weibull": (0.0, 0.0),
    "linear": (1.0, 1.0),
    "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (3 / 8, 3 / 8),
}


def _by_q(g: Array, x: Array, q: Array, axis: Axis, method: str, whole: int) -> Array:
    """The VJP by q, which is a share of `whole`."""
    if not np.size(x) or method not in _PLOTTING:
        return np.zeros(np.shape(q), g.dtype)
    x = _array(x)
    axes = normalize_axis_tuple(range(x.ndim) if axis is None else axis, x.ndim)
    moved = np.moveaxis(x, axes, tuple(range(-len(axes), 0)))
    kept = moved.shape[: x.ndim - len(axes)]
    rows = np.sort(moved.reshape((*kept, -1)), axis=-1)  # NaN come last
    n = (~np.isnan(rows)).sum(axis=-1)
    alpha, beta = _PLOTTING[method]
    pace = n + (1 - alpha - beta)
    shares = np.reshape(q, np.shape(q) + (1,) * len(kept)) / whole
    position = np.multiply(shares, pace) + (alpha - 1)
    inside = np.greater_equal(position, 0) & np.less_equal(position, n - 1) & (n > 1)
    # How many of the elements behind the first are not behind the position; one less at the last.
    behind = np.greater_equal(position[..., None], np.arange(1, max(rows.shape[-1], 2))).sum(
        axis=-1
    )
    k = np.where(inside, np.minimum(behind, n - 2), 0)[..., None]
    stretched = np.broadcast_to(rows, k.shape[:-1] + rows.shape[-1:])
    above = np.take_along_axis(stretched, np.minimum(k + 1, rows.shape[-1] - 1), axis=-1)
    chord = (above - np.take_along_axis(stretched, k, axis=-1))[..., 0]
    # Neither a NaN behind the last number nor an infinite g may reach what is 0.
    slope = (np.where(inside, chord, 0) * (pace / whole)).astype(g.dtype)
    shares_of_g = np.where(inside, g.reshape(k.shape[:-1]) * slope, 0)
    return total(shares_of_g, tuple(range(np.ndim(q), k.ndim - 1)))


def _array(x: Array) -> Array:
    return x if hasattr(x, "ndim") else np.asarray(x)


def _x_rule_of(quantile: Callable[..., Array]) -> Callable[..., Array]:
    """The rule by x of a NumPy function that takes q and a method."""
    return lambda g, x, q, axis, method: _by_rank(g, x, axis, partial(quantile, q=q, method=method))


def _q_rule_of(whole: int) -> Callable[..., Array]:
    """The rule by q, in parts of 1 or of 100."""
    return lambda g, x, q, axis, method: _by_q(g, x, q, axis, method, whole)


median.vjp(x=lambda g, x, axis: _by_rank(g, x, axis, np.median))
quantile.vjp(x=_x_rule_of(np.quantile), q=_q_rule_of(1))
percentile.vjp(x=_x_rule_of(np.percentile), q=_q_rule_of(100))
nanmedian.vjp(x=lambda g, x, axis: _by_rank(g, x, axis, np.nanmedian))
nanquantile.vjp(x=_x_rule_of(np.nanquantile), q=_q_rule_of(1))
nanpercentile.vjp(x=_x_rule_of(np.nanpercentile), q=_q_rule_of(100))


# --- covariance ----------------------------------------------------------------------------------


@composition(np.cov)
def cov(
    m: Array,
    y: Array = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Array = None,
    *,
    dtype: Any = None,
) -> Array:
    """z = (x − mean x) (x − mean x)ᵀ / (n − ddof), where each row of x is a variable, with n observations

    `fweights` say how often each observation was made, `aweights` how much it counts; the means are weighted
    alike, and n is Σ w. In float64 at least, as NumPy computes it. `ddof` is 1 without `bias`.
    """
    if ddof is not None and ddof != int(ddof):
        raise ValueError("ddof must be integer")
    x = _variables(m, rowvar)
    if y is not None:
        # As in NumPy, a y of one row is one variable in any case.
        x = np.concatenate([x, _variables(y, rowvar or np.shape(y)[:1] == (1,))])
    x = _converted(x, np.result_type(x, np.float64) if dtype is None else dtype)
    if ddof is None:
        ddof = 0 if bias else 1
    often = _observation_weights("fweights", fweights, x.shape[1])
    if not np.all(often == np.rint(often)):
        raise TypeError("fweights must be integer")
    each = _observation_weights("aweights", aweights, x.shape[1])
    if fweights is aweights is None:
        n = x.shape[1] - ddof
        x = x - x.mean(axis=1, keepdims=True)
        z = x @ x.T
    else:
        w = often * each
        total = w.sum()
        # Σ aweights counts what a single observation counts for.
        n = total - ddof * (1 if aweights is None else (w * each).sum() / total)
        x = x - (x * w).sum(axis=1, keepdims=True) / total
        z = x @ (x * w).T
    if known(np.less_equal(n, 0)):
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=2)
        n = 0
    z = _converted(z * np.true_divide(1, n), z.dtype)
    return z[0, 0] if len(z) == 1 else z


def _observation_weights(name: str, weights: Any, n: int) -> Array:
    """The weights of n observations, 1 for each by default.

    Raises: as NumPy, for a wrong shape or weights that are negative.
    """
    if weights is None:
        return np.ones(n)
    weights = weights if hasattr(weights, "dtype") else np.asarray(weights)
    if weights.ndim > 1:
        raise RuntimeError(f"cannot handle multidimensional {name}")
    if len(weights) != n:
        raise RuntimeError(f"incompatible numbers of samples and {name}")
    if known(np.any(np.less(weights, 0))):
        raise ValueError(f"{name} cannot be negative")
    return _converted(weights, np.dtype(np.float64))


def _variables(x: Array, rowvar: bool) -> Array:
    """x with each variable in a row."""
    if np.ndim(x) > 2:
        raise ValueError(
            f"{np.ndim(x)} dimensions are more than the 2 of variables and observations"
        )
    rows = np.atleast_2d(x)
    return rows.T if np.ndim(x) == 2 and not rowvar else rows


@composition(np.corrcoef)
def corrcoef(x: Array, y: Array = None, rowvar: bool = True) -> Array:
    """z = cᵢⱼ / √(cᵢᵢ cⱼⱼ), with c the covariance"""
    c = np.cov(x, y, rowvar)
    if c.ndim == 0:
        return c / c
    spread = np.sqrt(np.diagonal(c))
    # Rounding must not make a correlation larger than 1.
    return np.clip(c / spread[:, None] / spread, -1, 1)
