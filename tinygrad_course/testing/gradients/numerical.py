"""Derivatives by central differences, which use nothing but values of f.

Two central differences, over ±h and ±2h, are combined so that their errors of order h² cancel
(Richardson's extrapolation). The error that is left is of order h⁴, or is rounding, and far below that of
either difference alone. The distance between the two tells how well the result is known: with a kink or an
edge of the domain between the points they disagree, and then a shorter step is tried. Where rounding hides
the result, a longer one is tried.

*At* a kink they agree on the mean of the slopes on both sides. There the two slopes differ, however small h
is. The value at the point itself shows that, and costs nothing more.

No number here has a unit. Steps are parts of the input's size, errors are parts of the values of f, and what
is precise enough depends on how much f changes. So a function that is a billion times larger, or smaller,
gets the same verdicts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .point import EPSILON, SUBNORMAL, Line
from .verdicts import SAFETY, Floats, Tolerance

STEP = 1e-3

_SHORTER = (0.1, 0.01, 0.001)
"""Factors that are tried in turn where a step is too long; then a step relative to the moved entry's size."""

_LONGER = (8.0, 64.0, 512.0)
"""Factors that are tried in turn where rounding hides what a step shows."""

_SEEN = 0.1
"""A claimed derivative is seen if its numerical value is known to this part of it."""

NEGLIGIBLE = 64 * EPSILON
"""A claimed derivative that is smaller than this, relative to the typical one, may be its own rounding."""

_SMOOTH = 10
"""How much a smooth function may bend at the point, times (h / scale)², relative to its bend over h."""


@dataclass(frozen=True)
class Differences:
    """Central differences: a row for each line, a column for each number of f.

    `value` is the derivative. `rounding` is the error that rounding alone may have caused, `uncertainty` that
    of rounding and the step together. `bend` is the slope on the right minus that on the left, of which
    `smooth` may be the error; `changed` is where f changed at all, `varies` where by more than rounding.
    `typical` is the size of the derivatives of the same number of f along all lines, in the unit of this
    line: what does not matter beside it, is small.
    """

    value: Floats
    rounding: Floats
    uncertainty: Floats
    bend: Floats
    smooth: Floats
    changed: Any
    varies: Any
    typical: Floats

    def take(self, row: int, better: Any, other: "Differences") -> None:
        """Put the numbers of another into a row, where they are better. Those of bends are kept."""
        for field in ("value", "rounding", "uncertainty", "changed", "varies"):
            getattr(self, field)[row, better] = getattr(other, field)[0, better]


def central_differences(
    lines: Sequence[Line], step: float, tolerance: Tolerance, claimed: Floats | None = None
) -> Differences:
    """The derivatives at t = 0 along each line; all of them start from the same point.

    `claimed` are the derivatives to compare with. The step is changed until the estimated error is within
    the tolerance, and a claimed derivative is seen; if no step gets there, the one with the smallest error
    is taken.
    """
    with np.errstate(all="ignore"):
        h = np.array([step * line.scale for line in lines])
        scale = np.array([[line.scale] for line in lines])
        points = np.array([_around(line, t) for line, t in zip(lines, h, strict=True)])
        best = _extrapolated(points, h, lines[0], scale)
        needed = _needed(best, tolerance, claimed)
        for row in np.flatnonzero(~(best.uncertainty <= needed).all(axis=1)).tolist():
            _refine(best, row, lines[row], step * lines[row].scale, needed[row])
    return best


def _needed(best: Differences, tolerance: Tolerance, claimed: Floats | None) -> Floats:
    """The error that each derivative may have."""
    needed = tolerance.of(best.value, best.typical)
    if claimed is not None:
        size = np.abs(claimed)
        seen = np.fmin(needed, _SEEN * size)
        needed = np.where(size > NEGLIGIBLE * best.typical, seen, needed)
    return np.where(best.changed, needed, np.inf)  # where f did not change, there was no rounding


def _refine(best: Differences, row: int, line: Line, h: float, needed: Floats) -> None:
    """Put into a row of `best` what other steps along its line find with a smaller error."""
    for ladder, longer in ((_shorter(line, h), False), (_longer(h), True)):
        for other_h in ladder:
            uncertainty, rounding = best.uncertainty[row], best.rounding[row]
            short = ~(uncertainty <= needed)
            # A longer step helps against rounding, a shorter one against everything else.
            helps = (
                short & (uncertainty <= 2 * rounding) if longer else short & ~(rounding > needed)
            )
            if not helps.any():
                break
            scale = np.array([[line.scale]])
            points = _around(line, other_h)[None]
            other = _extrapolated(points, np.array([other_h]), line, scale)
            better = ~(uncertainty <= other.uncertainty[0])
            if longer:
                apart = np.abs(other.value[0] - best.value[row])
                better &= apart <= SAFETY * (uncertainty + other.uncertainty[0])
                if not (better & helps).any():
                    break
            else:
                best.bend[row, better] = other.bend[0, better]
                best.smooth[row, better] = other.smooth[0, better]
            best.take(row, better, other)


def _shorter(line: Line, h: float) -> Iterator[float]:
    yield from (h * factor for factor in _SHORTER)
    own = h / line.scale * line.magnitude
    if 0 < own < h * _SHORTER[-1]:
        yield own


def _longer(h: float) -> Iterator[float]:
    return (h * factor for factor in _LONGER)


def _around(line: Line, h: float) -> Floats:
    return line.values((-2 * h, -h, h, 2 * h))


def _extrapolated(points: Floats, h: Floats, start: Line, scale: Floats) -> Differences:
    """From f at -2h, -h, h and 2h: points[line, one of these four, number of f]."""
    far_left, left, right, far_right = np.moveaxis(points, 1, 0)
    h, here = h[:, None], start.here
    near = (right - left) / (2 * h)
    far = (far_right - far_left) / (4 * h)
    noise = EPSILON * np.fmax(np.abs(points).max(axis=1), start.terms) + SUBNORMAL
    rounding = noise / h
    uncertainty = np.abs(near - far) / 3 + rounding
    # Besides the bend the first contains h f″ and the second 2h f″.
    near_bend = (right - 2 * here + left) / h
    far_bend = (far_right - 2 * here + far_left) / (2 * h)
    change = np.abs(points - here).max(axis=1)
    value = near + (near - far) / 3
    varies = np.where(np.isfinite(change), np.fmax(change - SAFETY * noise, 0), 0) / (2 * h)
    sizes = np.fmax(np.where(np.isfinite(value), np.abs(value), 0), varies)
    return Differences(
        value=value,
        rounding=rounding,
        uncertainty=np.where(np.isfinite(uncertainty), uncertainty, np.inf),
        bend=2 * near_bend - far_bend,
        smooth=_SMOOTH * (h / scale) ** 2 * np.abs(far_bend),
        changed=(points != here).any(axis=1),
        varies=~(change <= SAFETY * noise),
        typical=(sizes * scale).max(axis=0) / scale,
    )
