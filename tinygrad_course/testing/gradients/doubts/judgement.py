"""One direction judged, after all that f does along it has been seen."""

from typing import Any

import numpy as np

from ..findings import OUTSIDE, OVER_OTHER_STEPS, Findings
from ..verdicts import CORRECT, IMPRECISE, KINK, SAFETY, WRONG, Floats, Tolerance
from .slopes import Slope, Slopes

_CLEAR = 0.1
"""Who sees a number no better than to this part of it has nothing to say."""


def judge(
    findings: Findings,
    found: Slopes,
    rows: Any,
    column: int,
    largest: Floats,
    rounding: Floats,
    tolerance: Tolerance,
) -> None:
    """Give the verdicts in some rows of a column.

    `largest` is the size of the largest derivative in each row, `rounding` that of ours.
    """
    ours = findings.ours[rows, column]
    central, blur, fits = _compared(ours, found.central, rows, rounding, tolerance)
    otherwise = np.zeros(len(rows), bool)
    clear = _CLEAR * np.abs(ours)
    for slope in found.otherwise:
        value, within, agrees = _compared(ours, slope, rows, rounding, tolerance)
        better = agrees & (within <= clear) & ~(fits & (blur <= clear)) & ~otherwise
        central, blur = np.where(better, value, central), np.where(better, within, blur)
        otherwise |= better
    fits |= otherwise
    at_kink, between = _kinks(findings, found, rows, column, tolerance)

    verdicts = np.where(fits | ~np.isfinite(central), IMPRECISE, WRONG)
    verdicts[fits & ~otherwise & (blur <= tolerance.of(largest))] = CORRECT
    verdicts[at_kink] = np.where(np.isfinite(ours) | between, KINK, WRONG)[at_kink]
    findings.verdicts[rows, column] = verdicts
    findings.numerical[rows, column] = central
    findings.allowed[rows, column] = tolerance.of(ours, central) + blur
    findings.unknown[rows, column] = (verdicts == IMPRECISE) & ~(fits & (blur < largest))
    for row in rows[otherwise & ~at_kink].tolist():
        findings.notes[row, column] = OVER_OTHER_STEPS


def _compared(
    ours: Floats, slope: Slope, rows: Any, rounding: Floats, tolerance: Tolerance
) -> tuple[Floats, Floats, Any]:
    """A slope in some rows, how far it may be off, and whether ours is the same as far as one can see."""
    value, blur = slope.value[rows], SAFETY * (rounding + slope.within[rows])
    return value, blur, np.abs(ours - value) <= tolerance.of(ours, value) + blur


def _kinks(
    findings: Findings, found: Slopes, rows: Any, column: int, tolerance: Tolerance
) -> tuple[Any, Any]:
    """Where the slopes on both sides differ, which is written down, and where ours is between them."""
    ours, here = findings.ours[rows, column], findings.point.here[rows]
    left, right = found.left.value[rows], found.right.value[rows]
    unsure = SAFETY * (_finite(found.left.within) + _finite(found.right.within))[rows]
    slack = tolerance.of(_finite(left), _finite(right)) + unsure
    bent = np.abs(right - left) > slack
    one_sided = np.isnan(left) != np.isnan(right)
    steep = np.isinf(left) | np.isinf(right)
    at_kink = np.isfinite(here) & (bent | one_sided | steep)
    between = (ours >= np.fmin(left, right) - slack) & (ours <= np.fmax(left, right) + slack)
    for k in np.flatnonzero(at_kink).tolist():
        place = (int(rows[k]), column)
        findings.slopes[place] = (float(left[k]), float(right[k]))
        if not between[k]:
            findings.notes[place] = OUTSIDE
    return at_kink, between


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, 0)
