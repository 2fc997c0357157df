"""Activations: the functions between the layers of a net, and softmax after the last."""

import numpy as np

from ..numerics import masked, narrowed, widened
from ..primitive import KINK_AT_ZERO, Array, primitive


@primitive("σ", signature="()->()")
def sigmoid(x: Array) -> Array:
    """z = 1 / (1 + e⁻ˣ);   x̄ = z̄ ⊙ z (1 − z)

    Numerics: e⁻ˣ overflows to infinity for very negative x, and 1 / (1 + ∞) = 0 is the right limit.
    """
    with np.errstate(over="ignore"):
        return np.reciprocal(1 + np.exp(-x))


sigmoid.vjp(x=lambda g, out: g * (out * (1 - out)))


@primitive("relu", signature="()->()", domain=KINK_AT_ZERO)
def relu(x: Array) -> Array:
    """z = max(x, 0);   x̄ = z̄ where x > 0

    Numerics: the subgradient at 0 is 0.
    """
    return np.maximum(x, 0)


relu.vjp(x=lambda g, out: masked(g, out > 0))


@primitive("leaky relu", signature="()->()", domain=KINK_AT_ZERO)
def leaky_relu(x: Array, *, negative_slope: float = 0.01) -> Array:
    """z = x where x > 0, else αx;   x̄ = z̄ where x > 0, else α z̄   (α: negative_slope)

    Source: Maas, Hannun, Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013.
    """
    return np.where(x > 0, x, negative_slope * x)


leaky_relu.vjp(
    x=lambda g, x, negative_slope: np.where(x > 0, g, negative_slope * g if negative_slope else 0)
)


@primitive("elu", signature="()->()", domain=KINK_AT_ZERO)
def elu(x: Array, *, alpha: float = 1.0) -> Array:
    """z = x where x > 0, else α (eˣ − 1);   x̄ = z̄ where x > 0, else z̄ ⊙ α eˣ

    Source: Clevert, Unterthiner, Hochreiter, "Fast and accurate deep network learning by ELUs", 2015.
    """
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


elu.vjp(x=lambda g, x, alpha: np.where(x > 0, g, g * (alpha * np.exp(np.minimum(x, 0)))))


@primitive("softplus", signature="()->()")
def softplus(x: Array) -> Array:
    """z = ln(1 + eˣ);   x̄ = z̄ ⊙ σ(x)"""
    return np.logaddexp(x, 0)


softplus.vjp(x=lambda g, x: g * sigmoid(x))


@primitive("softmax", signature="(n)->(n)", broadcasts=False)
def softmax(x: Array, *, axis: int = -1) -> Array:
    """z = eˣ / Σ eˣ;   x̄ = z ⊙ (z̄ − Σ z̄ ⊙ z)

    Numerics: the maximum is subtracted first, so that nothing overflows.
    """
    wide = widened(x)
    z = np.exp(wide - _top(wide, axis))
    return narrowed(z / z.sum(axis=axis, keepdims=True), x)


def _top(x: Array, axis: int) -> Array:
    """The maximum; along an axis without elements, which has none, nothing is subtracted from nothing."""
    return (x.max if x.size else x.sum)(axis=axis, keepdims=True)


def _softmax_vjp(g: Array, out: Array, axis: int) -> Array:
    g, z = widened(g), _adding_up_to_1(widened(out), out, axis)
    return narrowed(z * (g - (g * z).sum(axis=axis, keepdims=True)), out)


def _adding_up_to_1(z: Array, out: Array, axis: int) -> Array:
    """Probabilities from an output that may have been rounded to half precision, all in one direction."""
    return z / z.sum(axis=axis, keepdims=True) if out.dtype.char == "e" else z


softmax.vjp(x=_softmax_vjp)


@primitive("log softmax", signature="(n)->(n)", broadcasts=False)
def log_softmax(x: Array, *, axis: int = -1) -> Array:
    """z = x − ln Σ eˣ;   x̄ = z̄ − eᶻ Σ z̄

    Numerics: the maximum is subtracted first, so that nothing overflows.
    """
    if not x.size:
        return +x  # the logarithm of an empty sum would warn
    wide = widened(x)
    shifted = wide - _top(wide, axis)
    return narrowed(shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True)), x)


def _log_softmax_vjp(g: Array, out: Array, axis: int) -> Array:
    g, z = widened(g), _adding_up_to_1(np.exp(widened(out)), out, axis)
    return narrowed(g - z * g.sum(axis=axis, keepdims=True), out)


log_softmax.vjp(x=_log_softmax_vjp)
