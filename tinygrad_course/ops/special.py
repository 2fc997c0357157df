"""Special functions, element by element: sinc, the Bessel function i0, the normal distribution, and those in
their derivatives.

The derivatives of sin x / x and of I₀ are Bessel functions of higher orders. Divided by a power of x,
each of these has the next one as its derivative, and a power series that begins with a constant.
"""

from itertools import count
from math import factorial, prod

import numpy as np

from ..lazy import as_numpy
from ..numerics import in_single
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


# --- the normal distribution ----------------------------------------------------------------------


@primitive("φ", signature="()->()")
def normal_density(x: Array) -> Array:
    """z = φ(x) = exp(−x²/2) / √(2π), the density of normal numbers;   x̄ = −z̄ ⊙ x φ(x)"""
    size = np.minimum(np.abs(x), 100)  # φ is 0 there; the square would overflow
    return np.exp(-0.5 * (size * size)) * (0.5 / np.pi) ** 0.5


def _normal_density_vjp(g: Array, x: Array) -> Array:
    near = np.minimum(np.maximum(x, -100), 100)
    return -g * (near * normal_density(near))


normal_density.vjp(x=_normal_density_vjp)


_TAIL = (
    *(1.2375126308378275, -0.14024059858554525, 0.0035854154854790257, 0.08227673848999506),
    *(-0.10880393014244462, 0.09230432116428125, -0.05869339857664934, 0.02836227737211114),
    *(-0.009746579683265262, 0.0017556261651970652, 0.000293714378044958, -0.00029015535246077655),
    *(5.164652974177416e-05, 2.2387565714911816e-05, -1.1438048033346894e-05),
    *(-9.792625707303523e-07, 1.7419821586224816e-06, -5.084465378687302e-08),
    *(-2.4857126248016745e-07, 1.879082322370048e-08, 3.197926671666804e-08),
    *(-1.9551358868985616e-09, -2.623107347133476e-09),
)
"""The polynomial of degree 22 that is (1 + 2 y) exp(y²) erfc y in t = (y − 3.75) / (y + 3.75), for y ≥ 0."""

_TAIL_IN_SINGLE = (
    *(1.27697839, -0.0927637628, -0.166031096, 0.164049454),
    *(-0.0542119585, -0.00801896308, 0.00868915966, 0.00121741059),
    *(-0.00139570695, -0.000357920448, 0.000160803582, 6.33694584e-05),
)
"""The same to the digits of single precision, with degree 11 and 2 in place of 3.75: half the work."""


@primitive("Φ", signature="()->()", domain=Domain(-6.0, 6.0))
def normal_cdf(x: Array) -> Array:
    """z = Φ(x) = ½ erfc(−x / √2), the probability that a normal number is below x;   x̄ = z̄ ⊙ φ(x)

    Numerics: right to the last digits also far to the left, where it is small. exp(−x²/2) is computed as
    two factors, since the rounding error of x² would be as many digits as x² has.

    Source: Shepherd, Laframboise, "Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x < ∞",
    Mathematics of Computation 36, 1981. W. J. Cody, "Rational Chebyshev approximations for the error
    function", 1969, for the two factors.
    """
    return in_single(_normal_cdf, x)


_CHUNK = 2**13
"""Fifty operations on so many numbers, and their results, stay in the processor's cache."""


def _normal_cdf(x: Array) -> Array:
    if not isinstance(x, np.ndarray) or x.size <= _CHUNK:
        return _normal_cdf_of_chunk(x)
    flat = x.reshape(-1)
    first = _normal_cdf_of_chunk(flat[:_CHUNK])
    z = np.empty(flat.shape, first.dtype)
    z[:_CHUNK] = first
    for i in range(_CHUNK, flat.size, _CHUNK):
        z[i : i + _CHUNK] = _normal_cdf_of_chunk(flat[i : i + _CHUNK])
    return z.reshape(x.shape)


def _normal_cdf_of_chunk(x: Array) -> Array:
    size = np.minimum(np.abs(x), 40)  # Φ(−40) is 0, to the last digit of any float
    y = size * 0.5**0.5
    middle, tail = (2.0, _TAIL_IN_SINGLE) if x.dtype.char == "f" else (3.75, _TAIL)
    t = (y - middle) / (y + middle)
    scaled = t * tail[-1]
    for coefficient in tail[-2:0:-1]:
        scaled += coefficient
        scaled *= t
    scaled += tail[0]
    coarse = np.trunc(size * 16) / 16  # its square is exact
    factor = np.exp(-0.5 * coarse * coarse) * np.exp(-0.5 * (size - coarse) * (size + coarse))
    below = 0.5 * factor * scaled / (1 + 2 * y)
    return np.where(x > 0, 1 - below, below)


normal_cdf.vjp(x=lambda g, x: g * normal_density(x))
