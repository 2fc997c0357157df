"""Evenly spaced numbers, grids, and interpolation."""

from typing import Any

import numpy as np

from ..composition import composition
from ..lazy import as_numpy
from ..primitive import Array, primitive


@primitive("linspace", np.linspace, broadcasts=True)
def linspace(
    start: Array, stop: Array, *, num: int = 50, endpoint: bool = True, axis: int = 0
) -> Array:
    """zₖ = (1 − tₖ) start + tₖ stop, t evenly spaced from 0 to 1;   s̄tart = Σ (1 − t) z̄,   s̄top = Σ t z̄

    Without the endpoint, t ends one step before 1.
    """
    return np.linspace(start, stop, num, endpoint, axis=axis)


def _steps(g: Array, num: int, endpoint: bool) -> Array:
    return np.linspace(0, 1, num, endpoint, dtype=g.dtype)


linspace.vjp(
    start=lambda g, num, endpoint, axis: np.moveaxis(g, axis, -1) @ (1 - _steps(g, num, endpoint)),
    stop=lambda g, num, endpoint, axis: np.moveaxis(g, axis, -1) @ _steps(g, num, endpoint),
)


@composition(np.logspace)
def logspace(
    start: Array,
    stop: Array,
    num: int = 50,
    endpoint: bool = True,
    base: Array = 10.0,
    axis: int = 0,
) -> Array:
    """z = base to the power of numbers evenly spaced from start to stop"""
    if np.ndim(base):
        start, stop, base = np.broadcast_arrays(start, stop, base)
        base = np.expand_dims(base, axis)
    return np.power(base, np.linspace(start, stop, num, endpoint, axis=axis))


@composition(np.geomspace)
def geomspace(
    start: Array, stop: Array, num: int = 50, endpoint: bool = True, axis: int = 0
) -> Array:
    """z = exp of numbers evenly spaced from ln start to ln stop; both may be negative

    Like NumPy's, the result is float64.
    """
    start, stop = _double(start), _double(stop)
    if as_numpy(np.any(np.equal(start, 0))) or as_numpy(np.any(np.equal(stop, 0))):
        raise ValueError("Geometric sequence cannot include zero")
    if as_numpy(np.any(np.less(start, 0))):
        start, stop = np.broadcast_arrays(start, stop)
        negative = np.less(start, 0)
        start, stop = (np.where(negative, -x, x) for x in (start, stop))
        z = np.geomspace(start, stop, num, endpoint, axis=axis)
        return np.where(np.expand_dims(negative, axis), -z, z)
    z = np.exp(np.linspace(np.log(start), np.log(stop), num, endpoint, axis=axis))
    # Beside a start that is NaN the end is, too, as in NumPy.
    unknown = np.isnan(start) | np.zeros(np.shape(stop), bool)
    return np.where(np.expand_dims(unknown, axis), np.nan, z)


@composition(np.meshgrid)
def meshgrid(
    *xi: Array, copy: bool = True, sparse: bool = False, indexing: str = "xy"
) -> tuple[Array, ...]:
    """z = the coordinates of a grid, an array per axis; with "xy" the first axis is horizontal

    `copy` makes no difference, since a result can't be written into.
    """
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    axes = list(range(len(xi)))
    if indexing == "xy":
        axes[:2] = axes[1::-1]
    grids = tuple(
        np.reshape(x, [-1 if axis == own else 1 for axis in range(len(xi))])
        for x, own in zip(xi, axes)
    )
    return grids if sparse else np.broadcast_arrays(*grids)


@composition(np.interp)
def interp(
    x: Array, xp: Array, fp: Array, left: Array = None, right: Array = None, period: Array = None
) -> Array:
    """z = fpᵢ + (x − xpᵢ) / (xpᵢ₊₁ − xpᵢ) · (fpᵢ₊₁ − fpᵢ), where x lies between these two of xp

    Below xp it is left, or else the first of fp; above, right or else the last. With a period, x and xp
    are taken modulo it. Like NumPy's, the result is float64.

    Numerics: at a knot, the slope is the one on its right: 0 at the last knot.
    """
    # Raises NumPy's own errors about the shapes of xp and fp.
    np.interp(0.0, np.zeros(np.shape(xp)), np.zeros(np.shape(fp)))
    x, xp, fp = map(_double, (x, xp, fp))
    if period is not None:
        left = right = None
        x, xp, fp = _periodic(x, xp, fp, np.abs(period))
    below, above = x < xp[0], x >= xp[-1]
    i = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, len(xp) - 1)
    j = np.minimum(i + 1, len(xp) - 1)
    outside = below | above
    # A knot at −∞ has no part in what lies above it.
    unbounded = outside | np.isinf(xp[i])
    part = (x - np.where(unbounded, 0, xp[i])) / np.where(unbounded, 1, xp[j] - xp[i])
    part = np.where(outside, 0, np.where(np.isinf(xp[i]), 1, part))
    z = _between(fp[i], fp[j], part)
    z = np.where(below, fp[0] if left is None else left, z)
    z = np.where(above, fp[-1], z)
    return z if right is None else np.where(x > xp[-1], right, z)


def _between(left: Array, right: Array, part: Array) -> Array:
    """z = left + part (right − left), where part is below 1; at part 0 it is left, even if right is ∞."""
    with np.errstate(invalid="ignore"):  # ∞ − ∞
        stays = (np.isinf(left) & (left != -right)) | ((part == 0) & ~np.isfinite(right))
        return left + part * np.where(stays, 0, right - left)


def _double(x: Any) -> Array:
    if not hasattr(x, "dtype"):
        return np.asarray(x, dtype=np.float64)
    return x if x.dtype == np.float64 else x.astype(np.float64)


def _periodic(x: Array, xp: Array, fp: Array, period: Array) -> tuple[Array, Array, Array]:
    """All three within one period, with xp sorted and extended by the nearest knot on either side."""
    if period == 0:
        raise ValueError("period must be a non-zero value")
    xp = np.remainder(xp, period)
    order = np.argsort(xp)
    xp, fp = xp[order], fp[order]
    return (
        np.remainder(x, period),
        np.concatenate([xp[-1:] - period, xp, xp[:1] + period]),
        np.concatenate([fp[-1:], fp, fp[:1]]),
    )
