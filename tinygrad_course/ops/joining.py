"""Joining arrays: concatenate, stack and the functions that are written with them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..composition import composition
from ..primitive import Array, Shape, primitive


@primitive("concatenate", np.concatenate)
def concatenate(*arrays: Array, axis: int | None = 0) -> Array:
    """z = the arrays joined along an existing axis;   each x̄ = its own slice of z̄

    With axis=None they are flattened first, as in NumPy.
    """
    return np.concatenate(arrays, axis)


def _own_slice(g: Array, i: int, shapes: tuple[Shape, ...], axis: int | None) -> Array:
    along = 0 if axis is None else axis % g.ndim
    sizes = [int(np.prod(s)) if axis is None else s[along] for s in shapes]
    start = sum(sizes[:i])
    return g[(slice(None),) * along + (slice(start, start + sizes[i]),)].reshape(shapes[i])


concatenate.vjp(arrays=_own_slice)


@primitive("stack", np.stack)
def stack(*arrays: Array, axis: int = 0) -> Array:
    """z = the arrays along a new axis;   each x̄ = its own layer of z̄"""
    return np.stack(arrays, axis)


stack.vjp(arrays=lambda g, i, axis: g[(slice(None),) * (axis % g.ndim) + (i,)])


@composition(np.vstack)
def vstack(tup: Sequence[Array]) -> Array:
    """z = the arrays one below the other, vectors as rows"""
    return np.concatenate([np.atleast_2d(x) for x in tup])


@composition(np.hstack)
def hstack(tup: Sequence[Array]) -> Array:
    """z = the arrays side by side: along the second axis, vectors along their only one"""
    arrays = [np.atleast_1d(x) for x in tup]
    return np.concatenate(arrays, axis=0 if arrays and arrays[0].ndim == 1 else 1)


@composition(np.dstack)
def dstack(tup: Sequence[Array]) -> Array:
    """z = the arrays one behind the other, along a third axis"""
    return np.concatenate([np.atleast_3d(x) for x in tup], axis=2)


@composition(np.column_stack)
def column_stack(tup: Sequence[Array]) -> Array:
    """z = the arrays side by side, vectors as columns"""
    return np.concatenate([np.reshape(x, (-1, 1)) if np.ndim(x) < 2 else x for x in tup], axis=1)


@composition(np.block)
def block(arrays: Any) -> Array:
    """z = the arrays in nested lists: side by side in the innermost, below each other in the next, …"""
    if not isinstance(arrays, (list, tuple)):
        return np.copy(arrays)
    return _assembled(arrays, np.block(_hollow(arrays)).ndim)


def _hollow(arrays: Any) -> Any:
    """The same nested lists with empty arrays, so that NumPy checks their nesting without computing."""
    if isinstance(arrays, list):
        return [_hollow(x) for x in arrays]
    return arrays if isinstance(arrays, tuple) else np.empty((1,) * (np.ndim(arrays) - 1) + (0,))


def _assembled(arrays: Any, ndim: int) -> Array:
    if isinstance(arrays, list):
        return np.concatenate([_assembled(x, ndim) for x in arrays], axis=-_depth(arrays))
    new_axes = tuple(range(ndim - np.ndim(arrays)))
    return np.expand_dims(arrays, new_axes) if new_axes else arrays


def _depth(arrays: Any) -> int:
    return 1 + _depth(arrays[0]) if isinstance(arrays, list) else 0
