"""Points where both sides differ although no formula of the gradient is wrong.

At a kink a rule chooses a slope, and at an infinity it may meet 0 · ∞. `comparison` finds kinks along one
line; this file looks at what one line does not show. A rule can be right everywhere around a kink and yet
choose a slope that no line through it suggests. So the same comparison is made at points close by:
a wrong formula is wrong there as well.

Elsewhere the gradient may cancel its own digits, as (x eˣ − eˣ + 1) / x² does for small x.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from .claims import Claim, OnlyHere
from .findings import (
    ELSEWHERE,
    OUT_OF_RANGE,
    OUTSIDE,
    UNSTABLE,
    ZERO_TIMES_INFINITY,
    Findings,
)
from .numerical import central_differences
from .point import EPSILON, Point
from .slopes import slopes
from .verdicts import IMPRECISE, KINK, SAFETY, WRONG, Floats, Index, Tolerance

_NEIGHBOURS = 3
"""The number of points close by at which the comparison is repeated."""

_PLAINLY = 0.1
"""A relative error at a point close by that no loss of digits explains."""

_MOST_KINKS = 8
"""After this many wrong numbers the search for kinks in other directions ends, unless it has found one."""

_NUDGES = (1e-7, 3e-7)
_WIDER = (1e-6, 3e-6)
"""Relative to the inputs."""

_PHASES = (0.0, 1.0)

_MOST_JUMPS = 4
"""After this many numbers the others jump, or not, as the last one did."""

_SIZES = (16, 32, 64, 128)
"""Exponents of 2 that a cotangent is divided by, where f is 0 and does not tell its size."""

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
            there, claim_there = point.at(arrays), claim.at(arrays)
        except (OnlyHere, ValueError):
            continue
        claimed = there.along(claim_there.vjp(there.cotangent(row)))[column]
        line = there.line(point.directions[column])
        found = central_differences([line], step, tolerance)
        numerical = found.value[0, row]
        margin = tolerance.of(numerical) + SAFETY * found.uncertainty[0, row]
        if np.isfinite(margin):
            excess = abs(claimed - numerical) - margin
            size = max(abs(claimed), abs(numerical))
            errors.append(0.0 if excess <= 0 else excess / size if np.isfinite(size) else np.inf)
            if errors[-1] > _PLAINLY:
                break
    return max(errors, default=None)


def _close_by(point: Point) -> Iterator[list[Any]]:
    rng = np.random.default_rng(0)
    inputs = {i: point.arrays[i] for i in point.positions}
    for _ in range(_NEIGHBOURS):
        yield point.shifted(
            {i: 1e-2 * point.scales[i] * rng.standard_normal(x.shape) for i, x in inputs.items()}
        )


def wrong_beside_the_kink(
    findings: Findings, claim: Claim, step: float, tolerance: Tolerance
) -> None:
    """At a kink the claim should lie between both slopes. If it does not, it may still be right.

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
        if not np.isfinite(findings.claimed[index]) and (overflows or index[1] in steep):
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
    wrong = [index for index in findings.indices(WRONG) if np.isfinite(findings.claimed[index])]
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
    amounts *= point.direction_scales  # so that all inputs change by about the same part
    scaled = [replace(d, w=c * d.w) for c, d in zip(amounts, point.directions, strict=True)]
    line = point.line(*scaled, scale=1.0)
    found = central_differences([line], step, tolerance)
    allowed = findings.allowed[row] @ np.abs(amounts)
    margin = SAFETY * (found.uncertainty[0, row] + allowed)
    straight = abs(found.bend[0, row]) <= margin
    error = abs(found.value[0, row] - findings.numerical[row] @ amounts)
    return bool(straight and error <= margin)


def cancels_in_itself(findings: Findings, claim: Claim, tolerance: Tolerance) -> None:
    """Move the inputs by very little, twice: a gradient that does not run straight has no digits left.

    A smooth bend is a hundred times larger over ten times the distance; that part is subtracted.
    """
    wrong = [index for index in findings.indices(WRONG) if np.isfinite(findings.claimed[index])]
    rows = list(dict.fromkeys(row for row, _ in wrong))
    jumps = np.zeros(findings.claimed[rows].shape)
    for phase in _PHASES if wrong else ():
        try:
            bends = {n: _bend(findings, claim, rows, n, phase) for n in (*_NUDGES, *_WIDER)}
        except OnlyHere:
            return
        for nudge in _NUDGES:
            smooth = np.fmax(*(bends[wide] * (nudge / wide) ** 2 for wide in _WIDER))
            jumps = np.fmax(jumps, bends[nudge] - smooth)
    tried, last = 0, True
    for index in wrong:
        margin = SAFETY * jumps[rows.index(index[0]), index[1]]
        if findings.error[index] > findings.allowed[index] + margin:
            continue
        if tried < _MOST_JUMPS:
            last = not _jumps_as_well(findings, claim, index, margin / SAFETY, tolerance)
            tried += 1
        if last:
            findings.verdicts[index] = IMPRECISE
            findings.allowed[index] += margin
            findings.notes[index] = UNSTABLE
            findings.unknown[index] = not margin < np.abs(findings.numerical[index[0]]).max()


def leaves_its_dtype(findings: Findings, claim: Claim, tolerance: Tolerance) -> None:
    """A gradient that overflows, or becomes 0, in the dtype in which it is computed is no wrong formula.

    It is linear in its cotangent. So one that is right for v / |v · f|, times |v · f|, is right.
    """
    rows = sorted({row for row, _ in findings.indices(WRONG)})
    if claim.resolution <= EPSILON:
        return
    for row in rows:
        for size in 2.0 ** np.array([np.round(np.log2(findings.point.terms[row] or 1.0)), *_SIZES]):
            scaled = findings.point.along(claim.vjp(findings.point.cotangent(row) / size)) * size
            if np.isfinite(scaled).all():
                break
        error = np.abs(scaled - findings.numerical[row])
        rounding = SAFETY * claim.epsilon * np.abs(scaled).max(initial=0)
        fits = error <= findings.allowed[row] + tolerance.of(scaled) + rounding
        fits |= np.isfinite(scaled) & ~np.isfinite(findings.claimed[row])
        for column in np.flatnonzero((findings.verdicts[row] == WRONG) & fits).tolist():
            findings.verdicts[row, column] = IMPRECISE
            findings.unknown[row, column] = True
            findings.notes[row, column] = OUT_OF_RANGE


def zero_but_for_rounding(findings: Findings, claim: Claim) -> None:
    """Where f shows nothing but its noise, and the claim is 0, or nothing but its own noise, they agree."""
    unknown = findings.unknown & (findings.verdicts == IMPRECISE)
    unknown &= np.isfinite(findings.claimed + findings.numerical)
    rows = np.flatnonzero(unknown.any(axis=1)).tolist()
    point = findings.point
    if not rows or not point.repeats(claim.resolution):
        return
    # Where f is itself a derivative, its own rounding shows in the claim as well.
    natural = point.behind[rows, None] / point.direction_scales
    noisy = np.abs(findings.claimed[rows]) <= SAFETY * EPSILON * natural
    try:
        for phase in _PHASES:
            bend = _bend(findings, claim, rows, _NUDGES[0], phase)
            noisy |= bend >= _PLAINLY * np.abs(findings.claimed[rows])
    except OnlyHere:
        pass
    for k, row in enumerate(rows):
        if noisy[k][unknown[row]].all():
            columns = np.flatnonzero(unknown[row]).tolist()
            findings.are_rounding_alone(
                (row, column) for column in columns if (row, column) not in findings.notes
            )


def _jumps_as_well(
    findings: Findings, claim: Claim, index: Index, jump: float, tolerance: Tolerance
) -> bool:
    """Whether the numerical derivative jumps like the claim: then f has short waves, and both have digits."""
    point, (row, column) = findings.point, index
    for nudge, phase in product(_NUDGES, _PHASES):
        numerical = [findings.numerical[index]]
        for times in (1, _STRETCH):
            there = point.at(_nudged(point, claim, times * nudge, phase))
            line = there.line(point.directions[column])
            numerical.append(slopes(line, tolerance, claim.resolution).central.value[row])
        if _off_line(*numerical) > _PLAINLY * jump:
            return True
    return False


def _bend(findings: Findings, claim: Claim, rows: list[int], nudge: float, phase: float) -> Floats:
    """How far these rows of the claim are from running straight."""
    point = findings.point
    claimed = [findings.claimed[rows]]
    for times in (1, _STRETCH):
        nudged = claim.at(_nudged(point, claim, times * nudge, phase))
        gradients = [nudged.vjp(point.cotangent(row)) for row in rows]
        claimed.append(np.array([point.along(g) for g in gradients]))
    return _off_line(*claimed)


def _off_line(here: Any, near: Any, far: Any) -> Any:
    """How far three values are from a straight line, the last _STRETCH times as far away as the second."""
    return np.abs((far - here) / _STRETCH - (near - here))


def _nudged(point: Point, claim: Claim, nudge: float, phase: float) -> list[Any]:
    """The inputs, moved by very little.

    Equal inputs stay equal, and those that are zero stay zero. Where f computes in float32 it would not
    notice less.
    """
    nudge *= 10 if claim.resolution > EPSILON else 1
    inputs = {i: point.arrays[i] for i in point.positions}
    return point.shifted(
        {i: nudge * np.abs(x) * np.cos(phase + 9 * x / point.scales[i]) for i, x in inputs.items()}
    )
