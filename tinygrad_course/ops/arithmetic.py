"""Element by element: + − × ÷, remainders, powers and roots, absolute values."""

import numpy as np

from ..primitive import KINK_AT_ZERO, POSITIVE, Array, Domain, primitive

_NONZERO = Domain(low=0.3)


@primitive("+", np.add, signature="(),()->()")
def add(x: Array, y: Array) -> Array:
    """z = x + y;   x̄ = z̄,   ȳ = z̄"""
    return np.add(x, y)


add.vjp(x=lambda g: g, y=lambda g: g)


@primitive("−", np.subtract, signature="(),()->()")
def subtract(x: Array, y: Array) -> Array:
    """z = x − y;   x̄ = z̄,   ȳ = −z̄"""
    return np.subtract(x, y)


subtract.vjp(x=lambda g: g, y=lambda g: -g)


@primitive("×", np.multiply, signature="(),()->()")
def multiply(x: Array, y: Array) -> Array:
    """z = x ⊙ y;   x̄ = z̄ ⊙ y,   ȳ = z̄ ⊙ x"""
    return np.multiply(x, y)


multiply.vjp(x=lambda g, y: g * y, y=lambda g, x: g * x)


@primitive("÷", np.divide, signature="(),()->()", domain={"y": _NONZERO})
def divide(x: Array, y: Array) -> Array:
    """z = x / y;   x̄ = z̄ / y,   ȳ = −z̄ ⊙ z / y"""
    return np.divide(x, y)


divide.vjp(x=lambda g, y: g / y, y=lambda g, y, out: -g * out / y)


@primitive("−x", np.negative, signature="()->()")
def negative(x: Array) -> Array:
    """z = −x;   x̄ = −z̄"""
    return np.negative(x)


negative.vjp(x=lambda g: -g)


@primitive("xʸ", np.power, signature="(),()->()", domain={"x": POSITIVE})
def power(x: Array, y: Array) -> Array:
    """z = xʸ;   x̄ = z̄ ⊙ y xʸ⁻¹,   ȳ = z̄ ⊙ z ln x

    Numerics: where y = 0 the slope in x is 0, at x = 0 too; where x ≤ 0 the slope in y is taken
    as 0, since ln x does not exist.
    """
    return np.power(x, y)


def _one_less(exponent: Array) -> Array:
    """y − 1, but 1 where y = 0: there the factor y is 0 already, and 0 · 0⁻¹ would be NaN."""
    if isinstance(exponent, (int, float)):
        return exponent - 1 if exponent else 1
    if exponent.dtype == bool:
        return ~exponent  # y − 1 would be int64, and float32 to its power float64
    return np.where(exponent == 0, 1, exponent - 1)


def _log_of_base(base: Array) -> Array:
    """ln x, but 0 where it does not exist."""
    if isinstance(base, (int, float)):
        # A Python float, since a NumPy one would make float32 cotangents float64.
        return float(np.log(base)) if base > 0 else 0.0
    return np.log(np.where(base > 0, base, 1))


power.vjp(
    x=lambda g, x, y: g * y * x ** _one_less(y),
    y=lambda g, x, out: g * out * _log_of_base(x),
)


@primitive("x²", np.square, signature="()->()")
def square(x: Array) -> Array:
    """z = x²;   x̄ = z̄ ⊙ 2x"""
    return np.square(x)


square.vjp(x=lambda g, x: g * (x + x))


@primitive("√", np.sqrt, signature="()->()", domain=POSITIVE)
def sqrt(x: Array) -> Array:
    """z = √x;   x̄ = z̄ / 2√x"""
    return np.sqrt(x)


sqrt.vjp(x=lambda g, out: g / (out + out))


@primitive("|x|", np.absolute, signature="()->()", domain=KINK_AT_ZERO)
def abs(x: Array) -> Array:
    """z = |x|;   x̄ = z̄ ⊙ sign x

    Numerics: the subgradient at 0 is 0.
    """
    return np.absolute(x)


abs.vjp(x=lambda g, x: g * np.sign(x))
