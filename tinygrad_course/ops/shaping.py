"""Moving elements without changing them: reshape, transpose, flip, roll, stretch, convert."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..composition import composition, numpy_named
from ..primitive import Array, Shape, primitive


@primitive("reshape", np.reshape)
def reshape(x: Array, *, shape: int | Shape) -> Array:
    """z = x in another shape;   x̄ = z̄ in the shape of x"""
    return x.reshape(shape)


reshape.vjp(x=lambda g, x_shape: g.reshape(x_shape))


@composition(np.ravel)
def ravel(a: Array) -> Array:
    """z = all elements in a row"""
    return a.reshape(-1)


@primitive("ᵀ", np.transpose)
def transpose(x: Array, *, axes: Shape | None = None) -> Array:
    """z = x with its axes permuted (reversed without `axes`);   x̄ = z̄ with the inverse permutation"""
    return x.transpose() if axes is None else x.transpose(axes)


def _transpose_vjp(g: Array, axes: Shape | None) -> Array:
    if axes is None:
        return g.transpose()
    inverse = [0] * len(axes)
    for to, source in enumerate(axes):
        inverse[source] = to
    return g.transpose(tuple(inverse))


transpose.vjp(x=_transpose_vjp)


@primitive("swapaxes", np.swapaxes)
def swapaxes(x: Array, *, axis1: int, axis2: int) -> Array:
    """z = x with two axes swapped;   x̄ = z̄ with the same two swapped back"""
    return x.swapaxes(axis1, axis2)


swapaxes.vjp(x=lambda g, axis1, axis2: g.swapaxes(axis1, axis2))


@composition(np.matrix_transpose, np.linalg.matrix_transpose)
def matrix_transpose(x: Array) -> Array:
    """z = x with its last two axes swapped"""
    return x.swapaxes(-1, -2)


@primitive("moveaxis", np.moveaxis)
def moveaxis(x: Array, *, source: int | Shape, destination: int | Shape) -> Array:
    """z = x with axes moved from source to destination;   x̄ = z̄ with them moved back"""
    return np.moveaxis(x, source, destination)


moveaxis.vjp(x=lambda g, source, destination: np.moveaxis(g, destination, source))


@composition(np.rollaxis)
def rollaxis(a: Array, axis: int, start: int = 0) -> Array:
    """z = a with one axis moved to before `start`"""
    # If each axis has its own number as its length, the new shape is the order of the axes.
    return a.transpose(np.rollaxis(np.empty(range(a.ndim)), axis, start).shape)


@primitive("squeeze", np.squeeze)
def squeeze(x: Array, *, axis: int | Shape | None = None) -> Array:
    """z = x without its axes of length 1;   x̄ = z̄ in the shape of x"""
    return x.squeeze(axis)


squeeze.vjp(x=lambda g, x_shape: g.reshape(x_shape))


@primitive("expand_dims", np.expand_dims)
def expand_dims(x: Array, *, axis: int | Shape) -> Array:
    """z = x with new axes of length 1;   x̄ = z̄ in the shape of x"""
    return np.expand_dims(x, axis)


expand_dims.vjp(x=lambda g, x_shape: g.reshape(x_shape))


def _at_least(arrays: Sequence[Array], new_axes: Sequence[Shape]) -> Any:
    """Each array with the new axes that belong to its number of dimensions."""
    arrays = [x if hasattr(x, "ndim") else np.asarray(x) for x in arrays]
    made = tuple(
        np.expand_dims(x, new_axes[x.ndim]) if x.ndim < len(new_axes) else x for x in arrays
    )
    return made[0] if len(made) == 1 else made


@composition(np.atleast_1d)
def atleast_1d(*arys: Array) -> Any:
    """z = x, or [x] if it is 0-d"""
    return _at_least(arys, [(0,)])


@composition(np.atleast_2d)
def atleast_2d(*arys: Array) -> Any:
    """z = x, as a row if it is 1-D"""
    return _at_least(arys, [(0, 1), (0,)])


@composition(np.atleast_3d)
def atleast_3d(*arys: Array) -> Any:
    """z = x, with the new axes around a vector and behind a matrix"""
    return _at_least(arys, [(0, 1, 2), (0, 2), (2,)])


@primitive("flip", np.flip)
def flip(m: Array, *, axis: int | Shape | None = None) -> Array:
    """z = m backwards along some axes, or all;   m̄ = z̄ backwards"""
    return np.flip(m, axis)


flip.vjp(m=lambda g, axis: np.flip(g, axis))


@composition(np.fliplr)
def fliplr(m: Array) -> Array:
    """z = m with its columns backwards"""
    return np.flip(m, 1)


@composition(np.flipud)
def flipud(m: Array) -> Array:
    """z = m with its rows backwards"""
    return np.flip(m, 0)


@composition(np.rot90)
def rot90(m: Array, k: int = 1, axes: Any = (0, 1)) -> Array:
    """z = m turned by k right angles, from the first of the axes towards the second"""
    np.rot90(np.empty((0,) * m.ndim), k, axes)  # NumPy's own errors
    if k % 2 == 0:
        return np.flip(m, tuple(axes) if k % 4 else ())
    return np.swapaxes(np.flip(m, axes[1] if k % 4 == 1 else axes[0]), *axes)


@primitive("roll", np.roll)
def roll(a: Array, *, shift: int | Shape, axis: int | Shape | None = None) -> Array:
    """z = a shifted by `shift`, cyclically;   ā = z̄ shifted back"""
    return np.roll(a, shift, axis)


roll.vjp(a=lambda g, shift, axis: np.roll(g, np.negative(shift), axis))


@composition(np.fft.fftshift)
def fftshift(x: Array, axes: int | Shape | None = None) -> Array:
    """z = x with the front of each axis moved to its middle"""
    axes, halves = _halves(x, axes)
    return np.roll(x, halves, axes)


@composition(np.fft.ifftshift)
def ifftshift(x: Array, axes: int | Shape | None = None) -> Array:
    """z = x with the middle of each axis moved to its front"""
    axes, halves = _halves(x, axes)
    return np.roll(x, np.negative(halves), axes)


def _halves(x: Array, axes: int | Shape | None) -> tuple[Any, Any]:
    """The axes, by default all, and half the length of each."""
    axes = tuple(range(x.ndim)) if axes is None else axes
    return axes, [x.shape[axis] // 2 for axis in np.ravel(axes)]


@primitive("broadcast", np.broadcast_to, broadcasts=True)
def broadcast_to(x: Array, *, shape: int | Shape) -> Array:
    """z = x stretched to shape;   x̄ = z̄ summed over the stretched axes"""
    return np.broadcast_to(x, shape)


# The engine sums over stretched axes, here as everywhere.
broadcast_to.vjp(x=lambda g: g)


@composition(np.broadcast_arrays)
def broadcast_arrays(*args: Array) -> tuple[Array, ...]:
    """z = all arrays stretched to the one shape that they broadcast to"""
    shape = np.broadcast_shapes(*map(np.shape, args))
    return tuple(np.broadcast_to(x, shape) for x in args)


@primitive("astype")
def astype(x: Array, *, dtype: Any) -> Array:
    """z = x in another dtype;   x̄ = z̄ in the dtype of x"""
    return x.astype(dtype)


# The engine brings every cotangent back to its operand's dtype.
astype.vjp(x=lambda g: g)


@composition(*numpy_named("astype"))
def converted(x: Array, dtype: Any, copy: bool = True) -> Array:
    """z = x in another dtype; `copy` makes no difference, since a result can't be written into"""
    return x.astype(dtype)


@primitive("copy", np.copy)
def copy(a: Array) -> Array:
    """z = a in memory of its own;   ā = z̄"""
    return a.copy()


copy.vjp(a=lambda g: g)


@primitive("=")
def identity(x: Array) -> Array:
    """z = x;   x̄ = z̄

    A new node with the same value, for an argument of a function that is differentiated.
    """
    return x


identity.vjp(x=lambda g: g)
