"""Normalization: numbers with mean 0 and variance 1 along axes, as one node."""

import numpy as np

from ..numerics import narrowed, widened
from ..primitive import Array, primitive


@primitive("(x − μ) / σ", broadcasts=False)
def standardize(x: Array, *, axes: tuple[int, ...], eps: float = 1e-5) -> Array:
    """z = (x − μ) / √(σ² + ε);   x̄ = (z̄ − mean z̄ − z ⊙ mean (z̄ ⊙ z)) / √(σ² + ε)

    μ and σ² are mean and (biased) variance of x along the axes, over which the means of the rule go as well.

    Numerics: in two passes, so that a large mean costs no digits of the variance.

    Source: Ioffe, Szegedy, "Batch normalization", 2015, algorithm 1.
    """
    wide = widened(x)
    z = wide - _mean(wide, axes)
    return narrowed(z / np.sqrt(_mean(z * z, axes) + eps), x)


def _mean(x: Array, axes: tuple[int, ...]) -> Array:
    return x.mean(axis=axes, keepdims=True)


def _standardize_vjp(g: Array, x: Array, out: Array, axes: tuple[int, ...], eps: float) -> Array:
    wide, g, z = widened(x), widened(g), widened(out)
    centred = wide - _mean(wide, axes)
    deviation = np.sqrt(_mean(centred * centred, axes) + eps)
    return narrowed((g - _mean(g, axes) - z * _mean(g * z, axes)) / deviation, out)


standardize.vjp(x=_standardize_vjp)
