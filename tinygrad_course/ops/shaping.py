"""Moving elements without changing them: reshape, transpose, stretch, join, convert."""

from typing import Any

import numpy as np

from ..primitive import Array, primitive

Shape = tuple[int, ...]


@primitive("reshape", np.reshape)
def reshape(x: Array, *, shape: int | Shape) -> Array:
    """z = x in another shape;   x̄ = z̄ in the shape of x"""
    return x.reshape(shape)


reshape.vjp(x=lambda g, x_shape: g.reshape(x_shape))


@primitive("ᵀ", np.transpose)
def transpose(x: Array, *, axes: Shape | None = None) -> Array:
    """z = x with its axes permuted (reversed without `axes`);   x̄ = z̄ with the inverse permutation"""
    return x.transpose(axes)


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


@primitive("moveaxis", np.moveaxis)
def moveaxis(x: Array, *, source: int | Shape, destination: int | Shape) -> Array:
    """z = x with axes moved from source to destination;   x̄ = z̄ with them moved back"""
    return np.moveaxis(x, source, destination)


moveaxis.vjp(x=lambda g, source, destination: np.moveaxis(g, destination, source))


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


@primitive("broadcast", np.broadcast_to, broadcasts=True)
def broadcast_to(x: Array, *, shape: int | Shape) -> Array:
    """z = x stretched to shape;   x̄ = z̄ summed over the stretched axes"""
    return np.broadcast_to(x, shape)


# The engine sums over stretched axes, here as everywhere.
broadcast_to.vjp(x=lambda g: g)


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


@primitive("astype")
def astype(x: Array, *, dtype: Any) -> Array:
    """z = x in another dtype;   x̄ = z̄ in the dtype of x"""
    return x.astype(dtype)


# The engine brings every cotangent back to its operand's dtype.
astype.vjp(x=lambda g: g)


@primitive("=")
def identity(x: Array) -> Array:
    """z = x;   x̄ = z̄

    A node of its own for the same value: where `grad` of a function starts to look.
    """
    return x


identity.vjp(x=lambda g: g)
