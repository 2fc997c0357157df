"""One direction judged, after all that f does along it has been seen."""

from typing import Any

import numpy as np

from .findings import OUTSIDE, Findings
from .slopes import Slopes
from .verdicts import CORRECT, IMPRECISE, KINK, SAFETY, WRONG, Floats, Tolerance

_DIM = 0.1
"""Who sees a number no better than to this part of it accuses nobody."""


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
    ours, here = findings.ours[rows, column], findings.point.here[rows]
    central, left, right = (slope.value[rows] for slope in (found.central, found.left, found.right))
    blur = SAFETY * (rounding + found.central.within[rows])
    allowed = tolerance.of(ours, central) + blur
    fits = np.abs(ours - central) <= allowed
    dim = np.isfinite(ours) & (blur > _DIM * np.fmax(np.abs(ours), np.abs(central)))
    close_by = SAFETY * found.close_by.within[rows] + tolerance.of(ours)
    fits_close_by = np.abs(ours - found.close_by.value[rows]) <= close_by
    excused = fits | dim | fits_close_by | ~np.isfinite(central)

    unsure = SAFETY * (_finite(found.left.within) + _finite(found.right.within))[rows]
    slack = tolerance.of(_finite(left), _finite(right)) + unsure
    bent = np.abs(right - left) > slack
    one_sided = np.isnan(left) != np.isnan(right)
    steep = np.isinf(left) | np.isinf(right)
    at_kink = np.isfinite(here) & (bent | one_sided | steep)
    between = (ours >= np.fmin(left, right) - slack) & (ours <= np.fmax(left, right) + slack)

    verdicts = np.where(excused, IMPRECISE, WRONG)
    verdicts[fits & (blur <= tolerance.of(largest))] = CORRECT
    verdicts[at_kink] = np.where(np.isfinite(ours) | between, KINK, WRONG)[at_kink]
    findings.verdicts[rows, column] = verdicts
    findings.numerical[rows, column] = central
    findings.allowed[rows, column] = allowed
    findings.unknown[rows, column] = (verdicts == IMPRECISE) & ~(fits & (blur < largest))
    for k in np.flatnonzero(at_kink).tolist():
        place = (int(rows[k]), column)
        findings.slopes[place] = (float(left[k]), float(right[k]))
        if not between[k]:
            findings.notes[place] = OUTSIDE


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, 0)
