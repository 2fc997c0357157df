"""Derivatives by central differences: the witness that knows nothing of graphs and rules.

Two central differences, over ±h and ±2h, are combined so that their errors of order h² cancel
(Richardson's extrapolation); what is left is of order h⁴ or is rounding, and far below either
difference alone. How much the two disagree tells how far the result can be trusted: with a kink or
the edge of the domain between the points they disagree, and then a shorter step is tried.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEP = 1e-3
_SHORTER = (0.1, 0.01, 0.001)
"""Tried in turn where a step proves too long; then the step relative to the input's own size."""
_EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Derivative:
    """A numerical derivative, and for each of its elements what rounding and the step may have spoilt."""

    value: Floats
    rounding: Floats
    doubt: Floats


def derivative(
    f: Callable[[float], Floats], size: float, step: float, rtol: float, atol: float
) -> Derivative:
    """df/dt at t = 0, element by element of what f returns, for an input of this `size`.

    A point where f raises a ValueError or is not finite counts as outside its domain. The step is
    shortened until the error is within the tolerance, as far as one can tell, and the one that came
    closest to it is taken.
    """

    def excess(found: Derivative) -> Any:
        with np.errstate(invalid="ignore"):
            return found.doubt / (atol + rtol * np.abs(found.value))

    whole = step * max(1.0, size)
    steps = [whole * factor for factor in _SHORTER]
    if 0 < step * size < steps[-1]:
        steps.append(step * size)
    best = _extrapolated(f, whole)
    for shorter in steps:
        if (excess(best) <= 1).all():
            break
        other = _extrapolated(f, shorter)
        better = ~(excess(best) <= excess(other))
        best = Derivative(
            np.where(better, other.value, best.value),
            np.where(better, other.rounding, best.rounding),
            np.where(better, other.doubt, best.doubt),
        )
    return best


def _extrapolated(f: Callable[[float], Floats], h: float) -> Derivative:
    with np.errstate(all="ignore"):
        points = [_evaluated(f, t) for t in (-2 * h, -h, h, 2 * h)]
        far_left, left, right, far_right = points
        near = (right - left) / (2 * h)
        far = (far_right - far_left) / (4 * h)
        rounding = _EPSILON * np.max(np.abs(points), axis=0, initial=0) / h
        doubt = np.abs(near - far) / 3 + rounding
        value = near + (near - far) / 3
    doubt = np.where(np.isfinite(doubt), doubt, np.inf)
    return Derivative(value, rounding, doubt)


def _evaluated(f: Callable[[float], Floats], t: float) -> Any:
    try:
        return f(t)
    except ValueError:
        return np.nan


def bend(f: Callable[[float], Floats], size: float, step: float) -> Any:
    """How far the slopes on both sides of 0 differ, close to it: next to nothing unless at a kink."""
    h = step * max(1.0, size) / 100
    with np.errstate(all="ignore"):
        difference = _evaluated(f, h) - 2 * _evaluated(f, 0.0) + _evaluated(f, -h)
    return np.nan_to_num(difference / h)
