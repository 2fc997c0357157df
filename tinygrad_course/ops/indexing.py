"""Selecting elements, and its transpose: putting them back where they came from."""

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..composition import composition
from ..primitive import Array, primitive


@primitive("[ ]")
def getitem(x: Array, *, index: Any) -> Array:
    """z = x[index], basic, integer, boolean or mixed;   x̄ = z̄ added at index into zeros"""
    return x[index]


@primitive("[ ]ᵀ")
def scatter_add(x: Array, *, index: Any, shape: tuple[int, ...]) -> Array:
    """z = zeros(shape);  z[index] += x, repeated indices adding up;   x̄ = z̄[index]"""
    z: Array = np.zeros(shape, dtype=x.dtype)
    if _selects_each_once(index):
        z[index] = x
    else:
        np.add.at(z, index, x)
    return z


# Each is the transpose of the other, and so the other's rule.
getitem.vjp(x=lambda g, x_shape, index: scatter_add(g, index=index, shape=x_shape))
scatter_add.vjp(x=lambda g, index: g[index])


def _selects_each_once(index: Any) -> bool:
    """Whether no element can be selected twice: slices, numbers and masks, but no integer arrays."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None
        or part is Ellipsis
        or isinstance(part, (slice, int, np.integer))
        or getattr(part, "dtype", None) == np.bool_
        for part in parts
    )


@composition(np.take)
def take(a: Array, indices: Any, axis: int | None = None, mode: str = "raise") -> Array:
    """z = a[indices] along an axis, or of all elements in a row without one"""
    if axis is None or not a.ndim:
        a, axis = a.reshape(-1) if a.ndim != 1 else a, 0
    axis = normalize_axis_index(axis, a.ndim)
    places = np.asarray(indices)
    # An empty list has become floats.
    places = places.astype(np.intp, casting="same_kind" if places.size else "unsafe")
    if mode == "wrap":
        places = places % a.shape[axis]
    elif mode == "clip":
        places = np.clip(places, 0, a.shape[axis] - 1)
    elif mode != "raise":
        raise ValueError(f"clipmode must be one of 'clip', 'raise', or 'wrap' (got {mode!r})")
    return a[(slice(None),) * axis + (places,)]


@composition(np.take_along_axis)
def take_along_axis(arr: Array, indices: Any, axis: int | None = -1) -> Array:
    """z = arr[…, indices, …]: a row of indices for each row of elements along the axis

    What argsort and argmax give, it turns into what sort and max give.
    """
    if axis is None:
        arr, axis = arr.reshape(-1), 0
    axis = normalize_axis_index(axis, arr.ndim)
    places = np.asarray(indices)
    if places.dtype.kind not in "iu":
        raise IndexError("`indices` must be an integer array")
    if places.ndim != arr.ndim:
        raise ValueError("`indices` and `arr` must have the same number of dimensions")
    index = list(np.indices(arr.shape, sparse=True))
    index[axis] = places
    return arr[tuple(index)]


@composition(np.bincount)
def bincount(x: Any, weights: Array = None, minlength: int = 0) -> Array:
    """zₖ = Σ weights where x = k, in float64; without weights, how many they are"""
    places = np.array(x)  # a copy: the backward pass needs it as it is now
    if not hasattr(weights, "dtype"):
        return np.bincount(places, weights, minlength)
    length = len(np.bincount(places, np.zeros(weights.shape), minlength))
    doubles = weights if weights.dtype == np.float64 else weights.astype(np.float64)
    return scatter_add(doubles, index=places, shape=(length,))
