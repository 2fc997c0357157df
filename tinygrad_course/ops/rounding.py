"""Signs and rounding: piecewise constant functions, whose derivative is 0 wherever it exists."""

import numpy as np

from ..composition import composition
from ..numerics import masked
from ..primitive import KINK_AT_ZERO, Array, Domain, primitive

_BETWEEN_INTEGERS = Domain(-1.95, -1.05)
_BETWEEN_HALVES = Domain(0.55, 1.45)


@primitive("sign", np.sign, signature="()->()", domain=KINK_AT_ZERO)
def sign(x: Array) -> Array:
    """z = sign x;   x̄ = 0"""
    return np.sign(x)


@primitive("⌊x⌋", np.floor, signature="()->()", domain=_BETWEEN_INTEGERS)
def floor(x: Array) -> Array:
    """z = the largest whole number that is not above x;   x̄ = 0"""
    return np.floor(x)


@primitive("⌈x⌉", np.ceil, signature="()->()", domain=_BETWEEN_INTEGERS)
def ceil(x: Array) -> Array:
    """z = the smallest whole number that is not below x;   x̄ = 0"""
    return np.ceil(x)


@primitive("trunc", np.trunc, np.fix, signature="()->()", domain=_BETWEEN_INTEGERS)
def trunc(x: Array) -> Array:
    """z = x without its decimals;   x̄ = 0"""
    return np.trunc(x)


@primitive("rint", np.rint, signature="()->()", domain=_BETWEEN_HALVES)
def rint(x: Array) -> Array:
    """z = the nearest whole number, halves to even;   x̄ = 0"""
    return np.rint(x)


@primitive("round", np.round, np.around, signature="()->()", domain=_BETWEEN_HALVES)
def round(x: Array, *, decimals: int = 0) -> Array:
    """z = x rounded to `decimals` decimals, halves to even;   x̄ = 0"""
    return np.round(x, decimals)


for _step in (sign, floor, ceil, trunc, rint, round):
    _step.vjp(x=lambda g: np.zeros_like(g))


@primitive("step", np.heaviside, signature="(),()->()", domain={"x": KINK_AT_ZERO})
def heaviside(x: Array, y: Array) -> Array:
    """z = 0 where x < 0, y where x = 0, 1 where x > 0;   x̄ = 0,   ȳ = z̄ where x = 0"""
    return np.heaviside(x, y)


heaviside.vjp(x=lambda g: np.zeros_like(g), y=lambda g, x: masked(g, x == 0))


@primitive("x − trunc x", signature="()->()", domain=_BETWEEN_INTEGERS)
def fraction(x: Array) -> Array:
    """z = the decimals of x, with its sign;   x̄ = z̄"""
    return np.modf(x)[0]


fraction.vjp(x=lambda g: g)


@composition(np.modf)
def modf(x: Array) -> tuple[Array, Array]:
    """z = the decimals of x, and x without them"""
    return fraction(x), np.trunc(x)
