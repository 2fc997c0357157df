"""Circular and hyperbolic functions and their inverses, element by element; angles are in radians."""

import numpy as np

from ..primitive import Array, primitive


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


@primitive("arctan", np.arctan, signature="()->()")
def arctan(x: Array) -> Array:
    """z = arctan x;   x̄ = z̄ / (1 + x²)"""
    return np.arctan(x)


arctan.vjp(x=lambda g, x: g / (1 + x * x))


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
    """z = tanh x;   x̄ = z̄ ⊙ (1 − z²)"""
    return np.tanh(x)


# A Python number beside a small array costs more than another product: not g * (1 - out * out).
tanh.vjp(x=lambda g, out: g - g * (out * out))
