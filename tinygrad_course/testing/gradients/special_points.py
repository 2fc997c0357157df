"""Points where both sides differ although no formula of the gradient is wrong.

At a kink a rule chooses a slope, and at an infinity it may meet 0 · ∞. `comparison` finds kinks along one
line; this file looks at what one line does not show. A rule can be right everywhere around a kink and yet
choose a slope that no line through it suggests. So the same comparison is made at points close by:
a wrong formula is wrong there as well.

Elsewhere the gradient may cancel its own digits, as (x eˣ − eˣ + 1) / x² does for small x.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from .claims import Claim, OnlyHere
from .findings import ELSEWHERE, OUTSIDE, UNSTABLE, ZERO_TIMES_INFINITY, Findings
from .numerical import central_differences
from .point import EPSILON, Point
from .verdicts import IMPRECISE, KINK, SAFETY, WRONG, Floats, Tolerance

_NEIGHBOURS = 3
"""The number of points close by at which the comparison is repeated."""

_PLAINLY = 0.1
"""A relative error at a point close by that no loss of digits explains."""

_MOST_KINKS = 8
"""After this many wrong numbers the search for kinks in other directions ends, unless it has found one."""

_NUDGES = (1e-7, 3e-7)
_WIDER = (1e-6, 3e-6)
"""Relative to the inputs, and to 1 where they are larger than 1."""

_STRETCH = 2.618
"""Not a whole number: rounding errors that repeat at equal distances would stay hidden."""


def error_beside(
    point: Point, claim: Claim, row: int, column: int, step: float, tolerance: Tolerance
) -> float | None:
    """The largest relative error of one number at points close by; None if that can't be computed.

    It stops at the first that is plainly wrong.
    """
    errors: list[float] = []
    for arrays in _close_by(point):
        try:
            there, claimed = point.at(arrays), claim.at(arrays)
        except (OnlyHere, ValueError):
            continue
        ours = there.along(claimed.vjp(there.cotangent(row)))[column]
        line = there.line(point.directions[column])
        found = central_differences([line], step, tolerance)
        numerical = found.value[0, row]
        margin = tolerance.of(numerical) + SAFETY * found.uncertainty[0, row]
        if np.isfinite(margin):
            excess = abs(ours - numerical) - margin
            size = max(abs(ours), abs(numerical))
            errors.append(0.0 if excess <= 0 else excess / size if np.isfinite(size) else np.inf)
            if errors[-1] > _PLAINLY:
                break
    return max(errors, default=None)


def _close_by(point: Point) -> Iterator[list[Any]]:
    rng = np.random.default_rng(0)
    inputs = {i: point.arrays[i] for i in point.positions}
    for _ in range(_NEIGHBOURS):
        yield point.shifted(
            {
                i: 1e-2 * np.fmax(1, np.abs(x)) * rng.standard_normal(x.shape)
                for i, x in inputs.items()
            }
        )


def wrong_beside_the_kink(
    findings: Findings, claim: Claim, step: float, tolerance: Tolerance
) -> None:
    """At a kink ours should lie between both slopes. If it does not, it may still be right.

    Several kinks may meet, as those of all units of a layer do for the input 0. Then rules that each choose
    a slope between their own two can miss the two slopes of the whole. A wrong gradient is wrong beside the
    kink as well.
    """
    for (row, column), note in findings.notes.items():
        if note == OUTSIDE:
            error = error_beside(findings.point, claim, row, column, step, tolerance)
            if error is not None and error > _PLAINLY:
                findings.verdicts[row, column] = WRONG


def infinity_at_the_point(findings: Findings) -> None:
    """NaN where another output overflows or has an infinite slope is 0 · ∞, not a mistake."""
    overflows = not np.isfinite(findings.point.here).all()
    steep = _steep(findings)
    for index in findings.indices(WRONG):
        if not np.isfinite(findings.ours[index]) and (overflows or index[1] in steep):
            findings.verdicts[index] = IMPRECISE if overflows else KINK
            findings.unknown[index] = overflows
            findings.notes[index] = ZERO_TIMES_INFINITY


def kinked_in_other_directions(
    findings: Findings, claim: Claim, step: float, tolerance: Tolerance
) -> None:
    """Slopes along all axes may exist, and still no derivative: the median of three equal numbers.

    It does not change with any one of them, so all the slopes are 0, but it changes with all of them
    together. At such a point the slopes do not add up, or another output jumps. A gradient that is right at
    points close by gets the verdict "kink" there.
    """
    steep = _steep(findings)
    any_found = False
    wrong = [index for index in findings.indices(WRONG) if np.isfinite(findings.ours[index])]
    for count, (row, column) in enumerate(wrong):
        if count >= _MOST_KINKS and not any_found:
            break
        error = error_beside(findings.point, claim, row, column, step, tolerance)
        right = error is not None and error <= _PLAINLY
        if right and (column in steep or not _adds_up(findings, row, step, tolerance)):
            findings.verdicts[row, column] = KINK
            findings.notes[row, column] = ELSEWHERE
            any_found = True


def _steep(findings: Findings) -> set[int]:
    """The directions in which some output jumps or has a vertical tangent."""
    return {column for (_, column), both in findings.slopes.items() if np.isinf(both).any()}


def _adds_up(findings: Findings, row: int, step: float, tolerance: Tolerance) -> bool:
    """Whether the slope in a random direction is the sum that the slopes along the axes give."""
    point = findings.point
    amounts = np.random.default_rng(0).standard_normal(len(point.directions))
    scaled = [replace(d, w=c * d.w) for c, d in zip(amounts, point.directions, strict=True)]
    line = point.line(*scaled)
    found = central_differences([line], step, tolerance)
    allowed = tolerance.of(findings.numerical[row]) @ np.abs(amounts)
    margin = SAFETY * (found.uncertainty[0, row] + allowed)
    straight = abs(found.bend[0, row]) <= margin
    error = abs(found.value[0, row] - findings.numerical[row] @ amounts)
    return bool(straight and error <= margin)


def cancels_in_itself(findings: Findings, claim: Claim) -> None:
    """Move the inputs by very little, twice: a gradient that does not run straight has no digits left.

    A smooth bend is a hundred times larger over ten times the distance; that part is subtracted.
    """
    wrong = [index for index in findings.indices(WRONG) if np.isfinite(findings.ours[index])]
    rows = list(dict.fromkeys(row for row, _ in wrong))
    jumps = np.zeros(findings.ours[rows].shape)
    for phase in (0.0, 1.0) if wrong else ():
        try:
            bends = {n: _bend(findings, claim, rows, n, phase) for n in (*_NUDGES, *_WIDER)}
        except OnlyHere:
            return
        for nudge in _NUDGES:
            smooth = np.fmax(*(bends[wide] * (nudge / wide) ** 2 for wide in _WIDER))
            jumps = np.fmax(jumps, bends[nudge] - smooth)
    for index in wrong:
        margin = SAFETY * jumps[rows.index(index[0]), index[1]]
        if findings.error[index] <= findings.allowed[index] + margin:
            findings.verdicts[index] = IMPRECISE
            findings.allowed[index] += margin
            findings.notes[index] = UNSTABLE
            findings.unknown[index] = not margin < np.abs(findings.numerical[index[0]]).max()


def _bend(findings: Findings, claim: Claim, rows: list[int], nudge: float, phase: float) -> Floats:
    """How far these rows of ours are from running straight.

    Equal inputs stay equal. Large ones are moved like those of size 1, unless f computes in float32 and
    would not notice.
    """
    point = findings.point
    coarse = claim.resolution > EPSILON
    shifts = {}
    for i in point.positions:
        size = np.abs(point.arrays[i])
        moved = nudge * (10 * size if coarse else np.fmin(size, 1))
        shifts[i] = np.fmax(moved, 4 * EPSILON * size) * np.cos(phase + 9 * point.arrays[i])
    ours = [findings.ours[rows]]
    for times in (1, _STRETCH):
        claimed = claim.at(point.shifted({i: times * w for i, w in shifts.items()}))
        gradients = [claimed.vjp(point.cotangent(row)) for row in rows]
        ours.append(np.array([point.along(g) for g in gradients]))
    here, near, far = ours
    bend: Floats = np.abs((far - here) / _STRETCH - (near - here))
    return bend
