"""Element by element: + − × ÷, remainders, powers and roots, absolute values."""

import numpy as np

from ..composition import composition
from ..primitive import KINK_AT_ZERO, POSITIVE, Array, Domain, primitive

_NONZERO = Domain(low=0.3)
_WITHIN_A_STEP = {"x": Domain(3.1, 3.9), "y": Domain(2.1, 3.0)}  # x / y is between 1 and 2


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


@primitive("1/x", np.reciprocal, signature="()->()", domain=_NONZERO)
def reciprocal(x: Array) -> Array:
    """z = 1 / x;   x̄ = −z̄ ⊙ z²"""
    return np.reciprocal(x)


reciprocal.vjp(x=lambda g, out: -g * (out * out))


@primitive("⌊x/y⌋", np.floor_divide, signature="(),()->()", domain=_WITHIN_A_STEP)
def floor_divide(x: Array, y: Array) -> Array:
    """z = ⌊x / y⌋;   x̄ = 0,   ȳ = 0"""
    return np.floor_divide(x, y)


floor_divide.vjp(x=lambda g: np.zeros_like(g), y=lambda g: np.zeros_like(g))


@primitive("mod", np.remainder, signature="(),()->()", domain=_WITHIN_A_STEP)
def remainder(x: Array, y: Array) -> Array:
    """z = x − y ⌊x / y⌋, with the sign of y;   x̄ = z̄,   ȳ = −z̄ ⊙ ⌊x / y⌋

    Numerics: at a jump of z, the slopes are those beside it.
    """
    return np.remainder(x, y)


remainder.vjp(x=lambda g: g, y=lambda g, x, y: -g * (x // y))


@primitive("fmod", np.fmod, signature="(),()->()", domain=_WITHIN_A_STEP)
def fmod(x: Array, y: Array) -> Array:
    """z = x − q y, with the sign of x, where q = x / y without its decimals;   x̄ = z̄,   ȳ = −z̄ ⊙ q

    Numerics: q = (x − z) / y, rounded, since x / y itself may be rounded up to the next whole number.
    """
    return np.fmod(x, y)


fmod.vjp(x=lambda g: g, y=lambda g, x, y, out: -g * np.rint((x - out) / y))


@composition(np.divmod)
def divmod(x1: Array, x2: Array) -> tuple[Array, Array]:
    """z = ⌊x₁ / x₂⌋ and the remainder"""
    return np.floor_divide(x1, x2), np.remainder(x1, x2)


@primitive("−x", np.negative, signature="()->()")
def negative(x: Array) -> Array:
    """z = −x;   x̄ = −z̄"""
    return np.negative(x)


negative.vjp(x=lambda g: -g)


@primitive("+x", np.positive, np.conjugate, signature="()->()")
def positive(x: Array) -> Array:
    """z = x, and the conjugate of x, which is real;   x̄ = z̄"""
    return np.positive(x)


positive.vjp(x=lambda g: g)


@composition(np.real)
def real(val: Array) -> Array:
    """z = x, which is real"""
    return val


@composition(np.real_if_close)
def real_if_close(a: Array, tol: float = 100) -> Array:
    """z = x, which is real"""
    return a


@primitive("xʸ", np.power, signature="(),()->()", domain={"x": POSITIVE})
def power(x: Array, y: Array) -> Array:
    """z = xʸ;   x̄ = z̄ ⊙ y xʸ⁻¹,   ȳ = z̄ ⊙ z ln x

    Numerics: where y = 0 the slope in x is 0, at x = 0 too; where x ≤ 0 the slope in y is set
    to 0, since ln x does not exist. At x = 0 the slope in x is infinite for y < 1.
    """
    return np.power(x, y)


def _one_less(exponent: Array, base: Array) -> Array:
    """y − 1, but 1 where y = 0 and x⁻¹ overflows: there the factor y is 0 already, and 0 · ∞ would be NaN."""
    if isinstance(exponent, (int, float)):
        return exponent - 1 if exponent else 0  # 0 · x⁰ is 0 for every x, and 0 · ∞¹ would be NaN
    if exponent.dtype == bool:
        return ~exponent  # y − 1 would be int64, and float32 to its power float64
    if exponent.dtype.kind != "f":
        return np.where(exponent == 0, 1, exponent - 1)  # 0 − 1 is 255 if unsigned
    has_inverse = np.abs(base) >= np.finfo(exponent.dtype).tiny
    return np.where((exponent == 0) & ~has_inverse, 1, exponent - 1)


def _log_of_base(base: Array, out: Array) -> Array:
    """ln x, but 0 where it does not exist."""
    if isinstance(base, (int, float)):
        # A Python float, since a NumPy float64 would promote float32 cotangents.
        return float(np.log(base)) if base > 0 else 0.0
    # In the dtype of the output, since the logarithm of an 8-bit integer has 16 bits.
    # Nor does it matter where z is 0: 0 ln ∞ would be NaN.
    return np.log(np.where((base > 0) & (out != 0), base, out.dtype.type(1)))


power.vjp(
    x=lambda g, x, y: g * y * x ** _one_less(y, x),
    # Where x = 0 and y < 0, 0 · ∞ would be NaN.
    y=lambda g, x, out: g * np.where(x > 0, out, 0) * _log_of_base(x, out),
)


@composition(np.float_power)
def float_power(x1: Array, x2: Array) -> Array:
    """z = x₁ to the power of x₂, in double precision"""
    return np.power(x1, np.multiply(x2, np.float64(1)))


@primitive("x²", np.square, signature="()->()")
def square(x: Array) -> Array:
    """z = x²;   x̄ = z̄ ⊙ 2x"""
    return np.square(x)


square.vjp(x=lambda g, x: g * (x + x))


@primitive("√", np.sqrt, signature="()->()", domain=POSITIVE)
def sqrt(x: Array) -> Array:
    """z = √x;   x̄ = z̄ / 2√x

    Numerics: the slope at 0 is infinite.
    """
    return np.sqrt(x)


sqrt.vjp(x=lambda g, out: g / (out + out))


@primitive("∛", np.cbrt, signature="()->()", domain=KINK_AT_ZERO)
def cbrt(x: Array) -> Array:
    """z = ∛x;   x̄ = z̄ / 3 (∛x)²

    Numerics: the slope at 0 is infinite.
    """
    return np.cbrt(x)


cbrt.vjp(x=lambda g, out: g / (3 * (out * out)))


@primitive("|x|", np.absolute, signature="()->()", domain=KINK_AT_ZERO)
def abs(x: Array) -> Array:
    """z = |x|;   x̄ = z̄ ⊙ sign x

    Numerics: the subgradient at 0 is 0.
    """
    return np.absolute(x)


abs.vjp(x=lambda g, x: g * np.sign(x))


@primitive("|x|", np.fabs, signature="()->()", domain=KINK_AT_ZERO)
def fabs(x: Array) -> Array:
    """z = |x|, a floating-point number for whole numbers, too;   x̄ = z̄ ⊙ sign x

    Numerics: the subgradient at 0 is 0.
    """
    return np.fabs(x)


fabs.vjp(x=lambda g, x: g * np.sign(x))


@primitive("|x| sign y", np.copysign, signature="(),()->()", domain=KINK_AT_ZERO)
def copysign(x: Array, y: Array) -> Array:
    """z = |x| with the sign of y;   x̄ = z̄ ⊙ sign x sign z,   ȳ = 0

    Numerics: y = −0.0 is negative. The subgradient at x = 0 is 0.
    """
    return np.copysign(x, y)


copysign.vjp(
    x=lambda g, x, out: g * (np.sign(x) * np.sign(out)),
    y=lambda g: np.zeros_like(g),
)
