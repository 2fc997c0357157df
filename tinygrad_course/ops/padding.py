"""Longer and shorter arrays: pad, append, insert, delete, resize, tile, repeat, trim_zeros.

Most of them run NumPy's function on the numbers 0, 1, 2, …, and take the elements at these indices.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ..composition import composition
from ..errors import UnsupportedError
from ..lazy import as_numpy
from ..primitive import Array, Shape, primitive


@primitive("pad")
def pad(x: Array, *, width: tuple[tuple[int, int], ...], value: Any = 0) -> Array:
    """z = x with a border of `value`, of a width before and after on each axis;   x̄ = z̄ without the border"""
    return np.pad(x, width or 0, constant_values=value)


pad.vjp(
    x=lambda g, x_shape, width: g[
        tuple(slice(before, before + n) for (before, _), n in zip(width, x_shape))
    ]
)


@composition(np.pad)
def padded(array: Array, pad_width: Any, mode: Any = "constant", constant_values: Any = 0) -> Array:
    """z = array with a border: constant, or of its own elements (edge, reflect, symmetric, wrap)"""
    # NumPy's own parsing of pad_width, around a single element.
    border = np.pad(np.ones((1,) * array.ndim, dtype=bool), pad_width)
    starts = np.argwhere(border)[0].tolist()
    width = tuple((start, n - 1 - start) for start, n in zip(starts, border.shape))
    if mode == "constant":
        return pad(array, width=width, value=constant_values)
    if mode not in ("edge", "reflect", "symmetric", "wrap"):
        raise UnsupportedError(
            f"numpy.pad: mode={mode!r} can't be used with Tensors "
            f"(supported: constant, edge, reflect, symmetric, wrap)"
        )
    for axis, sides in enumerate(width):
        if any(sides):
            array = np.take(array, np.pad(np.arange(array.shape[axis]), sides, mode), axis)
    return array


@composition(np.append)
def append(arr: Array, values: Array, axis: int | None = None) -> Array:
    """z = arr and then values, along an axis; without one, both flattened"""
    return np.concatenate([arr, np.ravel(values) if axis is None else values], axis=axis)


@composition(np.insert)
def insert(arr: Array, obj: Any, values: Array, axis: int | None = None) -> Array:
    """z = arr with values put in before the indices of obj"""
    arr, values = (x if hasattr(x, "dtype") else np.asarray(x) for x in (arr, values))
    # NumPy's function inserts the indices of the values between those of the elements.
    elements = np.arange(arr.size).reshape(arr.shape)
    inserted = arr.size + np.arange(values.size).reshape(values.shape)
    both = np.concatenate([arr, values], axis=None)
    if both.dtype != arr.dtype:
        both = both.astype(arr.dtype)
    return np.take(both, np.insert(elements, _plain(obj), inserted, axis))


@composition(np.delete)
def delete(arr: Array, obj: Any, axis: int | None = None) -> Array:
    """z = arr without the elements at the indices of obj"""
    return np.take(arr, np.delete(_numbers(arr, axis), _plain(obj)), axis)


@composition(np.repeat)
def repeat(a: Array, repeats: Any, axis: int | None = None) -> Array:
    """z = a with each element repeated `repeats` times; without an axis, flattened"""
    return np.take(a, np.repeat(_numbers(a, axis), repeats), axis)


@composition(np.resize)
def resize(a: Array, new_shape: int | Shape) -> Array:
    """z = the elements of a in a new shape, repeated until it is full"""
    if not a.size:  # zeros, as in NumPy
        return np.broadcast_to(a.sum(), new_shape)
    return np.take(a, np.resize(np.arange(a.size), new_shape))


@composition(np.tile)
def tile(A: Array, reps: int | Iterable[int]) -> Array:
    """z = A repeated `reps` times along each axis"""
    times = tuple(reps) if isinstance(reps, Iterable) else (reps,)
    ndim = max(A.ndim, len(times))
    shape = (1,) * (ndim - A.ndim) + A.shape
    times = (1,) * (ndim - len(times)) + times
    # (n, m) becomes (1, n, 1, m), is stretched to (r, n, s, m), and becomes (r n, s m).
    apart = A.reshape([length for n in shape for length in (1, n)])
    stretched = np.broadcast_to(apart, [length for rn in zip(times, shape) for length in rn])
    return stretched.reshape([r * n for r, n in zip(times, shape)])


@composition(np.trim_zeros)
def trim_zeros(filt: Array, trim: str = "fb", axis: int | Shape | None = None) -> Array:
    """z = filt without the zeros at its front (f) and back (b)

    Numerics: the set of removed elements is treated as constant.
    """
    trim = trim.lower()
    if trim not in ("f", "b", "fb", "bf"):
        raise ValueError(f"unexpected character(s) in `trim`: {trim!r}")

    def kept(positions: Any) -> slice:
        """Along one axis, from the first to the last position of an element that is not zero."""
        if not len(positions):
            return slice(0)
        start = int(positions.min()) if "f" in trim else None
        return slice(start, int(positions.max()) + 1 if "b" in trim else None)

    axes = range(filt.ndim) if axis is None else normalize_axis_tuple(axis, filt.ndim)
    along_axes = enumerate(as_numpy(np.argwhere(filt)).T)
    return filt[tuple(kept(positions) if k in axes else slice(None) for k, positions in along_axes)]


def _numbers(a: Array, axis: int | None) -> Array:
    """0, 1, 2, … for each position along an axis; without one, for each element."""
    if axis is None or not a.ndim:
        return np.arange(a.size)
    return np.arange(a.shape[normalize_axis_index(axis, a.ndim)])


def _plain(obj: Any) -> Any:
    """Indices as a NumPy array if they are a Tensor."""
    return as_numpy(obj) if hasattr(obj, "__array__") else obj
