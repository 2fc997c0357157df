"""Special functions, element by element: sinc, the Bessel function i0, and those in their derivatives.

The derivatives of sin x / x and of I₀ are Bessel functions of higher orders. Divided by a power of x,
each of these has the next one as its derivative, and a power series that begins with a constant.
"""

from itertools import count
from math import factorial, prod

import numpy as np

from ..lazy import as_numpy
from ..primitive import Array, Domain, primitive

_BOTH_FORMULAS = Domain(-6.0, 6.0)


@primitive("jₙ(x) / xⁿ", signature="()->()", domain=_BOTH_FORMULAS)
def spherical_bessel(x: Array, *, order: int = 0) -> Array:
    """z = sₙ(x) = jₙ(x) / xⁿ, with the spherical Bessel function jₙ;   x̄ = −z̄ ⊙ x sₙ₊₁(x)

    Numerics: a power series up to |x| = n + 1, where little cancels; above, the recurrence in n, which is
    stable there.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 10.1.2, 10.1.19, 10.1.24.
    """
    near = np.abs(x) <= order + 1
    small = np.where(near, x, 0)
    series = _confluent(order + 1.5, small * small / -4) / prod(range(1, 2 * order + 2, 2))
    large = np.where(near, order + 1, x)
    before, z = np.cos(large), np.sin(large) / large
    for n in range(order):
        before, z = z, ((2 * n + 1) * z - before) / large / large
    return np.where(near, series, z)


spherical_bessel.vjp(x=lambda g, x, order: -g * (x * spherical_bessel(x, order=order + 1)))


@primitive("Iₙ(x) / xⁿ", signature="()->()")
def modified_bessel(x: Array, *, order: int = 0) -> Array:
    """z = rₙ(x) = Iₙ(x) / xⁿ, with the modified Bessel function Iₙ;   x̄ = z̄ ⊙ x rₙ₊₁(x)

    Numerics: all terms of the power series are positive, so nothing cancels.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 9.6.10, 9.6.28.
    """
    return _confluent(order + 1, np.square(x) / 4) / (2**order * factorial(order))


modified_bessel.vjp(x=lambda g, x, order: g * (x * modified_bessel(x, order=order + 1)))


def _confluent(b: float, t: Array) -> Array:
    """₀F₁(b; t) = Σₖ tᵏ / (k! b (b + 1) … (b + k − 1)), to the last digit."""
    t = as_numpy(t)  # its values determine the number of terms
    z = term = np.ones_like(t)
    for k in count(1):
        term = term * (t / (k * (b + k - 1)))
        z = z + term
        if not (np.abs(term) > np.finfo(t.dtype).eps * np.abs(z)).any():
            return z


@primitive("sinc", np.sinc, signature="()->()")
def sinc(x: Array) -> Array:
    """z = sin πx / πx;   x̄ = −z̄ ⊙ π² x s₁(πx)   (s₁: spherical_bessel)

    Numerics: smooth at 0, where z = 1.
    """
    return np.sinc(x)


sinc.vjp(x=lambda g, x: -g * (np.pi**2 * x * spherical_bessel(np.pi * x, order=1)))


@primitive("I₀", np.i0, signature="()->()")
def i0(x: Array) -> Array:
    """z = I₀(x);   x̄ = z̄ ⊙ x r₁(x)   (r₁: modified_bessel)"""
    return np.i0(x)


i0.vjp(x=lambda g, x: g * (x * modified_bessel(x, order=1)))
