"""Running sums and products, differences, and functions of these: cumsum, diff, gradient, trapezoid."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ..composition import composition, numpy_named
from ..lazy import as_numpy, known
from ..numerics import narrowed, widened
from ..primitive import Array, Axis, Shape, primitive
from .indexing import scatter_add


def _along(axis: int, part: Any) -> tuple[slice, ...]:
    """The index that selects `part` of an axis, counted from the front, and all of the other axes."""
    return (*(slice(None),) * axis, part)


@primitive("cumsum", np.cumsum)
def cumsum(x: Array, *, axis: int | None = None) -> Array:
    """zₖ = Σ_{i≤k} xᵢ;   x̄ᵢ = Σ_{k≥i} z̄ₖ

    Without an axis, x is flattened first, as in NumPy.
    """
    return narrowed(widened(x).cumsum(axis=axis), x)


def _cumsum_vjp(g: Array, x_shape: Shape, axis: int | None) -> Array:
    along = 0 if axis is None or not x_shape else axis % len(x_shape)
    backward = _along(along, slice(None, None, -1))
    return narrowed(widened(g[backward]).cumsum(axis=along), g)[backward].reshape(x_shape)


cumsum.vjp(x=_cumsum_vjp)


@primitive("cumprod", np.cumprod)
def cumprod(x: Array, *, axis: int | None = None) -> Array:
    """zₖ = Π_{i≤k} xᵢ;   x̄ᵢ = Σ_{k≥i} z̄ₖ Π_{j≤k, j≠i} xⱼ

    Without an axis, x is flattened first, as in NumPy.

    Numerics: there is no division, so it is exact at zeros too.
    """
    return narrowed(widened(x).cumprod(axis=axis), x)


def _cumprod_vjp(g: Array, x: Array, axis: int | None) -> Array:
    along, narrow = axis or 0, g
    g, x = widened(g), widened(x)
    rows = x.reshape(-1) if axis is None or not x.ndim else np.moveaxis(x, along, 0)
    before = np.concatenate([np.ones_like(rows[:1]), rows[:-1]]).cumprod(axis=0)
    # x̄ᵢ = (Π_{j<i} xⱼ) sᵢ, where sᵢ = z̄ᵢ + xᵢ₊₁ sᵢ₊₁. s has the first `step` terms of that sum, and the
    # factors are products of `step` elements: each round doubles `step`.
    s, factors, step = np.moveaxis(g, along, 0), rows[1:], 1
    while len(factors):
        s = np.concatenate([s[:-step] + factors * s[step:], s[-step:]])
        factors = factors[:-step] * factors[step:]
        step *= 2
    return narrowed(np.moveaxis(before * s, 0, along).reshape(x.shape), narrow)


cumprod.vjp(x=_cumprod_vjp)


@composition(*numpy_named("cumulative_sum"))
def cumulative_sum(
    x: Array, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False
) -> Array:
    """z = the running sums, with `include_initial` 0 before them"""
    return _cumulative(np.cumsum, 0, x, axis, dtype, include_initial)


@composition(*numpy_named("cumulative_prod"))
def cumulative_prod(
    x: Array, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False
) -> Array:
    """z = the running products, with `include_initial` 1 before them"""
    return _cumulative(np.cumprod, 1, x, axis, dtype, include_initial)


def _cumulative(
    scan: Callable[..., Array],
    initial: int,
    x: Array,
    axis: int | None,
    dtype: Any,
    include_initial: bool,
) -> Array:
    if axis is None and np.ndim(x) > 1:
        raise ValueError("for arrays of more than one dimension the axis argument is required")
    x = np.atleast_1d(x)
    axis = normalize_axis_index(axis or 0, x.ndim)
    z = scan(x, axis=axis, dtype=dtype)
    if not include_initial:
        return z
    shape = (*x.shape[:axis], 1, *x.shape[axis + 1 :])
    return np.concatenate([np.full_like(z, initial, shape=shape), z], axis=axis)


# --- the methods of ufuncs -----------------------------------------------------------------------


def add_accumulate(array: Array, axis: int = 0, dtype: Any = None) -> Array:
    """np.add.accumulate"""
    return np.cumsum(array, axis=axis, dtype=dtype)


def multiply_accumulate(array: Array, axis: int = 0, dtype: Any = None) -> Array:
    """np.multiply.accumulate"""
    return np.cumprod(array, axis=axis, dtype=dtype)


def maximum_accumulate(array: Array, axis: int = 0, dtype: Any = None) -> Array:
    """np.maximum.accumulate"""
    return running_maximum(_operand(array, dtype), axis=axis)


def minimum_accumulate(array: Array, axis: int = 0, dtype: Any = None) -> Array:
    """np.minimum.accumulate"""
    return running_minimum(_operand(array, dtype), axis=axis)


def _operand(array: Array, dtype: Any) -> Array:
    return array if dtype is None else array.astype(dtype)


@primitive("max so far")
def running_maximum(x: Array, *, axis: int = 0) -> Array:
    """zₖ = max_{i≤k} xᵢ;   x̄ᵢ = Σ z̄ₖ over those k for which zₖ is xᵢ

    Numerics: of equal elements the first one receives the cotangent. A NaN is the maximum, as in NumPy.
    """
    return np.maximum.accumulate(x, axis)


@primitive("min so far")
def running_minimum(x: Array, *, axis: int = 0) -> Array:
    """zₖ = min_{i≤k} xᵢ;   x̄ᵢ = Σ z̄ₖ over those k for which zₖ is xᵢ

    Numerics: of equal elements the first one receives the cotangent. A NaN is the minimum, as in NumPy.
    """
    return np.minimum.accumulate(x, axis)


def _running_vjp(g: Array, x_shape: Shape, out: Array, axis: int) -> Array:
    axis = normalize_axis_index(axis, len(x_shape))
    now, before = _along(axis, slice(1, None)), _along(axis, slice(None, -1))
    # Where z changes, or becomes NaN, the element there is the extreme from now on.
    is_new = (out[now] != out[before]) & ~np.isnan(out[before])
    index: list[Array] = list(np.indices(x_shape, sparse=True))
    found = np.zeros(x_shape, np.intp)
    found[now] = np.maximum.accumulate(np.where(is_new, index[axis][now], 0), axis)
    index[axis] = found
    return scatter_add(g, index=tuple(index), shape=x_shape)


running_maximum.vjp(x=_running_vjp)
running_minimum.vjp(x=_running_vjp)


def add_reduceat(array: Array, indices: Any, axis: int = 0, dtype: Any = None) -> Array:
    """np.add.reduceat"""
    axis = normalize_axis_index(axis, array.ndim)
    return slice_sums(_operand(array, dtype), indices=as_numpy(indices), axis=axis)


@primitive("Σ of slices")
def slice_sums(x: Array, *, indices: Any, axis: int = 0) -> Array:
    """zₖ = Σ xᵢ from the k-th index to the next;   x̄ᵢ = Σ z̄ₖ over the slices that it is in

    Where the next index is not larger, zₖ is the single element at the k-th.
    """
    return narrowed(np.add.reduceat(widened(x), indices, axis), x)


def _slice_sums_vjp(g: Array, x_shape: Shape, indices: Any, axis: int) -> Array:
    starts = np.asarray(indices)
    ends = np.append(starts[1:], x_shape[axis])
    lengths = np.maximum(ends - starts, 1)
    slices = np.repeat(np.arange(len(starts)), lengths)
    # Within each slice the positions count up from its start.
    positions = np.arange(lengths.sum()) - np.repeat(lengths.cumsum() - lengths - starts, lengths)
    index = _along(axis, positions)
    return scatter_add(np.take(g, slices, axis), index=index, shape=x_shape)


slice_sums.vjp(x=_slice_sums_vjp)


@composition(np.diff)
def diff(
    a: Array, n: int = 1, axis: int = -1, prepend: Array = None, append: Array = None
) -> Array:
    """z = the differences of neighbours, taken `n` times: zᵢ = xᵢ₊₁ − xᵢ"""
    if n == 0:
        return a
    if n < 0:
        raise ValueError(f"order must be non-negative but got {n}")
    axis = normalize_axis_index(axis, np.ndim(a))
    shape = list(np.shape(a))
    shape[axis] = 1
    before, after = (
        [] if end is None else [end if np.ndim(end) else np.broadcast_to(end, tuple(shape))]
        for end in (prepend, append)
    )
    if before or after:
        a = np.concatenate([*before, a, *after], axis=axis)
    # For booleans, NumPy's difference is whether they change.
    difference = np.not_equal if a.dtype == bool else np.subtract
    for _ in range(n):
        a = difference(a[_along(axis, slice(1, None))], a[_along(axis, slice(None, -1))])
    return a


@composition(np.ediff1d)
def ediff1d(ary: Array, to_end: Array = None, to_begin: Array = None) -> Array:
    """z = the differences of neighbours in the flattened array, after `to_begin` and before `to_end`"""
    ary = np.ravel(ary)
    before, after = (
        [] if end is None else [_flat_end(end, ary.dtype)] for end in (to_begin, to_end)
    )
    steps = ary[1:] - ary[:-1]
    return np.concatenate([*before, steps, *after]) if before or after else steps


def _flat_end(end: Array, dtype: np.dtype[Any]) -> Array:
    end = np.ravel(end)
    if not np.can_cast(end.dtype, dtype, "same_kind"):
        raise TypeError(
            f"to_begin and to_end must have the same kind of dtype as the array, {dtype}"
        )
    return end.astype(dtype)


@composition(np.trapezoid)
def trapezoid(y: Array, x: Array = None, dx: Array = 1.0, axis: int = -1) -> Array:
    """z = Σ (yᵢ + yᵢ₊₁) / 2 · (xᵢ₊₁ − xᵢ)"""
    y = np.atleast_1d(y)
    axis = normalize_axis_index(axis, y.ndim)
    if x is None:
        widths = dx
    elif np.ndim(x) == 1:
        widths = np.diff(x).reshape((-1,) + (1,) * (y.ndim - 1 - axis))
    else:
        widths = np.diff(x, axis=axis)
    heights = y[_along(axis, slice(1, None))] + y[_along(axis, slice(None, -1))]
    return (widths * heights / 2.0).sum(axis=axis)


@composition(np.gradient)
def gradient(f: Array, *varargs: Array, axis: Axis = None, edge_order: int = 1) -> Any:
    """z = ∂f/∂x by differences of neighbours; for several axes a tuple of one array per axis

    `varargs` are the distance of neighbours, one for all axes or for each, or their coordinates.
    """
    axes = range(np.ndim(f)) if axis is None else normalize_axis_tuple(axis, np.ndim(f))
    distances = varargs or (1.0,)
    if len(distances) == 1 and np.ndim(distances[0]) == 0:
        distances *= len(axes)
    if len(distances) != len(axes):
        raise TypeError(f"{len(distances)} distances were given for {len(axes)} axes")
    if edge_order not in (1, 2):
        raise ValueError(f"edge_order={edge_order}: it can be 1 or 2")
    slopes = tuple(_derivative(f, d, a, edge_order) for d, a in zip(distances, axes, strict=True))
    return slopes[0] if len(slopes) == 1 else slopes


def _derivative(f: Array, distance: Array, axis: int, edge_order: int) -> Array:
    f = np.moveaxis(f, axis, 0)
    if len(f) < edge_order + 1:
        raise ValueError(f"{len(f)} elements are too few: edge_order + 1 are needed")
    if f.dtype.kind in "iub":
        f = f.astype(np.float64)
    # NumPy's own sums: other forms would be NaN or lose digits where numbers differ much in size.
    width = _widths(distance, f)
    if np.ndim(width) == 0:
        inner = (f[2:] - f[:-2]) / (2 * width)
        forward = backward = (-1.5 / width, 2 / width, -0.5 / width)
        w0, wn = width, width
    else:
        w1, w2 = width[:-1], width[1:]
        inner = (
            -w2 / (w1 * (w1 + w2)) * f[:-2]
            + (w2 - w1) / (w1 * w2) * f[1:-1]
            + w1 / (w2 * (w1 + w2)) * f[2:]
        )
        w0, wn = width[:1], width[-1:]
        forward = _parabola(w0, width[1:2])
        backward = _parabola(wn, width[-2:-1])
    if edge_order == 1:
        first, last = (f[1:2] - f[:1]) / w0, (f[-1:] - f[-2:-1]) / wn
    else:
        first = forward[0] * f[:1] + forward[1] * f[1:2] + forward[2] * f[2:3]
        last = -backward[0] * f[-1:] - backward[1] * f[-2:-1] - backward[2] * f[-3:-2]
    z = np.moveaxis(np.concatenate([first, inner, last]), 0, axis)
    return z if z.dtype == f.dtype else z.astype(f.dtype)


def _widths(distance: Array, f: Array) -> Array:
    """The distances of neighbours along the first axis of f, or the one that they all have."""
    if np.ndim(distance) == 0:
        return distance
    if np.shape(distance) != f.shape[:1]:
        raise ValueError(f"coordinates of shape {np.shape(distance)} for an axis of {len(f)}")
    widths = np.diff(np.multiply(distance, 1.0)).reshape((-1,) + (1,) * (f.ndim - 1))
    first = widths.reshape(-1)[0]
    # Tensors keep all their coordinates, each of which may have a gradient.
    return first if known((widths == first).all()) else widths


def _parabola(near: Array, far: Array) -> tuple[Array, Array, Array]:
    """The weights of three neighbours in the slope of the parabola through them, at the first of them."""
    both = near + far
    return -(near + both) / (near * both), both / (near * far), -near / (far * both)
