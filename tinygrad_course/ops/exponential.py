"""Exponentials and logarithms, element by element."""

import numpy as np

from ..primitive import POSITIVE, Array, primitive


@primitive("exp", np.exp, signature="()->()")
def exp(x: Array) -> Array:
    """z = eˣ;   x̄ = z̄ ⊙ z"""
    return np.exp(x)


exp.vjp(x=lambda g, out: g * out)


@primitive("expm1", np.expm1, signature="()->()")
def expm1(x: Array) -> Array:
    """z = eˣ − 1, precise near 0;   x̄ = z̄ ⊙ (z + 1)"""
    return np.expm1(x)


expm1.vjp(x=lambda g, out: g * (out + 1))


@primitive("ln", np.log, signature="()->()", domain=POSITIVE)
def log(x: Array) -> Array:
    """z = ln x;   x̄ = z̄ / x"""
    return np.log(x)


log.vjp(x=lambda g, x: g / x)


@primitive("log1p", np.log1p, signature="()->()", domain=POSITIVE)
def log1p(x: Array) -> Array:
    """z = ln(1 + x), precise near 0;   x̄ = z̄ / (1 + x)"""
    return np.log1p(x)


log1p.vjp(x=lambda g, x: g / (1 + x))

_LN_2 = float(np.log(2))
_LN_10 = float(np.log(10))


@primitive("log₂", np.log2, signature="()->()", domain=POSITIVE)
def log2(x: Array) -> Array:
    """z = log₂ x;   x̄ = z̄ / (x ln 2)"""
    return np.log2(x)


log2.vjp(x=lambda g, x: g / (x * _LN_2))


@primitive("log₁₀", np.log10, signature="()->()", domain=POSITIVE)
def log10(x: Array) -> Array:
    """z = log₁₀ x;   x̄ = z̄ / (x ln 10)"""
    return np.log10(x)


log10.vjp(x=lambda g, x: g / (x * _LN_10))


@primitive("logaddexp", np.logaddexp, signature="(),()->()")
def logaddexp(x: Array, y: Array) -> Array:
    """z = ln(eˣ + eʸ);   x̄ = z̄ ⊙ eˣ⁻ᶻ,   ȳ = z̄ ⊙ eʸ⁻ᶻ"""
    return np.logaddexp(x, y)


logaddexp.vjp(x=lambda g, x, out: g * np.exp(x - out), y=lambda g, y, out: g * np.exp(y - out))
