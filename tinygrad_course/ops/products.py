"""Products: matmul in all its shape combinations, dot, tensordot, outer, cross, kron."""

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..composition import composition
from ..errors import ShapeError
from ..lazy import is_concrete
from ..numerics import total
from ..primitive import Array, Shape, primitive


@primitive("@", np.matmul, np.linalg.matmul, signature="(m?,n),(n,p?)->(m?,p?)")
def matmul(x: Array, y: Array) -> Array:
    """z = x @ y;   x̄ = z̄ @ yᵀ,   ȳ = xᵀ @ z̄

    Shapes: (m,n),(n,p)->(m,p); a 1-D operand is a row on the left and a column on the right;
    axes before the last two are batch axes and broadcast.
    """
    return np.matmul(x, y)


def _matmul_vjp_x(g: Array, x_shape: Shape, y: Array) -> Array:
    if y.ndim == 1:
        return g[..., None] * y if len(x_shape) > 1 else g * y
    if len(x_shape) == 1:
        return (y @ g[..., None])[..., 0]
    # On small matrices .dot takes half the time of @.
    return g.dot(y.T) if g.ndim == y.ndim == 2 else g @ y.swapaxes(-1, -2)


def _matmul_vjp_y(g: Array, y_shape: Shape, x: Array) -> Array:
    if x.ndim == 1:
        return x[:, None] * g[..., None, :] if len(y_shape) > 1 else g * x
    if len(y_shape) == 1:
        return (x.swapaxes(-1, -2) @ g[..., None])[..., 0]
    if x.ndim == g.ndim == 2 and isinstance(g, np.ndarray):
        return x.T.dot(g)
    return x.swapaxes(-1, -2) @ g


matmul.vjp(x=_matmul_vjp_x, y=_matmul_vjp_y)


@primitive("·", np.dot)
def dot(x: Array, y: Array) -> Array:
    """z = x · y, over the last axis of x and the last but one of y;   x̄ = z̄ · yᵀ,   ȳ = xᵀ · z̄

    Shapes: (…,n),(n)->(…);  (…,n),(…′,n,p)->(…,…′,p); with a scalar it multiplies.
    """
    return np.dot(x, y)


def _dot_vjp_x(g: Array, x_shape: Shape, y: Array) -> Array:
    y_ndim = np.ndim(y)  # y may be a Python number
    if not (x_shape and y_ndim):
        return g * y if x_shape else total(g * y)
    if len(x_shape) <= 2 and y_ndim <= 2:
        return _matmul_vjp_x(g, x_shape, y)
    return _tensordot_vjp_x(g, x_shape, y, (-1, max(y_ndim - 2, 0)))


def _dot_vjp_y(g: Array, y_shape: Shape, x: Array) -> Array:
    x_ndim = np.ndim(x)
    if not (x_ndim and y_shape):
        return g * x if y_shape else total(g * x)
    if x_ndim <= 2 and len(y_shape) <= 2:
        return _matmul_vjp_y(g, y_shape, x)
    return _tensordot_vjp_y(g, y_shape, x, (-1, max(len(y_shape) - 2, 0)))


dot.vjp(x=_dot_vjp_x, y=_dot_vjp_y)


@primitive("tensordot", np.tensordot, np.linalg.tensordot)
def tensordot(x: Array, y: Array, *, axes: Any = 2) -> Array:
    """z = Σ x y over axes in pairs;   x̄ = Σ z̄ y over the other axes of y,   ȳ = Σ x z̄ over those of x

    `axes` is the number of last axes of x and first axes of y, or a list of axes for each.
    """
    if not is_concrete(y) and hasattr(axes, "__iter__"):
        # Dask miscounts negative axes of a NumPy array before a Dask array.
        axes = [normalize_axis_tuple(a, np.ndim(z), None, True) for a, z in zip(axes, (x, y))]
    return np.tensordot(x, y, axes)


def _summed(axes: Any, x_ndim: int, y_ndim: int) -> tuple[list[int], list[int]]:
    """The summed axes of x, and those of y that they are paired with."""
    if not hasattr(axes, "__iter__"):
        return list(range(x_ndim - axes, x_ndim)), list(range(axes))
    x_axes, y_axes = (a if hasattr(a, "__iter__") else [a] for a in axes)
    return [a % x_ndim for a in x_axes], [a % y_ndim for a in y_axes]


def _tensordot_vjp_x(g: Array, x_shape: Shape, y: Array, axes: Any) -> Array:
    x_axes, y_axes = _summed(axes, len(x_shape), np.ndim(y))
    x_free, y_free = _others(x_axes, len(x_shape)), _others(y_axes, np.ndim(y))
    contribution = np.tensordot(g, y, (range(len(x_free), g.ndim), y_free))
    # The last axes are those of y that were summed over, in their order in y.
    return _in_order(contribution, x_free + [x_axes[i] for i in np.argsort(y_axes)])


def _tensordot_vjp_y(g: Array, y_shape: Shape, x: Array, axes: Any) -> Array:
    x_axes, y_axes = _summed(axes, np.ndim(x), len(y_shape))
    x_free, y_free = _others(x_axes, np.ndim(x)), _others(y_axes, len(y_shape))
    contribution = np.tensordot(x, g, (x_free, range(len(x_free))))
    return _in_order(contribution, [y_axes[i] for i in np.argsort(x_axes)] + y_free)


def _others(axes: list[int], ndim: int) -> list[int]:
    return [a for a in range(ndim) if a not in axes]


def _in_order(x: Array, axes: list[int]) -> Array:
    """`x`, whose axes are the `axes` of another array, transposed to the order of that array."""
    return x.transpose(np.argsort(axes).tolist())


tensordot.vjp(x=_tensordot_vjp_x, y=_tensordot_vjp_y)


@composition(np.inner)
def inner(a: Array, b: Array) -> Array:
    """z = Σ a b, over the last axis of both; with a scalar it multiplies"""
    return np.dot(a, np.swapaxes(b, -1, -2) if np.ndim(a) and np.ndim(b) > 1 else b)


@composition(np.vdot)
def vdot(a: Array, b: Array) -> Array:
    """z = Σ a ⊙ b, both flattened first"""
    return np.dot(np.reshape(a, -1), np.reshape(b, -1))


@primitive("vecdot", np.vecdot, signature="(n),(n)->()")
def vecdot(x: Array, y: Array) -> Array:
    """z = Σ x ⊙ y, over the last axis;   x̄ = z̄ y,   ȳ = z̄ x"""
    return np.vecdot(x, y)


vecdot.vjp(x=lambda g, y: g[..., None] * y, y=lambda g, x: g[..., None] * x)


@composition(np.linalg.vecdot)
def vecdot_along(x1: Array, x2: Array, axis: int = -1) -> Array:
    """z = Σ x₁ ⊙ x₂, over an axis of both"""
    return np.vecdot(np.moveaxis(x1, axis, -1), np.moveaxis(x2, axis, -1))


if hasattr(np, "matvec"):  # from NumPy 2.2 on

    @primitive("matvec", np.matvec, signature="(m,n),(n)->(m)")
    def matvec(x: Array, y: Array) -> Array:
        """z = x y, for stacks of matrices and of vectors;   x̄ = z̄ yᵀ,   ȳ = xᵀ z̄"""
        return np.matvec(x, y)

    matvec.vjp(
        x=lambda g, y: g[..., :, None] * y[..., None, :],
        y=lambda g, x: np.vecmat(g, x),
    )

    @primitive("vecmat", np.vecmat, signature="(n),(n,p)->(p)")
    def vecmat(x: Array, y: Array) -> Array:
        """z = xᵀ y, for stacks of vectors and of matrices;   x̄ = y z̄,   ȳ = x z̄ᵀ"""
        return np.vecmat(x, y)

    vecmat.vjp(
        x=lambda g, y: np.matvec(y, g),
        y=lambda g, x: x[..., :, None] * g[..., None, :],
    )


@primitive("⊗", np.outer)
def outer(x: Array, y: Array) -> Array:
    """z = x yᵀ, both flattened first;   x̄ = z̄ y,   ȳ = z̄ᵀ x"""
    return np.outer(x, y)


outer.vjp(
    x=lambda g, x_shape, y: (g @ np.reshape(y, (-1,))).reshape(x_shape),
    y=lambda g, y_shape, x: (np.reshape(x, (-1,)) @ g).reshape(y_shape),
)


@composition(np.linalg.outer)
def outer_of_vectors(x1: Array, x2: Array) -> Array:
    """z = x₁ x₂ᵀ"""
    if not np.ndim(x1) == np.ndim(x2) == 1:
        raise ShapeError(
            f"numpy.linalg.outer takes two vectors, not shapes {np.shape(x1)} and {np.shape(x2)}: "
            f"numpy.outer flattens its operands"
        )
    return np.outer(x1, x2)


@composition(np.kron)
def kron(a: Array, b: Array) -> Array:
    """z = the blocks a₁₁ b, a₁₂ b, …, at the positions of the elements of a"""
    ndim = max(np.ndim(a), np.ndim(b))
    a_shape, b_shape = ((1,) * (ndim - np.ndim(x)) + np.shape(x) for x in (a, b))
    a = np.reshape(a, [side for n in a_shape for side in (n, 1)])
    b = np.reshape(b, [side for n in b_shape for side in (1, n)])
    return np.reshape(a * b, [m * n for m, n in zip(a_shape, b_shape, strict=True)])


@primitive("cross", signature="(3),(3)->(3)")
def cross(x: Array, y: Array) -> Array:
    """z = x × y, for vectors in space along the last axis;   x̄ = y × z̄,   ȳ = z̄ × x"""
    return np.linalg.cross(x, y)


cross.vjp(x=lambda g, y: cross(y, g), y=lambda g, x: cross(g, x))


@composition(np.linalg.cross)
def cross_along(x1: Array, x2: Array, axis: int = -1) -> Array:
    """z = x₁ × x₂, for vectors in space along an axis of both"""
    return np.moveaxis(cross(np.moveaxis(x1, axis, -1), np.moveaxis(x2, axis, -1)), -1, axis)


@composition(np.cross)
def cross_along_axes(
    a: Array, b: Array, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Array:
    """z = a × b, for vectors in space or in the plane; for two in the plane, only the third component

    Vectors in the plane stay supported with NumPy 2.5 and newer, which refuses arrays of them.
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    if a.shape[-1] == b.shape[-1] == 2:
        return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    if a.shape[-1] == 2:
        return -np.moveaxis(_cross_with_plane(b, a), -1, axisc)
    z = _cross_with_plane(a, b) if b.shape[-1] == 2 else cross(a, b)
    return np.moveaxis(z, -1, axisc)


def _cross_with_plane(a: Array, b: Array) -> Array:
    """a × b for a vector b in the plane. With a zero for its third component, 0 · ∞ would be NaN."""
    z = (
        -a[..., 2] * b[..., 1],
        a[..., 2] * b[..., 0],
        a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0],
    )
    return np.stack(z, axis=-1)
