"""Steps of arithmetic that rules of several topics take, with care for what floating point can't hold."""

import numpy as np

from .primitive import Array

_LARGEST_HALF = 65504


def over_count(g: Array, count: float) -> Array:
    """g / count, also where half precision can't hold the count: it would be ∞, and the quotient 0."""
    return g / count if count <= _LARGEST_HALF else g * (1 / count)


def away_from_zero(z: Array) -> Array:
    """z, but ∞ where it is 0: 0 / ∞ is 0, and so are all its derivatives."""
    return np.where(z == 0, np.inf, z)
