"""Arithmetic that rules of several topics share, safe where floating point overflows or divides by 0."""

from collections.abc import Callable
from math import frexp, ldexp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .primitive import Array, Axis

_LARGEST_HALF = 65504
_DOUBLE = np.dtype(np.float64)


def widened(x: Array) -> Array:
    """x, in single precision if it is in half: what is summed there would stall at 2048, or overflow."""
    return x.astype(np.float32) if x.dtype.char == "e" else x  # the comparison that costs least


def narrowed(z: Array, x: Array) -> Array:
    """z in the dtype of x, from which it was computed with `widened`."""
    return z.astype(x.dtype) if x.dtype.char == "e" else z


def total(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Σ x along axes. Half precision is summed in single: NumPy would do that along the last axis alone."""
    if x.dtype.char == "e":
        return x.astype(np.float32).sum(axis=axis, keepdims=keepdims).astype(np.float16)
    return x.sum(axis=axis, keepdims=keepdims)


def in_single(function: Callable[..., Array], *operands: Any, **parameters: Any) -> Array:
    """A function's result, computed in single precision if it would be in half."""
    for x in operands:
        if getattr(x, "dtype", _DOUBLE).char == "e":
            break
    else:
        return function(*operands, **parameters)
    dtypes = [x.dtype for x in operands if hasattr(x, "dtype")]
    if np.result_type(*dtypes).char != "e":
        return function(*operands, **parameters)
    wide = (widened(x) if hasattr(x, "dtype") else x for x in operands)
    return function(*wide, **parameters).astype(np.float16)


def over_count(g: Array, count: float) -> Array:
    """g / count, also if half precision can't hold the count, which would be ∞, and the quotient 0."""
    return g / count if count <= _LARGEST_HALF else g * (1 / count)


def away_from_zero(z: Array) -> Array:
    """z, but ∞ where it is 0: 0 / ∞ is 0, and so are all its derivatives."""
    return np.where(z == 0, np.inf, z)


@np.errstate(invalid="raise")
def masked(g: Array, mask: Array) -> Array:
    """g where the mask holds, and 0 elsewhere, even if g is infinite there, as the slope of √0 is."""
    # The product takes a tenth of the time of np.where on large arrays, but 0 · ∞ is NaN.
    try:
        return g * mask
    except FloatingPointError:
        return np.where(mask, g, 0)


@np.errstate(under="ignore")
def scaled_to_1(x: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """x / 2ᵏ in double precision, with the largest finite number between ½ and 1, and k."""
    x = np.asarray(x, np.float64)
    _, k = frexp(np.abs(x[np.isfinite(x)]).max(initial=0))
    return np.ldexp(x, -k), k


@np.errstate(under="ignore")
def mean_and_spread(x: NDArray[Any]) -> tuple[float, float]:
    """The mean of finite numbers and their standard deviation, also where sums and squares overflow."""
    scaled, k = scaled_to_1(x)
    return ldexp(scaled.mean(), k), ldexp(scaled.std(), k)
