"""Right beside a point: is a gradient that disagrees there wrong everywhere, or at that very point alone?"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..claims import Claim, NowhereElse
from ..numerical import central_differences
from ..point import Point
from ..verdicts import SAFETY, Tolerance

_TRIES = 3

PLAINLY = 0.1
"""A relative error beside the point that no loss of digits explains."""


def error_beside(
    point: Point, claim: Claim, row: int, column: int, step: float, tolerance: Tolerance
) -> float | None:
    """The largest relative error of one number at points close by; None if that can't be told.

    It stops at one that is plainly wrong.
    """
    errors: list[float] = []
    for arrays in _close_by(point):
        try:
            there, claimed = point.at(arrays), claim.at(arrays)
        except (NowhereElse, ValueError):
            continue
        ours = there.along(claimed.shares(there.cotangent(row)))[column]
        line = there.line(point.directions[column])
        found = central_differences([line], step, tolerance)
        numerical = found.value[0, row]
        blur = tolerance.of(numerical) + SAFETY * found.doubt[0, row]
        if np.isfinite(blur):
            excess = abs(ours - numerical) - blur
            size = max(abs(ours), abs(numerical))
            errors.append(0.0 if excess <= 0 else excess / size if np.isfinite(size) else np.inf)
            if errors[-1] > PLAINLY:
                break
    return max(errors, default=None)


def _close_by(point: Point) -> Iterator[list[Any]]:
    rng = np.random.default_rng(0)
    inputs = {i: point.arrays[i] for i in point.positions}
    for _ in range(_TRIES):
        yield point.shifted(
            {
                i: 1e-2 * np.fmax(1, np.abs(x)) * rng.standard_normal(x.shape)
                for i, x in inputs.items()
            }
        )
