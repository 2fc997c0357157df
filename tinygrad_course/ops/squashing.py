"""Activations that end in a constant on one side or on both, or differ from x by one that does."""

import numpy as np

from ..numerics import masked
from ..primitive import Array, Domain, primitive
from .activations import sigmoid


@primitive("hardtanh", signature="()->()", domain=Domain(kinks=(-1.0, 1.0)))
def hardtanh(x: Array, *, min_val: float = -1.0, max_val: float = 1.0) -> Array:
    """z = min(max(x, a), b);   x̄ = z̄ where a < x < b   (a: min_val, b: max_val)"""
    return np.minimum(np.maximum(x, min_val), max_val)


hardtanh.vjp(x=lambda g, x, min_val, max_val: masked(g, (x > min_val) & (x < max_val)))


@primitive("relu6", signature="()->()", domain=Domain(-3.0, 9.0, kinks=(0.0, 6.0)))
def relu6(x: Array) -> Array:
    """z = min(max(x, 0), 6);   x̄ = z̄ where 0 < x < 6"""
    return np.minimum(np.maximum(x, 0), 6)


relu6.vjp(x=lambda g, x: masked(g, (x > 0) & (x < 6)))


@primitive("hardsigmoid", signature="()->()", domain=Domain(-5.0, 5.0, kinks=(-3.0, 3.0)))
def hardsigmoid(x: Array) -> Array:
    """z = min(max(x + 3, 0), 6) / 6;   x̄ = z̄ / 6 where −3 < x < 3"""
    return np.minimum(np.maximum(x + 3, 0), 6) / 6


hardsigmoid.vjp(x=lambda g, x: masked(g / 6, (x > -3) & (x < 3)))


@primitive("softsign", signature="()->()", domain=Domain(kinks=(0.0,)))
def softsign(x: Array) -> Array:
    """z = x / (1 + |x|);   x̄ = z̄ / (1 + |x|)²

    Numerics: at ±∞ it is ±1. The second derivative jumps at 0, and is 0 there.
    """
    size = np.abs(x)
    with np.errstate(invalid="ignore"):
        return np.where(size == np.inf, np.sign(x), x / (1 + size))


softsign.vjp(x=lambda g, x: g * np.square(np.reciprocal(1 + np.abs(x))))


@primitive("log σ", signature="()->()")
def logsigmoid(x: Array) -> Array:
    """z = ln σ(x) = −ln(1 + e⁻ˣ);   x̄ = z̄ ⊙ σ(−x)"""
    return -np.logaddexp(-x, 0)


logsigmoid.vjp(x=lambda g, x: g * sigmoid(-x))


@primitive("tanhshrink", signature="()->()")
def tanhshrink(x: Array) -> Array:
    """z = x − tanh x;   x̄ = z̄ ⊙ tanh² x"""
    return x - np.tanh(x)


tanhshrink.vjp(x=lambda g, x: g * np.square(np.tanh(x)))
