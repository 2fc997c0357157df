"""More activations that are linear, or shifted, on one side of a kink and something else on the other."""

import numpy as np

from ..numerics import masked
from ..primitive import KINK_AT_ZERO, Array, Domain, primitive


@primitive("prelu", signature="(),()->()", domain={"x": KINK_AT_ZERO, "weight": Domain()})
def prelu(x: Array, weight: Array) -> Array:
    """z = x where x > 0, else w x;   x̄ = z̄ where x > 0, else z̄ ⊙ w,   w̄ = 0 where x > 0, else z̄ ⊙ x

    Shapes: those of x and weight broadcast; for a weight per channel of (m, c, height, width) give it
    the shape (c, 1, 1).

    Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers", 2015, equation 1.
    """
    return np.where(x > 0, x, weight * np.minimum(x, 0))


prelu.vjp(
    x=lambda g, x, weight: np.where(x > 0, g, g * weight),
    weight=lambda g, x: masked(g, x <= 0) * np.minimum(x, 0),
)

SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


@primitive("selu", signature="()->()", domain=KINK_AT_ZERO)
def selu(x: Array) -> Array:
    """z = λ x where x > 0, else λ α (eˣ − 1);   x̄ = λ z̄ where x > 0, else z̄ ⊙ λ α eˣ

    λ = 1.0507…, α = 1.6733…: with them, activations of independent normal numbers keep mean 0 and
    variance 1.

    Source: Klambauer, Unterthiner, Mayr, Hochreiter, "Self-normalizing neural networks", 2017.
    """
    low = (SELU_SCALE * SELU_ALPHA) * np.expm1(np.minimum(x, 0))
    return np.where(x > 0, SELU_SCALE * np.maximum(x, 0), low)


selu.vjp(
    x=lambda g, x: np.where(
        x > 0, SELU_SCALE * g, g * (SELU_SCALE * SELU_ALPHA * np.exp(np.minimum(x, 0)))
    )
)


@primitive("celu", signature="()->()", domain=KINK_AT_ZERO)
def celu(x: Array, *, alpha: float = 1.0) -> Array:
    """z = x where x > 0, else α (eˣᐟᵅ − 1);   x̄ = z̄ where x > 0, else z̄ ⊙ eˣᐟᵅ

    Source: Barron, "Continuously differentiable exponential linear units", 2017.
    """
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0) / alpha))


celu.vjp(x=lambda g, x, alpha: np.where(x > 0, g, g * np.exp(np.minimum(x, 0) / alpha)))


@primitive("threshold", signature="()->()", domain=KINK_AT_ZERO)
def threshold(x: Array, *, threshold: float = 0.0, value: float = 0.0) -> Array:
    """z = x where x > θ, else v;   x̄ = z̄ where x > θ   (θ: threshold, v: value)"""
    return np.where(x <= threshold, value, x)


threshold.vjp(x=lambda g, x, threshold: masked(g, x > threshold))


@primitive("hardshrink", signature="()->()", domain=Domain(kinks=(-0.5, 0.5)))
def hardshrink(x: Array, *, lambd: float = 0.5) -> Array:
    """z = x where |x| > λ, else 0;   x̄ = z̄ where |x| > λ   (λ: lambd)"""
    return np.where(np.abs(x) <= lambd, 0, x)


hardshrink.vjp(x=lambda g, x, lambd: masked(g, np.abs(x) > lambd))


@primitive("softshrink", signature="()->()", domain=Domain(kinks=(-0.5, 0.5)))
def softshrink(x: Array, *, lambd: float = 0.5) -> Array:
    """z = x − λ where x > λ, x + λ where x < −λ, else 0;   x̄ = z̄ where |x| > λ   (λ: lambd)"""
    return np.maximum(x - lambd, 0) + np.minimum(x + lambd, 0)


softshrink.vjp(x=lambda g, x, lambd: masked(g, np.abs(x) > lambd))
