"""Selecting elements by index, and its transpose: adding values at these indices."""

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..composition import composition
from ..lazy import as_numpy, is_concrete
from ..numerics import narrowed, widened
from ..primitive import Array, Shape, primitive


@primitive("[ ]")
def getitem(x: Array, *, index: Any) -> Array:
    """z = x[index], basic, integer, boolean or mixed;   x̄ = z̄ added at index into zeros"""
    return x[index]


@primitive("[ ]ᵀ")
def scatter_add(x: Array, *, index: Any, shape: Shape) -> Array:
    """z = zeros(shape);  z[index] += x, repeated indices adding up;   x̄ = z̄[index]"""
    if not is_concrete(x):
        return _added_in_rounds(x, index, shape)
    once = _selects_each_once(index)
    wide = x if once else widened(x)
    z: Array = np.zeros(shape, dtype=wide.dtype)
    if once:
        z[index] = wide
    else:
        np.add.at(z, index, wide)
    return narrowed(z, x)


# Each is the transpose of the other, and so each is the other's rule.
getitem.vjp(x=lambda g, x_shape, index: scatter_add(g, index=index, shape=x_shape))
scatter_add.vjp(x=lambda g, index: g[index])


def _selects_each_once(index: Any) -> bool:
    """Whether no element can be selected twice: by slices, integers and masks, but not by integer arrays."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None
        or part is Ellipsis
        or isinstance(part, (slice, int, np.integer))
        or getattr(part, "dtype", None) == np.bool_
        for part in parts
    )


def _added_in_rounds(x: Array, index: Any, shape: Shape) -> Array:
    """scatter_add for arrays that support item assignment, but not `np.add.at`.

    Each round writes every element once at most: an index that occurs three times needs three rounds.
    """
    z = np.zeros(shape, x.dtype, like=x)
    parts = _for_each_axis(index, len(shape))
    lists = [i for i, part in enumerate(parts) if np.ndim(part)]
    if len(lists) > 1 or any(parts[i].ndim > 1 for i in lists):
        # In the flattened array, one list of indices is enough.
        positions = np.arange(z.size).reshape(shape)[index].reshape(-1)
        return _added_in_rounds(x.reshape((-1,)), positions, (z.size,)).reshape(shape)
    x = x.reshape(z[tuple(parts)].shape)  # removes new axes
    if not x.size:
        return z
    if not lists:
        z[tuple(parts)] = x
        return z
    (own,) = lists
    positions = np.flatnonzero(parts[own]) if parts[own].dtype == bool else parts[own] % shape[own]
    axis = sum(isinstance(part, slice) for part in parts[:own])
    left = np.arange(len(positions))
    while len(left):
        _, first = np.unique(positions[left], return_index=True)
        parts[own] = positions[left[first]]
        once = np.zeros(shape, x.dtype, like=x)
        once[tuple(parts)] = x[(slice(None),) * axis + (left[first],)]
        z = z + once
        left = np.delete(left, first)
    return z


def _for_each_axis(index: Any, ndim: int) -> list[Any]:
    """The parts of an index: without new axes, slices for an ellipsis, and arrays for lists."""
    parts = [part for part in (index if isinstance(index, tuple) else (index,)) if part is not None]
    for i, part in enumerate(parts):
        if part is Ellipsis:
            parts[i : i + 1] = [slice(None)] * (ndim - len(parts) + 1)
            break
    return [part if isinstance(part, slice) else as_numpy(part)[()] for part in parts]


@composition(np.take)
def take(a: Array, indices: Any, axis: int | None = None, mode: str = "raise") -> Array:
    """z = a[indices] along an axis, or of all elements in a row without one"""
    if axis is None or not a.ndim:
        a, axis = a.reshape(-1) if a.ndim != 1 else a, 0
    axis = normalize_axis_index(axis, a.ndim)
    positions = as_numpy(indices)
    # An empty list became an array of floats.
    positions = positions.astype(np.intp, casting="same_kind" if positions.size else "unsafe")
    if mode == "wrap":
        positions = positions % a.shape[axis]
    elif mode == "clip":
        positions = np.clip(positions, 0, a.shape[axis] - 1)
    elif mode != "raise":
        raise ValueError(f"clipmode must be one of 'clip', 'raise', or 'wrap' (got {mode!r})")
    if positions.ndim == 1:
        return a[(slice(None),) * axis + (positions,)]
    # Flattened, since some array libraries only take 1-D indices.
    chosen = a[(slice(None),) * axis + (positions.reshape(-1),)]
    return chosen.reshape(a.shape[:axis] + positions.shape + a.shape[axis + 1 :])


@composition(np.take_along_axis)
def take_along_axis(arr: Array, indices: Any, axis: int | None = -1) -> Array:
    """z = arr[…, indices, …]: a row of indices for each row of elements along the axis

    With the indices of argsort or argmax it gives the elements of sort or max.
    """
    if axis is None:
        arr, axis = arr.reshape(-1), 0
    axis = normalize_axis_index(axis, arr.ndim)
    positions = as_numpy(indices)
    if positions.dtype.kind not in "iu":
        raise IndexError("`indices` must be an integer array")
    if positions.ndim != arr.ndim:
        raise ValueError("`indices` and `arr` must have the same number of dimensions")
    index = list(np.indices(arr.shape, sparse=True))
    index[axis] = positions
    return arr[tuple(index)]


@composition(np.bincount)
def bincount(x: Any, weights: Array = None, minlength: int = 0) -> Array:
    """zₖ = Σ weights where x = k, in float64; without weights, the number of such x"""
    positions = np.array(as_numpy(x))  # a copy: the backward pass needs it as it is now
    if not hasattr(weights, "dtype"):
        return np.bincount(positions, weights, minlength)
    length = len(np.bincount(positions, np.zeros(weights.shape), minlength))
    doubles = weights if weights.dtype == np.float64 else weights.astype(np.float64)
    return scatter_add(doubles, index=positions, shape=(length,))
