"""where=, dtype=, initial= and mean= of reductions, in terms of the reductions without them.

    np.sum(x, where=mask)           np.sum(np.where(mask, x, 0))
    np.sum(x, dtype=np.float64)     np.sum(x.astype(np.float64))
    np.sum(x, initial=y)            np.sum(x) + y

So the primitives have none of these arguments, and calls without them pay nothing for them.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..composition import extension
from ..numerics import narrowed, widened
from ..primitive import Array, Axis
from .reduction import logsumexp

Mask = Any
"""True, or an array of booleans that broadcasts to the shape of the operand."""


def _mask(where: Mask, shape: tuple[int, ...]) -> Mask:
    """`where` as a mask, None for all elements.

    Raises: TypeError for what is not boolean, ValueError for a mask with more elements than the operand.
    """
    if where is True or where is None:
        return None
    mask = where if hasattr(where, "dtype") else np.asarray(where)
    if mask.dtype != bool:
        raise TypeError(f"where= has dtype {mask.dtype}: it must be boolean, e.g. where=x > 0")
    if np.broadcast_shapes(mask.shape, shape) != shape:
        raise ValueError(f"where= of shape {mask.shape} does not fit an array of shape {shape}")
    return mask


def _selected(a: Array, where: Mask, other: float) -> Array:
    """a, and `other` for the elements that are left out."""
    mask = _mask(where, a.shape)
    return a if mask is None else np.where(mask, a, other)


def _converted(a: Array, dtype: Any) -> Array:
    return a if dtype is None or a.dtype == dtype else a.astype(dtype)


def _count(where: Mask, a: Array, axis: Axis, keepdims: bool) -> Array:
    """How many elements are selected along an axis: plain numbers."""
    mask = _mask(where, a.shape)
    chosen = np.broadcast_to(True if mask is None else mask, a.shape)
    return np.sum(chosen, axis=axis, keepdims=keepdims)


def _with_initial(ufunc: Callable[[Array, Array], Array], z: Array, initial: Any) -> Array:
    return z if initial is None else _converted(ufunc(z, initial), z.dtype)


@extension(np.sum)
def sum(
    a: Array,
    axis: Axis = None,
    dtype: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Mask = None,
) -> Array:
    """z = initial + Σ x over the elements where the mask holds, computed in `dtype`"""
    a = _selected(_converted(a, dtype), where, 0)
    return _with_initial(np.add, np.sum(a, axis=axis, keepdims=keepdims), initial)


@extension(np.prod)
def prod(
    a: Array,
    axis: Axis = None,
    dtype: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Mask = None,
) -> Array:
    """z = initial · Π x over the elements where the mask holds, computed in `dtype`"""
    a = _selected(_converted(a, dtype), where, 1)
    return _with_initial(np.multiply, np.prod(a, axis=axis, keepdims=keepdims), initial)


def _extreme(
    a: Array,
    axis: Axis,
    keepdims: bool,
    initial: Any,
    where: Mask,
    reduction: Callable[..., Array],
    ufunc: np.ufunc,
    lowest: float,
) -> Array:
    """`ufunc` of initial and the extreme of the elements where the mask holds; others count as `lowest`."""
    if initial is None:
        if _mask(where, a.shape) is not None:
            raise ValueError(
                f"reduction operation '{ufunc.__name__}' does not have an identity, "
                f"so to use a where mask one has to specify 'initial'"
            )
        return reduction(a, axis=axis, keepdims=keepdims)
    a = _selected(a, where, lowest if a.dtype.kind == "f" else initial)
    # An empty array has no extreme, but zeros for sums.
    z = (reduction if a.size else np.sum)(a, axis=axis, keepdims=keepdims)
    return _with_initial(ufunc if a.size else np.add, z, initial)


@extension(np.max, np.amax)
def max(
    a: Array, axis: Axis = None, keepdims: bool = False, initial: Any = None, where: Mask = None
) -> Array:
    """z = the maximum of initial and the elements where the mask holds"""
    return _extreme(a, axis, keepdims, initial, where, np.max, np.maximum, -np.inf)


@extension(np.min, np.amin)
def min(
    a: Array, axis: Axis = None, keepdims: bool = False, initial: Any = None, where: Mask = None
) -> Array:
    """z = the minimum of initial and the elements where the mask holds"""
    return _extreme(a, axis, keepdims, initial, where, np.min, np.minimum, np.inf)


@extension(np.mean)
def mean(
    a: Array,
    axis: Axis = None,
    dtype: Any = None,
    keepdims: bool = False,
    where: Mask = None,
) -> Array:
    """z = Σ x / n over the n elements where the mask holds, computed in `dtype`"""
    a = _floating(a, dtype)
    if _mask(where, a.shape) is None:
        return np.mean(a, axis=axis, keepdims=keepdims)
    wide = widened(a)
    total = np.sum(wide, axis=axis, keepdims=keepdims, where=where)
    n = _count(where, a, axis, keepdims)
    return narrowed(total / n.astype(total.dtype), a)


def _floating(a: Array, dtype: Any) -> Array:
    if dtype is None and a.dtype.kind in "iub":
        dtype = np.float64
    return _converted(a, dtype)


def _deviations(
    a: Array, axis: Axis, dtype: Any, ddof: Any, correction: Any, where: Mask, mean: Any
) -> tuple[Array, Array]:
    """x − mean x, with 0 for the elements that are left out, and n − ddof, which is 0 at least."""
    if correction is not None:
        if ddof != 0:
            raise ValueError("ddof and correction can't be provided simultaneously.")
        ddof = correction
    a = widened(_floating(a, np.result_type(a.dtype, dtype or a.dtype)))
    center = np.mean(a, axis=axis, keepdims=True, where=where) if mean is None else mean
    n = _count(where, a, axis, True)
    return _selected(a - center, where, 0), np.maximum(n - ddof, 0).astype(a.dtype)


def _in_shape_of(z: Array, axis: Axis, keepdims: bool) -> Array:
    return z if keepdims else z.squeeze(axis)


@extension(np.var)
def var(
    a: Array,
    axis: Axis = None,
    dtype: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    where: Mask = None,
    mean: Array = None,
    correction: float | None = None,
) -> Array:
    """z = Σ (x − mean x)² / (n − ddof) over the n elements where the mask holds; with the mean, if given"""
    deviations, freedom = _deviations(a, axis, dtype, ddof, correction, where, mean)
    z = np.sum(np.square(deviations), axis=axis, keepdims=True) / freedom
    return _converted(_in_shape_of(z, axis, keepdims), dtype or _floating(a[:0], None).dtype)


@extension(np.std)
def std(
    a: Array,
    axis: Axis = None,
    dtype: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    where: Mask = None,
    mean: Array = None,
    correction: float | None = None,
) -> Array:
    """z = √var x

    Numerics: where all elements are equal (z = 0) the subgradient is 0.
    """
    deviations, freedom = _deviations(a, axis, dtype, ddof, correction, where, mean)
    axes = tuple(range(a.ndim)) if axis is None else axis
    z = np.linalg.vector_norm(deviations, axis=axes, keepdims=True) / np.sqrt(freedom)
    return _converted(_in_shape_of(z, axis, keepdims), dtype or _floating(a[:0], None).dtype)


# --- those that ignore NaN ------------------------------------------------------------------------


def _numbers(a: Array, where: Mask) -> Mask:
    """The mask without the elements that are NaN."""
    mask = _mask(where, a.shape)
    return ~np.isnan(a) if mask is None else mask & ~np.isnan(a)


@extension(np.nanmax)
def nanmax(
    a: Array, axis: Axis = None, keepdims: bool = False, initial: Any = None, where: Mask = None
) -> Array:
    """z = the maximum of initial and the elements where the mask holds that are not NaN"""
    numbers = _numbers(a, where)
    return _extreme(a, axis, keepdims, initial, numbers, np.max, np.fmax, -np.inf)


@extension(np.nanmin)
def nanmin(
    a: Array, axis: Axis = None, keepdims: bool = False, initial: Any = None, where: Mask = None
) -> Array:
    """z = the minimum of initial and the elements where the mask holds that are not NaN"""
    numbers = _numbers(a, where)
    return _extreme(a, axis, keepdims, initial, numbers, np.min, np.fmin, np.inf)


@extension(np.nanmean)
def nanmean(
    a: Array, axis: Axis = None, dtype: Any = None, keepdims: bool = False, where: Mask = None
) -> Array:
    """z = the mean of the elements where the mask holds that are not NaN"""
    return np.mean(a, axis=axis, dtype=dtype, keepdims=keepdims, where=_numbers(a, where))


@extension(np.nanvar)
def nanvar(
    a: Array,
    axis: Axis = None,
    dtype: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    where: Mask = None,
    mean: Array = None,
    correction: float | None = None,
) -> Array:
    """z = the variance of the elements where the mask holds that are not NaN"""
    numbers = _numbers(a, where)
    return var(a, axis, dtype, ddof, keepdims, numbers, mean, correction)


@extension(np.nanstd)
def nanstd(
    a: Array,
    axis: Axis = None,
    dtype: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    where: Mask = None,
    mean: Array = None,
    correction: float | None = None,
) -> Array:
    """z = the standard deviation of the elements where the mask holds that are not NaN"""
    numbers = _numbers(a, where)
    return std(a, axis, dtype, ddof, keepdims, numbers, mean, correction)


# --- running ones ---------------------------------------------------------------------------------


@extension(np.cumsum)
def cumsum(a: Array, axis: int | None = None, dtype: Any = None) -> Array:
    """zₖ = Σ_{i≤k} xᵢ, computed in `dtype`"""
    return np.cumsum(_converted(a, dtype), axis=axis)


@extension(np.cumprod)
def cumprod(a: Array, axis: int | None = None, dtype: Any = None) -> Array:
    """zₖ = Π_{i≤k} xᵢ, computed in `dtype`"""
    return np.cumprod(_converted(a, dtype), axis=axis)


# --- the methods of ufuncs -----------------------------------------------------------------------


def add_reduce(array: Array, axis: Axis = 0, dtype: Any = None, **arguments: Any) -> Array:
    """np.add.reduce"""
    return np.sum(_converted(array, dtype), axis=axis, **arguments)


def multiply_reduce(array: Array, axis: Axis = 0, dtype: Any = None, **arguments: Any) -> Array:
    """np.multiply.reduce"""
    return np.prod(_converted(array, dtype), axis=axis, **arguments)


def maximum_reduce(array: Array, axis: Axis = 0, dtype: Any = None, **arguments: Any) -> Array:
    """np.maximum.reduce"""
    return np.max(_converted(array, dtype), axis=axis, **arguments)


def minimum_reduce(array: Array, axis: Axis = 0, dtype: Any = None, **arguments: Any) -> Array:
    """np.minimum.reduce"""
    return np.min(_converted(array, dtype), axis=axis, **arguments)


def logaddexp_reduce(
    array: Array,
    axis: Axis = 0,
    dtype: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Mask = None,
) -> Array:
    """np.logaddexp.reduce: z = ln (e^initial + Σ eˣ) over the elements where the mask holds"""
    a = _selected(_converted(array, dtype), where, -np.inf)
    return _with_initial(np.logaddexp, logsumexp(a, axis=axis, keepdims=keepdims), initial)


def logaddexp2_reduce(array: Array, axis: Axis = 0, dtype: Any = None, **arguments: Any) -> Array:
    """np.logaddexp2.reduce: the same with powers of 2"""
    ln_2 = float(np.log(2))
    initial = arguments.pop("initial", None)
    z = logaddexp_reduce(_converted(array, dtype) * ln_2, axis, **arguments) / ln_2
    return _with_initial(np.logaddexp2, z, initial)
