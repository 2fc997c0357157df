"""Derivatives by central differences, which use nothing but values of f.

Two central differences, over ±h and ±2h, are combined so that their errors of order h² cancel
(Richardson's extrapolation). The error that is left is of order h⁴, or is rounding, and far below that of
either difference alone. The distance between the two tells how well the result is known: with a kink or an
edge of the domain between the points they disagree, and then a shorter step is tried.

*At* a kink they agree on the mean of the slopes on both sides. There the two slopes differ, however small h
is. The value at the point itself shows that, and costs nothing more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from .point import EPSILON, Line
from .verdicts import Floats, Tolerance

STEP = 1e-3

_SHORTER = (0.1, 0.01, 0.001)
"""Factors that are tried in turn where a step is too long; then a step relative to the input's own size."""


@dataclass(frozen=True)
class Differences:
    """Central differences: a row for each line, a column for each number of f.

    `value` is the derivative. `rounding` is the error that rounding alone may have caused, `uncertainty` that
    of rounding and the step together. `bend` is the slope on the right minus that on the left; `changed`
    is where f changed at all.
    """

    value: Floats
    rounding: Floats
    uncertainty: Floats
    bend: Floats
    changed: Any


def central_differences(lines: Sequence[Line], step: float, tolerance: Tolerance) -> Differences:
    """The derivatives at t = 0 along each line; all of them start from the same point.

    The step is shortened until the estimated error is within the tolerance; if no step gets there, the one
    with the smallest error is taken.
    """
    with np.errstate(all="ignore"):
        h = np.array([step * line.scale for line in lines])
        points = np.array([_around(line, t) for line, t in zip(lines, h, strict=True)])
        best = _extrapolated(points, h, lines[0])
        enough = best.uncertainty <= tolerance.of(best.value)
        for row in np.flatnonzero(~enough.all(axis=1)).tolist():
            _shorten(best, row, lines[row], step, tolerance)
    return best


def _shorten(best: Differences, row: int, line: Line, step: float, tolerance: Tolerance) -> None:
    """Put into a row of `best` what shorter steps along its line find with a smaller error."""
    steps = [step * line.scale * factor for factor in _SHORTER]
    if 0 < step * line.magnitude < steps[-1]:
        steps.append(step * line.magnitude)
    for h in steps:
        excess = best.uncertainty[row] / tolerance.of(best.value[row])
        if (excess <= 1).all():
            return
        other = _extrapolated(_around(line, h)[None], np.array([h]), line)
        better = ~(excess <= other.uncertainty[0] / tolerance.of(other.value[0]))
        for field in fields(best):
            getattr(best, field.name)[row, better] = getattr(other, field.name)[0, better]


def _around(line: Line, h: float) -> Floats:
    return line.values((-2 * h, -h, h, 2 * h))


def _extrapolated(points: Floats, h: Floats, start: Line) -> Differences:
    """From f at -2h, -h, h and 2h: points[line, one of these four, number of f]."""
    far_left, left, right, far_right = np.moveaxis(points, 1, 0)
    h, here = h[:, None], start.here
    near = (right - left) / (2 * h)
    far = (far_right - far_left) / (4 * h)
    rounding = EPSILON * np.fmax(np.abs(points).max(axis=1), start.terms) / h
    uncertainty = np.abs(near - far) / 3 + rounding
    # Besides the bend the first contains h f″ and the second 2h f″.
    near_bend = (right - 2 * here + left) / h
    far_bend = (far_right - 2 * here + far_left) / (2 * h)
    return Differences(
        value=near + (near - far) / 3,
        rounding=rounding,
        uncertainty=np.where(np.isfinite(uncertainty), uncertainty, np.inf),
        bend=2 * near_bend - far_bend,
        changed=(points != here).any(axis=1),
    )
