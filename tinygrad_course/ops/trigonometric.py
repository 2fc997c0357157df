"""Trigonometric and hyperbolic functions and their inverses, element by element; angles are in radians."""

import numpy as np

from ..lazy import is_concrete
from ..numerics import away_from_zero
from ..primitive import KINK_AT_ZERO, Array, Domain, primitive

_BELOW_ONE = Domain(-0.9, 0.9)
_ABOVE_ONE = Domain(1.2, 4.0)


@primitive("sin", np.sin, signature="()->()")
def sin(x: Array) -> Array:
    """z = sin x;   x̄ = z̄ ⊙ cos x"""
    return np.sin(x)


sin.vjp(x=lambda g, x: g * np.cos(x))


@primitive("cos", np.cos, signature="()->()")
def cos(x: Array) -> Array:
    """z = cos x;   x̄ = −z̄ ⊙ sin x"""
    return np.cos(x)


cos.vjp(x=lambda g, x: -g * np.sin(x))


@primitive("tan", np.tan, signature="()->()", domain=Domain(-1.3, 1.3))
def tan(x: Array) -> Array:
    """z = tan x;   x̄ = z̄ ⊙ (1 + z²)"""
    return np.tan(x)


tan.vjp(x=lambda g, out: g + g * (out * out))


@primitive("arcsin", np.arcsin, signature="()->()", domain=_BELOW_ONE)
def arcsin(x: Array) -> Array:
    """z = arcsin x;   x̄ = z̄ / √(1 − x²)

    Numerics: the slope at ±1 is infinite.
    """
    return np.arcsin(x)


def _one_minus_square(x: Array) -> Array:
    """1 − x², accurate near ±1 too."""
    return (1 - x) * (1 + x)


arcsin.vjp(x=lambda g, x: g / np.sqrt(_one_minus_square(x)))


@primitive("arccos", np.arccos, signature="()->()", domain=_BELOW_ONE)
def arccos(x: Array) -> Array:
    """z = arccos x;   x̄ = −z̄ / √(1 − x²)

    Numerics: the slope at ±1 is infinite.
    """
    return np.arccos(x)


arccos.vjp(x=lambda g, x: -g / np.sqrt(_one_minus_square(x)))


@primitive("arctan", np.arctan, signature="()->()")
def arctan(x: Array) -> Array:
    """z = arctan x;   x̄ = z̄ / (1 + x²)

    Numerics: as z̄ / r / r with r = √(1 + x²), since x² may overflow.
    """
    return np.arctan(x)


def _arctan_vjp(g: Array, x: Array) -> Array:
    r = np.hypot(1, x)
    return g / r / r


arctan.vjp(x=_arctan_vjp)


@primitive("√(x²+y²)", np.hypot, signature="(),()->()", domain=KINK_AT_ZERO)
def hypot(x: Array, y: Array) -> Array:
    """z = √(x² + y²);   x̄ = z̄ ⊙ x / z,   ȳ = z̄ ⊙ y / z

    Numerics: no square overflows. At x = y = 0, the tip of a cone, the slopes are 0. Beside ∞ they are ±1
    and 0.
    """
    return np.hypot(x, y)


@np.errstate(invalid="raise")
def _strict_ratio(x: Array, z: Array) -> Array:
    return x / z


def _share(x: Array, out: Array) -> Array:
    """x / z, and its limit where x is infinite."""
    if is_concrete(out):
        try:
            return _strict_ratio(x, away_from_zero(out))
        except FloatingPointError:  # ∞ / ∞
            pass
    beside, one = np.isinf(x), np.ones_like(out)
    return np.where(beside, np.copysign(one, x), x) / away_from_zero(np.where(beside, one, out))


hypot.vjp(
    x=lambda g, x, out: g * _share(x, out),
    y=lambda g, y, out: g * _share(y, out),
)


@primitive("arctan2", np.arctan2, signature="(),()->()", domain={"x": Domain(0.3, 3.0)})
def arctan2(y: Array, x: Array) -> Array:
    """z = the angle of the point (x, y);   ȳ = z̄ ⊙ x / r²,   x̄ = −z̄ ⊙ y / r²,   r² = x² + y²

    Numerics: r² does not overflow. At x = y = 0, where there is no angle, the slopes are 0, and where r is
    infinite.
    """
    return np.arctan2(y, x)


def _over_r_squared(z: Array, y: Array, x: Array) -> Array:
    r = away_from_zero(np.hypot(x, y))
    return np.where(np.isinf(r), np.zeros_like(r), z) / r / r


arctan2.vjp(
    y=lambda g, y, x: g * _over_r_squared(x, y, x),
    x=lambda g, y, x: -g * _over_r_squared(y, y, x),
)


@primitive("sinh", np.sinh, signature="()->()")
def sinh(x: Array) -> Array:
    """z = sinh x;   x̄ = z̄ ⊙ cosh x"""
    return np.sinh(x)


sinh.vjp(x=lambda g, x: g * np.cosh(x))


@primitive("cosh", np.cosh, signature="()->()")
def cosh(x: Array) -> Array:
    """z = cosh x;   x̄ = z̄ ⊙ sinh x"""
    return np.cosh(x)


cosh.vjp(x=lambda g, x: g * np.sinh(x))


@primitive("tanh", np.tanh, signature="()->()")
def tanh(x: Array) -> Array:
    """z = tanh x;   x̄ = z̄ ⊙ (1 − z²)

    Numerics: where z rounds to ±1 the slope is 0; its error is 1e-16 at most.
    """
    return np.tanh(x)


# Not g * (1 - out * out): on small arrays, a Python number costs more than another product.
tanh.vjp(x=lambda g, out: g - g * (out * out))


@primitive("arsinh", np.arcsinh, signature="()->()")
def arcsinh(x: Array) -> Array:
    """z = arsinh x;   x̄ = z̄ / √(1 + x²)"""
    return np.arcsinh(x)


arcsinh.vjp(x=lambda g, x: g / np.hypot(1, x))


@primitive("arcosh", np.arccosh, signature="()->()", domain=_ABOVE_ONE)
def arccosh(x: Array) -> Array:
    """z = arcosh x;   x̄ = z̄ / √(x² − 1)

    Numerics: as z̄ / (√(x − 1) √(x + 1)), which is accurate near 1, where the slope is infinite.
    """
    return np.arccosh(x)


arccosh.vjp(x=lambda g, x: g / (np.sqrt(x - 1) * np.sqrt(x + 1)))


@primitive("artanh", np.arctanh, signature="()->()", domain=_BELOW_ONE)
def arctanh(x: Array) -> Array:
    """z = artanh x;   x̄ = z̄ / (1 − x²)

    Numerics: at ±1, z and its slope are infinite.
    """
    return np.arctanh(x)


arctanh.vjp(x=lambda g, x: g / _one_minus_square(x))


@primitive("° → rad", np.deg2rad, np.radians, signature="()->()")
def deg2rad(x: Array) -> Array:
    """z = π x / 180;   x̄ = π z̄ / 180"""
    return np.deg2rad(x)


deg2rad.vjp(x=lambda g: np.deg2rad(g))


@primitive("rad → °", np.rad2deg, np.degrees, signature="()->()")
def rad2deg(x: Array) -> Array:
    """z = 180 x / π;   x̄ = 180 z̄ / π"""
    return np.rad2deg(x)


rad2deg.vjp(x=lambda g: np.rad2deg(g))


@primitive("unwrap", np.unwrap)
def unwrap(
    p: Array, *, discont: float | None = None, axis: int = -1, period: float = 2 * np.pi
) -> Array:
    """z = p with whole periods added, so that neighbours differ by half a period at most;   p̄ = z̄

    Numerics: where p jumps by exactly half a period, too, each element keeps its slope of 1.
    """
    return np.unwrap(p, discont, axis, period=period)


unwrap.vjp(p=lambda g: g)
