"""Arithmetic that rules of several topics share, safe where floating point overflows or divides by 0."""

import numpy as np

from .primitive import Array

_LARGEST_HALF = 65504


def over_count(g: Array, count: float) -> Array:
    """g / count, also if half precision can't hold the count, which would be ∞, and the quotient 0."""
    return g / count if count <= _LARGEST_HALF else g * (1 / count)


def away_from_zero(z: Array) -> Array:
    """z, but ∞ where it is 0: 0 / ∞ is 0, and so are all its derivatives."""
    return np.where(z == 0, np.inf, z)
