"""Kinks, and what is no mistake at one: to choose a slope, or NaN from 0 times infinity.

Whether a derivative exists along one line has been found out before. Here it is about what one line does
not show: a rule can be right everywhere around a kink, and yet choose something that none of the
lines through it suggests.
"""

from dataclasses import replace

import numpy as np

from ..claims import Claim
from ..findings import ELSEWHERE, OUTSIDE, ZERO_TIMES_INFINITY, Findings
from ..numerical import central_differences
from ..verdicts import IMPRECISE, KINK, SAFETY, WRONG, Tolerance
from .beside import PLAINLY, error_beside

_LOOKED_AT = 8
"""So many wrong numbers are looked at, and the others only if one of these is excused."""


def wrong_beside_the_kink(
    findings: Findings, claim: Claim, step: float, tolerance: Tolerance
) -> None:
    """At a kink, ours should lie between both slopes. If it does not, it may be right all the same.

    Where several kinks meet, as those of all units of a layer do for the input 0, rules that each choose a
    slope between their own two can miss those of the whole. What is wrong is wrong beside the
    kink as well.
    """
    for (row, column), note in findings.notes.items():
        if note == OUTSIDE:
            error = error_beside(findings.point, claim, row, column, step, tolerance)
            if error is not None and error > PLAINLY:
                findings.verdicts[row, column] = WRONG


def infinity_beside_it(findings: Findings) -> None:
    """NaN where another output overflows or has an infinite slope: 0 times infinity, and no mistake."""
    overflows = not np.isfinite(findings.point.here).all()
    steep = _steep(findings)
    for place in findings.places(WRONG):
        if not np.isfinite(findings.ours[place]) and (overflows or place[1] in steep):
            findings.verdicts[place] = IMPRECISE if overflows else KINK
            findings.unknown[place] = overflows
            findings.notes[place] = ZERO_TIMES_INFINITY


def kinked_elsewhere(findings: Findings, claim: Claim, step: float, tolerance: Tolerance) -> None:
    """There may be slopes along the axes, and no derivative all the same: the median of three equal numbers.

    It does not change with any one of them, so all the slopes are 0, and yet it changes with all of them
    together. Such a place shows by slopes that do not add up, or by another output that jumps. A
    gradient that is right beside it is none the worse for it.
    """
    steep = _steep(findings)
    excused = False
    wrong = [place for place in findings.places(WRONG) if np.isfinite(findings.ours[place])]
    for count, (row, column) in enumerate(wrong):
        if count >= _LOOKED_AT and not excused:
            break
        error = error_beside(findings.point, claim, row, column, step, tolerance)
        right = error is not None and error <= PLAINLY
        if right and (column in steep or not _adds_up(findings, row, step, tolerance)):
            findings.verdicts[row, column] = KINK
            findings.notes[row, column] = ELSEWHERE
            excused = True


def _steep(findings: Findings) -> set[int]:
    """The directions in which some output jumps, or has a vertical tangent."""
    return {column for (_, column), both in findings.slopes.items() if np.isinf(both).any()}


def _adds_up(findings: Findings, row: int, step: float, tolerance: Tolerance) -> bool:
    """Whether the slope in a random direction is what the slopes along the axes make it."""
    point = findings.point
    amounts = np.random.default_rng(0).standard_normal(len(point.directions))
    scaled = [replace(d, w=c * d.w) for c, d in zip(amounts, point.directions, strict=True)]
    line = point.line(*scaled)
    found = central_differences([line], step, tolerance)
    blur = SAFETY * (found.doubt[0, row] + tolerance.of(findings.numerical[row]) @ np.abs(amounts))
    straight = abs(found.bend[0, row]) <= blur
    error = abs(found.value[0, row] - findings.numerical[row] @ amounts)
    return bool(straight and error <= blur)
