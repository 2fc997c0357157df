"""A function along a straight line: all that numerical differentiation gets to see of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from .verdicts import Floats

EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Line:
    """t ↦ f(x + t w), with one or several numbers; `here` is f(x).

    `moved` is the size of the entries of x that move; `terms` that of the terms from which each number
    of f is summed up, so that rounding spoils it by EPSILON · terms at least.
    """

    at: Callable[[float], Floats]
    here: Floats
    moved: float
    terms: Floats

    @property
    def scale(self) -> float:
        """What steps are relative to: the size of what moves above 1, and 1 below."""
        return max(1.0, self.moved)

    def values(self, steps: Iterable[float]) -> Floats:
        """f at each step, in rows; NaN where it raises a ValueError, as outside of its domain."""
        steps = list(steps)
        values = np.empty((len(steps), self.here.size))
        for row, t in zip(values, steps, strict=True):
            try:
                row[:] = self.at(t)
            except ValueError:
                row[:] = np.nan
        return values
