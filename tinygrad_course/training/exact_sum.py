"""`ExactSum`: sums that are the same to the last bit however the numbers come in parts."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError


class ExactSum:
    """A sum of numbers, rounded once: when it is asked for.

        total = ExactSum()
        total.add(np.array([0.1, 0.2]))
        float(total)

    Between the parts it is a few floats, whose exact sum is that of all numbers so far. `math.fsum` gives
    each without an error of its own.

    Source: Shewchuk, "Adaptive precision floating-point arithmetic", 1997.
    """

    def __init__(self) -> None:
        self._parts = np.array([])

    def add(self, numbers: NDArray[Any]) -> None:
        """Add all elements of an array.

        Raises: DataError for a sum that is not finite.
        """
        self._parts = parts_of(np.concatenate([self._parts, numbers.ravel()]))

    def __float__(self) -> float:
        return math.fsum(self._parts)


def parts_of(numbers: NDArray[Any]) -> NDArray[np.float64]:
    """A few numbers whose exact sum is that of all elements: the rounded sum, what was rounded off, ….

    Raises: DataError for a sum that is not finite.
    """
    values = numbers.ravel().tolist()
    parts: list[float] = []
    try:
        while rest := math.fsum([*values, *(-part for part in parts)]):
            parts.append(rest)
    except (OverflowError, ValueError):
        raise DataError(
            "the weights are too large to add up: divide all of them by the largest"
        ) from None
    return np.array(parts)
