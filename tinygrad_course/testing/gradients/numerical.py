"""Derivatives by central differences: the witness that knows nothing of graphs and rules.

Two central differences, over ±h and ±2h, are combined so that their errors of order h² cancel
(Richardson's extrapolation); what is left is of order h⁴ or is rounding, and far below either
difference alone. How much the two disagree tells how far the result can be trusted: with a kink or
the edge of the domain between the points they disagree, and then a shorter step is tried.

*At* a kink they agree, on the mean of the slopes on both sides. But there these two differ, and go on to
differ as h gets smaller; with the value at the point itself that can be seen at no further cost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from .function import EPSILON, Line
from .verdicts import Floats, Tolerance

STEP = 1e-3

_SHORTER = (0.1, 0.01, 0.001)
"""Tried in turn where a step proves too long; then the step relative to the input's own size."""


@dataclass(frozen=True)
class Differences:
    """What central differences say of each line, in its row, and of each number of f, in its column.

    `value` is the derivative, `rounding` and `doubt` what rounding alone, and rounding and the step,
    may have spoilt; `bend` is the slope on the right less that on the left; `moved` is where f
    changed at all.
    """

    value: Floats
    rounding: Floats
    doubt: Floats
    bend: Floats
    moved: Any


def central_differences(lines: Sequence[Line], step: float, tolerance: Tolerance) -> Differences:
    """The derivatives at t = 0 along each line; all of them start from the same point.

    The step is shortened until the error is within the tolerance, as far as one can tell, and the one
    that came closest to it is taken.
    """
    with np.errstate(all="ignore"):
        h = np.array([step * line.scale for line in lines])
        points = np.array([_around(line, t) for line, t in zip(lines, h, strict=True)])
        best = _extrapolated(points, h, lines[0])
        enough = best.doubt <= tolerance.of(best.value)
        for row in np.flatnonzero(~enough.all(axis=1)).tolist():
            _shorten(best, row, lines[row], step, tolerance)
    return best


def _shorten(best: Differences, row: int, line: Line, step: float, tolerance: Tolerance) -> None:
    """Put into a row of `best` what shorter steps along its line know better."""
    steps = [step * line.scale * factor for factor in _SHORTER]
    if 0 < step * line.moved < steps[-1]:
        steps.append(step * line.moved)
    for h in steps:
        excess = best.doubt[row] / tolerance.of(best.value[row])
        if (excess <= 1).all():
            return
        other = _extrapolated(_around(line, h)[None], np.array([h]), line)
        better = ~(excess <= other.doubt[0] / tolerance.of(other.value[0]))
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
    doubt = np.abs(near - far) / 3 + rounding
    # Beside the bend the first has h f″ in it and the second 2h f″.
    near_bend = (right - 2 * here + left) / h
    far_bend = (far_right - 2 * here + far_left) / (2 * h)
    return Differences(
        value=near + (near - far) / 3,
        rounding=rounding,
        doubt=np.where(np.isfinite(doubt), doubt, np.inf),
        bend=2 * near_bend - far_bend,
        moved=(points != here).any(axis=1),
    )
