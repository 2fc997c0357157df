"""Polynomials by their coefficients, the highest power first; convolution, which is their product."""

from typing import Any

import numpy as np

from ..composition import composition
from ..errors import ShapeError, UnsupportedError
from ..lazy import known
from ..numerics import in_single
from ..primitive import Array, Shape, primitive


@primitive("∗", np.convolve)
def convolve(x: Array, y: Array, *, mode: Any = "full") -> Array:
    """zₖ = Σ xᵢ yₖ₋ᵢ;   x̄ᵢ = Σ z̄ₖ yₖ₋ᵢ,   ȳᵢ = Σ z̄ₖ xₖ₋ᵢ

    Shapes: (n),(m)->(n+m-1) in mode "full"; in mode "same" the length is that of the longer operand, and
    in mode "valid" only the part where both overlap completely is kept.
    """
    return np.convolve(x, y, mode)


def _convolve_vjp(g: Array, shape: Shape, other: Array) -> Array:
    other = np.reshape(other, -1)  # it may be a number
    own = shape[0] if shape else 1
    full = own + other.size - 1
    if g.size == full:
        return np.convolve(g, other[::-1], "valid").reshape(shape)
    # "same" and "valid" are cut out of the middle of "full". A border of zeros around g would do, but 0 · ∞
    # is NaN.
    start = other.size - 1 - (full - g.size) // 2
    return np.convolve(g, other[::-1])[start : start + own].reshape(shape)


convolve.vjp(
    x=lambda g, x_shape, y: _convolve_vjp(g, x_shape, y),
    y=lambda g, y_shape, x: _convolve_vjp(g, y_shape, x),
)


@composition(np.correlate)
def correlate(a: Array, v: Array, mode: Any = "valid") -> Array:
    """zₖ = Σ aᵢ₊ₖ vᵢ"""
    if len(v) > len(a):
        return np.convolve(v, a[::-1], mode)[::-1]
    return np.convolve(a, v[::-1], mode)


@primitive("p(x)")
def polynomial(p: Array, x: Array) -> Array:
    """z = Σ pₖ xⁿ⁻¹⁻ᵏ;   p̄ₖ = Σ z̄ xⁿ⁻¹⁻ᵏ,   x̄ = z̄ p′(x)

    Shapes: (n),(…)->(…)
    """
    return in_single(np.polyval, p, x)


def _polynomial_vjp_p(g: Array, p_shape: Shape, x: Array) -> Array:
    powers = np.vander(np.reshape(x, -1), p_shape[0])
    return g.reshape(-1) @ powers.astype(g.dtype)  # vander of float32 is float64


def _polynomial_vjp_x(g: Array, p: Array, x: Array) -> Array:
    slope = p[:-1] * np.arange(len(p) - 1, 0, -1).astype(g.dtype)
    return g * in_single(np.polyval, slope, x)


polynomial.vjp(p=_polynomial_vjp_p, x=_polynomial_vjp_x)


@composition(np.polyval)
def polyval(p: Array, x: Array) -> Array:
    """z = p(x), for each element of x

    Raises: ShapeError unless p is a vector; UnsupportedError if x is a polynomial itself.
    """
    if isinstance(x, np.poly1d):
        raise UnsupportedError("numpy.polyval: x is a poly1d, which can't hold Tensors")
    if np.ndim(p) != 1:
        raise ShapeError(
            f"numpy.polyval: the coefficients are a vector, not of shape {np.shape(p)}"
        )
    return polynomial(p, x)


@composition(np.polyadd)
def polyadd(a1: Array, a2: Array) -> Array:
    """z = a₁ + a₂, with zeros before the shorter one"""
    a1, a2 = np.atleast_1d(a1), np.atleast_1d(a2)
    return _padded(a1, len(a2)) + _padded(a2, len(a1))


@composition(np.polysub)
def polysub(a1: Array, a2: Array) -> Array:
    """z = a₁ − a₂, with zeros before the shorter one"""
    a1, a2 = np.atleast_1d(a1), np.atleast_1d(a2)
    return _padded(a1, len(a2)) - _padded(a2, len(a1))


def _padded(a: Array, length: int) -> Array:
    missing = length - len(a)
    return np.concatenate([np.zeros(missing, dtype=a.dtype), a]) if missing > 0 else a


@composition(np.polymul)
def polymul(a1: Array, a2: Array) -> Array:
    """z = a₁ ∗ a₂

    Raises: UnsupportedError if a polynomial has a leading zero: NumPy drops it, but its gradient is not 0.
    """
    a1, a2 = np.atleast_1d(a1), np.atleast_1d(a2)
    if any(len(a) > 1 and known((a[0] == 0).all()) for a in (a1, a2)):
        raise UnsupportedError(
            "numpy.polymul drops the leading zeros of a polynomial, and their gradients would be "
            "lost: numpy.convolve keeps them"
        )
    return np.convolve(a1, a2)


@composition(np.polyder)
def polyder(p: Array, m: int = 1) -> Array:
    """z = the m-th derivative of p"""
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    for _ in range(m):
        p = p[:-1] * np.arange(len(p) - 1, 0, -1)
    return p


@composition(np.polyint)
def polyint(p: Array, m: int = 1, k: Any = None) -> Array:
    """z = p integrated m times, with the constants k, one for each time or one for all"""
    if m < 0:
        raise ValueError("Order of integral must be positive (see polyder)")
    k = np.atleast_1d(0.0 if k is None else k)
    if 1 < len(k) < m:
        raise ValueError("k must be a scalar or a rank-1 array of length 1 or >m.")
    for i in range(m):
        constant = k[i : i + 1] if len(k) > 1 else k
        p = np.concatenate([p / np.arange(len(p), 0, -1), constant])
    return p


@composition(np.vander)
def vander(x: Array, N: int | None = None, increasing: bool = False) -> Array:
    """zᵢⱼ = xᵢᴺ⁻¹⁻ʲ, or xᵢʲ if `increasing`"""
    if x.ndim != 1:
        raise ShapeError(f"numpy.vander takes a vector, not shape {x.shape}")
    powers = np.arange(len(x) if N is None else N)
    return x[:, None] ** (powers if increasing else powers[::-1])
