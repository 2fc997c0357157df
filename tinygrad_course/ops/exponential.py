"""Exponentials and logarithms, element by element."""

import numpy as np

from ..primitive import POSITIVE, Array, primitive

_LN_2 = float(np.log(2))
_LN_10 = float(np.log(10))


@primitive("exp", np.exp, signature="()->()")
def exp(x: Array) -> Array:
    """z = eˣ;   x̄ = z̄ ⊙ z"""
    return np.exp(x)


exp.vjp(x=lambda g, out: g * out)


@primitive("expm1", np.expm1, signature="()->()")
def expm1(x: Array) -> Array:
    """z = eˣ − 1, precise near 0;   x̄ = z̄ ⊙ eˣ

    Numerics: the slope is eˣ and not z + 1, which loses all precision where z is close to −1.
    """
    return np.expm1(x)


expm1.vjp(x=lambda g, x: g * np.exp(x))


@primitive("2ˣ", np.exp2, signature="()->()")
def exp2(x: Array) -> Array:
    """z = 2ˣ;   x̄ = z̄ ⊙ z ln 2"""
    return np.exp2(x)


exp2.vjp(x=lambda g, out: g * (out * _LN_2))


@primitive("x 2ⁿ", np.ldexp, broadcasts=True)
def ldexp(x: Array, n: Array) -> Array:
    """z = x 2ⁿ for whole numbers n;   x̄ = z̄ 2ⁿ"""
    return np.ldexp(x, n)


ldexp.vjp(x=lambda g, n: np.ldexp(g, n), n=None)


@primitive("ln", np.log, signature="()->()", domain=POSITIVE)
def log(x: Array) -> Array:
    """z = ln x;   x̄ = z̄ / x

    Numerics: ln 0 is −∞, with an infinite slope.
    """
    return np.log(x)


log.vjp(x=lambda g, x: g / x)


@primitive("log1p", np.log1p, signature="()->()", domain=POSITIVE)
def log1p(x: Array) -> Array:
    """z = ln(1 + x), precise near 0;   x̄ = z̄ / (1 + x)"""
    return np.log1p(x)


log1p.vjp(x=lambda g, x: g / (1 + x))


@primitive("log₂", np.log2, signature="()->()", domain=POSITIVE)
def log2(x: Array) -> Array:
    """z = log₂ x;   x̄ = z̄ / (x ln 2)"""
    return np.log2(x)


log2.vjp(x=lambda g, x: g / _LN_2 / x)


@primitive("log₁₀", np.log10, signature="()->()", domain=POSITIVE)
def log10(x: Array) -> Array:
    """z = log₁₀ x;   x̄ = z̄ / (x ln 10)"""
    return np.log10(x)


log10.vjp(x=lambda g, x: g / _LN_10 / x)


@primitive("logaddexp", np.logaddexp, signature="(),()->()")
def logaddexp(x: Array, y: Array) -> Array:
    """z = ln(eˣ + eʸ);   x̄ = z̄ ⊙ eˣ⁻ᶻ,   ȳ = z̄ ⊙ eʸ⁻ᶻ

    Numerics: where x = y = −∞, logarithms of 0, both slopes are 0. Beside ∞ the slopes are 1 and 0.
    """
    return np.logaddexp(x, y)


def _excess(x: Array, out: Array) -> Array:
    """x − z, but −∞ where both are −∞, and 0 where both are ∞, since ∞ − ∞ would be NaN."""
    is_same = (x == out) & (out == np.inf)
    return np.where(is_same, 0, x) - np.where(is_same | (out == -np.inf), 0, out)


logaddexp.vjp(
    x=lambda g, x, out: g * np.exp(_excess(x, out)),
    y=lambda g, y, out: g * np.exp(_excess(y, out)),
)


@primitive("logaddexp2", np.logaddexp2, signature="(),()->()")
def logaddexp2(x: Array, y: Array) -> Array:
    """z = log₂(2ˣ + 2ʸ);   x̄ = z̄ ⊙ 2ˣ⁻ᶻ,   ȳ = z̄ ⊙ 2ʸ⁻ᶻ

    Numerics: where x = y = −∞, logarithms of 0, both slopes are 0. Beside ∞ the slopes are 1 and 0.
    """
    return np.logaddexp2(x, y)


logaddexp2.vjp(
    x=lambda g, x, out: g * np.exp2(_excess(x, out)),
    y=lambda g, y, out: g * np.exp2(_excess(y, out)),
)
