"""Norms of vectors and matrices, and condition numbers."""

from typing import Any

import numpy as np

from ..composition import composition
from ..errors import DegenerateError
from ..lazy import known
from ..numerics import away_from_zero, narrowed, widened
from ..primitive import Array, Axis, primitive


@primitive("‖x‖", signature="(n)->()", broadcasts=False)
def norm(x: Array, *, ord: float = 2, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = (Σ |x|ᵖ)^(1/p) with p = ord;   x̄ = z̄ sign x (|x| / z)ᵖ⁻¹, which is z̄ x / z for p = 2

    Numerics: the subgradient is 0 where z is 0, and for an element that is 0, and so are their second
    derivatives.
    """
    wide = widened(x)
    if ord == 2:
        return narrowed(np.sqrt((wide * wide).sum(axis=axis, keepdims=keepdims)), x)
    return narrowed((np.abs(wide) ** ord).sum(axis=axis, keepdims=keepdims) ** (1 / ord), x)


def _norm_vjp(g: Array, x: Array, out: Array, ord: float, axis: Axis, keepdims: bool) -> Array:
    if axis is not None and not keepdims:
        g, out = np.expand_dims(g, axis), np.expand_dims(out, axis)
    ratio = x / away_from_zero(out)
    if ord == 2:
        return g * ratio
    size = np.where(ratio == 0, 1, np.abs(ratio))
    return g * (out != 0) * np.sign(x) * size ** (ord - 1)


norm.vjp(x=_norm_vjp)


@composition(np.linalg.norm)
def norm_of_array(x: Array, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Array:
    """z = the norm of all, of vectors along an axis, or of matrices along two

    For vectors ord is p, ±∞, or 0, which counts and so returns a plain array; for matrices it is "fro",
    "nuc", ±1, ±2 or ±∞, of which ±2 and "nuc" use singular values.
    """
    x = _floating(x)
    flat = ord is None or (x.ndim == 1 and ord == 2) or (x.ndim == 2 and ord in ("f", "fro"))
    if axis is None and flat:
        return norm(x, keepdims=keepdims)
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if len(axes) == 1:
        return _of_vectors(x, ord, axes, keepdims)
    if len(axes) == 2:
        return _of_matrices(x, ord, axes, keepdims)
    raise ValueError("Improper number of dimensions to norm.")


@composition(np.linalg.vector_norm)
def vector_norm(x: Array, axis: Axis = None, keepdims: bool = False, ord: float = 2) -> Array:
    """z = the norm of the vectors that all axes, or some of them, make up together"""
    axes = tuple(range(x.ndim)) if axis is None else axis
    return _of_vectors(_floating(x), ord, axes, keepdims)


@composition(np.linalg.matrix_norm)
def matrix_norm(x: Array, keepdims: bool = False, ord: Any = "fro") -> Array:
    """z = the norm of the matrices that the last two axes make up"""
    return _of_matrices(_floating(x), ord, (-2, -1), keepdims)


def _floating(x: Array) -> Array:
    return x if x.dtype.kind == "f" else x.astype(float)


def _of_vectors(x: Array, ord: Any, axis: Axis, keepdims: bool) -> Array:
    if ord is None:
        return norm(x, axis=axis, keepdims=keepdims)
    if isinstance(ord, str):
        raise ValueError(f"Invalid norm order '{ord}' for vectors")
    if ord == 0:
        return (x != 0).astype(x.dtype).sum(axis=axis, keepdims=keepdims)
    size = np.abs(x)
    if ord == 1:
        return size.sum(axis=axis, keepdims=keepdims)
    if ord == np.inf:
        return _largest(size, axis, keepdims)
    if ord == -np.inf:
        return size.min(axis=axis, keepdims=keepdims)
    return norm(x, ord=float(ord), axis=axis, keepdims=keepdims)


def _of_matrices(x: Array, ord: Any, axes: tuple[int, ...], keepdims: bool) -> Array:
    if ord in (None, "fro", "f"):
        return norm(x, axis=axes, keepdims=keepdims)
    rows, columns = axes
    if ord in (2, -2, "nuc"):
        s = np.linalg.svdvals(np.moveaxis(x, axes, (-2, -1)))
        z = s.sum(axis=-1) if ord == "nuc" else _largest(s, -1) if ord == 2 else s.min(axis=-1)
    elif ord in (1, -1, np.inf, -np.inf):
        sums = np.abs(x).sum(axis=rows if ord in (1, -1) else columns, keepdims=True)
        z = _largest(sums, axes) if ord > 0 else sums.min(axis=axes)
    else:
        raise ValueError("Invalid norm order for matrices.")
    return np.expand_dims(z, axes) if keepdims else z


def _largest(x: Array, axis: Axis, keepdims: bool = False) -> Array:
    # The norm of an empty array is 0.
    return (x.max if x.size else x.sum)(axis=axis, keepdims=keepdims)


@composition(np.linalg.cond)
def cond(x: Array, p: Any = None) -> Array:
    """z = ‖x‖ ‖x⁻¹‖ for the norms that `norm` has; without p or with 2, largest by smallest singular value

    Raises: DegenerateError or numpy.linalg.LinAlgError if a matrix is singular, as its condition number is
    infinite.
    """
    if p not in (None, 2, -2):
        return np.linalg.norm(x, p, (-2, -1)) * np.linalg.norm(np.linalg.inv(x), p, (-2, -1))
    s = np.linalg.svdvals(x)
    top, bottom = (s[..., -1], s[..., 0]) if p == -2 else (s[..., 0], s[..., -1])
    if known((bottom == 0).any()):
        raise DegenerateError("cond: a matrix is singular, so its condition number is infinite")
    return top / bottom
