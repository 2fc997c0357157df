"""Both sides of one Jacobian, compared: what `gradcheck` does once for each order.

Nearly always both sides agree to many digits, and the first look, four values of f for each direction, is
enough. The closer look follows where they disagree, and where f is too large or bends too sharply for the
first look to prove anything. It calls a number wrong only if nothing else explains the difference: no kink,
no noise in the values of f, no derivative that only shorter steps see, no cancellation in the gradient.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .claims import Claim, products
from .complex_step import apply_complex_step
from .findings import OUTSIDE, OVER_OTHER_STEPS, STAIRS, Findings
from .likely_causes import likely_causes
from .numerical import NEGLIGIBLE, STEP, central_differences
from .point import EPSILON, Line, Point
from .remarks import about_kinks, about_precision
from .slopes import Slope, Slopes, slopes, steepness_of_stairs
from .special_points import (
    cancels_in_itself,
    infinity_at_the_point,
    kinked_in_other_directions,
    leaves_its_dtype,
    wrong_beside_the_kink,
    zero_but_for_rounding,
)
from .verdicts import CORRECT, IMPRECISE, KINK, SAFETY, WRONG, Floats, Tolerance

_FIRST = 4
"""After this many wrong directions, others that differ as clearly are wrong without a closer look."""

_FURTHER = (-0.1, 0.1, -1.0, 1.0)
"""Steps relative to the input, at which f is looked at where it stood still."""

_GROWN = 1e4
"""How much a change that rounding hides over a tenth of the input may grow over all of it: more is a jump."""

_FINER = 0.01
"""A dtype this much finer than the first steps sees them."""

_LONGEST = 0.1
"""The longest step of the closer look, relative to the input."""

_CLEAR = 0.1
"""A slope that is less precise than this part of the gradient settles nothing."""


@dataclass(frozen=True)
class FirstLook:
    """What the first look knows.

    `unsettled` is where a closer look is needed, `straight` where f has no bend at the point, `still` where
    it does not change at all. `rounding` is the error that rounding may have caused, `uncertainty` that of
    rounding and the step. `typical` is the size of the numerical derivatives in each row, in the unit of
    each column; `largest` that of the claim by the same input.
    """

    unsettled: Any
    straight: Any
    still: Any
    rounding: Floats
    uncertainty: Floats
    typical: Floats
    largest: Floats


def compare(point: Point, claim: Claim, order: int, step: float, tolerance: Tolerance) -> Findings:
    """Give every number its verdict."""
    claimed = products(claim, point)
    findings = Findings(
        point=point,
        column=claim.column,
        order=order,
        claimed=claimed,
        numerical=np.zeros(claimed.shape),
        allowed=np.zeros(claimed.shape),
        verdicts=np.full(claimed.shape, CORRECT, np.int8),
        unknown=np.zeros(claimed.shape, bool),
        misshapen={i: g.shape for i in point.positions if (g := claim.misshapen(i)) is not None},
    )
    if not claimed.size:
        return findings
    lines = [point.line(d) for d in point.directions]
    found = central_differences(lines, step, tolerance, claimed.T)
    numerical, typical = found.value.T, found.typical.T
    # Where f did not change at all, there was no rounding.
    rounding = np.where(found.changed.T, found.rounding.T, 0)
    with np.errstate(invalid="ignore"):
        allowed = tolerance.of(claimed, numerical)
        margin = SAFETY * rounding
        agree = np.abs(claimed - numerical) <= allowed + margin
        known = np.isfinite(claimed + numerical + margin)
        enough = tolerance.of(typical)
        precise = (margin <= enough) & (np.fmax(allowed + margin, enough) >= found.uncertainty.T)
        straight = np.abs(found.bend.T) <= allowed + 3 * margin + found.smooth.T
        hidden = _hidden(claimed, numerical, margin, typical)
    findings.numerical, findings.allowed = numerical, allowed + margin
    # Steps that are hardly longer than the rounding of f's input may not have moved it at all.
    moved = claim.resolution < _FINER * step
    still = ~found.changed.T & moved
    unsettled = ~(agree & known & (precise | still) & straight) | hidden
    unsettled |= ~(found.changed.T | moved)
    hardly = SAFETY * EPSILON * point.sizes[:, None]
    claims = np.abs(claimed) > hardly / point.direction_scales
    shows, far = _further_away(point, lines, ~(found.varies.T | claims).any(axis=1))
    unsettled |= still & shows
    alone = unsettled & ~still & known & moved & (far <= hardly)
    findings.are_rounding_alone(np.argwhere(alone))
    unsettled &= ~alone
    if unsettled.any():
        first = FirstLook(
            unsettled,
            straight,
            still,
            rounding,
            found.uncertainty.T,
            typical,
            _by_input(point, claimed),
        )
        with np.errstate(all="ignore"):
            noise = _look_closer(findings, first, claim, step, tolerance)
            findings.remarks += likely_causes(findings, claim, step, tolerance)
            findings.remarks += about_kinks(findings, step, tolerance)
            findings.remarks += about_precision(findings, claim, noise)
    return findings


def _hidden(claimed: Floats, numerical: Floats, margin: Floats, typical: Floats) -> Any:
    """Where a number is so small that rounding hides it, though it is not just rounding itself."""
    size = np.fmax(np.abs(claimed), np.abs(numerical))
    visible = np.where(claimed == 0, 2 / SAFETY * margin, 0)
    return (margin > size) & (size > np.fmax(NEGLIGIBLE * typical, visible))


def _further_away(point: Point, lines: Sequence[Line], rows: Any) -> tuple[Any, Floats]:
    """Where longer steps show that f changes, and how far it moves, in rows that should stand still.

    Steps may have been too small to show it. A jump, or a kink at some distance, is no such change. Outside
    of these rows: no, and NaN.
    """
    shows = np.zeros((len(rows), len(lines)), bool)
    far = np.full(shows.shape, np.nan)
    rows = rows & (point.here != 0)
    if rows.any():
        with np.errstate(all="ignore"):
            for column, line in enumerate(lines):
                values = line.values(line.scale * t for t in _FURTHER)[:, rows]
                change = np.abs(values - point.here[rows])
                change[2:][change[2:] > _GROWN * EPSILON * point.sizes[rows]] = 0
                shows[rows, column] = (change > 0).any(axis=0)
                far[rows, column] = np.abs(values - point.here[rows]).max(axis=0)
    return shows, far


def _by_input(point: Point, claimed: Floats) -> Floats:
    """The largest of the claim in the same row and by the same input."""
    sizes = np.where(np.isfinite(claimed), np.abs(claimed), 0)
    largest = np.empty(claimed.shape)
    owners = np.array([d.position for d in point.directions])
    for position in point.positions:
        own = owners == position
        largest[:, own] = sizes[:, own].max(axis=1, keepdims=True, initial=0)
    return largest


def _look_closer(
    findings: Findings, first: FirstLook, claim: Claim, step: float, tolerance: Tolerance
) -> Floats:
    """Put the verdicts on what is unsettled into `findings`; returns the noise of each number of f."""
    noise = _measure(findings, first, first.unsettled, claim, tolerance)
    # Where f turns out to be that noisy, other numbers may have agreed by chance.
    chance = SAFETY * _noise_ratio(findings, noise) * first.rounding > findings.allowed
    chance &= ~first.unsettled & (findings.verdicts == CORRECT)
    if chance.any():
        more = _measure(findings, first, chance, claim, tolerance)
        noise = np.fmax(noise, more)
    _lost_in_noise(findings, noise)
    wrong_beside_the_kink(findings, claim, step, tolerance)
    infinity_at_the_point(findings)
    cancels_in_itself(findings, claim, tolerance)
    leaves_its_dtype(findings, claim, tolerance)
    kinked_in_other_directions(findings, claim, step, tolerance)
    apply_complex_step(findings, tolerance)
    zero_but_for_rounding(findings, claim)
    return noise


def _lost_in_noise(findings: Findings, noise: Floats) -> None:
    """What no step shows beside the noise of f, which other lines may have shown, is not wrong."""
    lost = SAFETY * 2 * noise[:, None] / (_LONGEST * findings.point.direction_scales)
    hidden = (findings.verdicts == WRONG) & (findings.error <= lost)
    hidden &= np.abs(findings.numerical) <= findings.allowed  # else longer steps have shown it
    findings.verdicts[hidden], findings.unknown[hidden] = IMPRECISE, True
    findings.allowed[hidden] = np.fmax(findings.allowed, lost)[hidden]


def _measure(
    findings: Findings, first: FirstLook, where: Any, claim: Claim, tolerance: Tolerance
) -> Floats:
    """Measure the slopes where asked, the largest differences first, and judge; returns the noise of f."""
    point = findings.point
    noise = np.zeros(point.here.shape)
    error = np.where(where, np.nan_to_num(findings.error, nan=np.inf), -1).max(axis=0)
    only_wrong = True
    for count, column in enumerate(np.argsort(-error, kind="stable").tolist()):
        rows = np.flatnonzero(where[:, column])
        if count >= _FIRST and only_wrong:
            wrong = _as_wrong(findings, first, noise, rows, column)
            findings.verdicts[rows[wrong], column] = WRONG
            rows = rows[~wrong]
        if rows.size:
            line = point.line(point.directions[column])
            found = slopes(line, tolerance, claim.resolution, rows)
            noise = np.fmax(noise, found.noise)
            # What the first look saw change may have been noise.
            seen = first.typical[rows, column] - SAFETY * found.noise[rows] / (STEP * line.scale)
            typical = np.fmax(np.fmax(seen, _finite(found.central.value[rows])), found.varies[rows])
            rounding = claim.epsilon * first.largest[rows, column] + claim.subnormal
            _judge(findings, found, rows, column, typical, rounding, tolerance)
            _settle_zeros(findings, found, first.still[rows, column], rows, column, claim)
            only_wrong = only_wrong and bool((findings.verdicts[rows, column] == WRONG).all())
    _settle_beside_edges(findings)
    return noise


def _settle_zeros(
    findings: Findings, found: Slopes, still: Any, rows: Any, column: int, claim: Claim
) -> None:
    """Where f stands still, a claim of 0 is no mistake, even if f has a slope from afar.

    It is correct where f does not change within a tenth of the input. Closer by, f may be stairs, or a slope
    that is computed in a low precision, so nothing is proven.
    """
    verdicts = findings.verdicts[rows, column]
    scale = findings.point.line(findings.point.directions[column]).scale
    zero = findings.claimed[rows, column] == 0
    stands = found.still[rows] >= _LONGEST * scale
    proven = zero & (still | stands) & (verdicts == IMPRECISE)
    single = float(np.finfo(np.float32).eps)
    stairs = (
        zero
        & (verdicts == WRONG)
        & (found.still[rows] > SAFETY * max(single, claim.resolution) * scale)
    )
    findings.verdicts[rows[proven], column] = CORRECT
    findings.verdicts[rows[stairs], column] = IMPRECISE
    for row in rows[stairs].tolist():
        findings.notes[row, column] = STAIRS
    findings.unknown[rows[proven | stairs], column] = False


def _settle_beside_edges(findings: Findings) -> None:
    """Where f is stairs in some directions, it may be close to the edge of one in others by that input."""
    directions = findings.point.directions
    owners = np.array([d.position for d in directions])
    on_stairs = {owners[column] for (_, column), note in findings.notes.items() if note == STAIRS}
    zero = (findings.verdicts == WRONG) & (findings.claimed == 0)
    for row, column in np.argwhere(zero & np.isin(owners, list(on_stairs))).tolist():
        findings.verdicts[row, column], findings.unknown[row, column] = IMPRECISE, False
        findings.notes[row, column] = STAIRS


def _as_wrong(findings: Findings, first: FirstLook, noise: Floats, rows: Any, column: int) -> Any:
    """Which of these rows differ by far more than the error of the numerical derivative."""
    here = (rows, column)
    uncertainty = first.uncertainty[here] + _noise_ratio(findings, noise) * first.rounding[here]
    fits = findings.error[here] <= findings.allowed[here] + SAFETY**2 * uncertainty
    return first.straight[here] & np.isfinite(uncertainty) & ~fits


def _noise_ratio(findings: Findings, noise: Floats) -> float:
    """The noise of f as a multiple of its rounding; along other lines it will be the same."""
    return max(1.0, float(np.nan_to_num(noise / (EPSILON * findings.point.terms)).max()))


def _judge(
    findings: Findings,
    found: Slopes,
    rows: Any,
    column: int,
    typical: Floats,
    rounding: Floats,
    tolerance: Tolerance,
) -> None:
    """Give the verdicts in some rows of a column, from the slopes along its direction.

    `typical` is the size of the derivatives in each row, `rounding` the error of the claim from the dtype
    that it is given in.
    """
    claimed = findings.claimed[rows, column]
    central, margin, fits = _compared(claimed, found.central, rows, rounding, tolerance)
    by_alternative = np.zeros(len(rows), bool)
    clear = _CLEAR * np.abs(claimed)
    for slope in found.alternatives:
        value, width, agrees = _compared(claimed, slope, rows, rounding, tolerance)
        better = agrees & (width <= clear) & ~(fits & (margin <= clear)) & ~by_alternative
        central, margin = np.where(better, value, central), np.where(better, width, margin)
        by_alternative |= better
    fits |= by_alternative
    line = findings.point.line(findings.point.directions[column])
    lost = SAFETY * 2 * EPSILON * findings.point.behind[rows] / (_LONGEST * line.scale)
    at_kink, between = _kinks(findings, found, rows, column, lost, fits, tolerance)

    verdicts = np.where(fits | ~np.isfinite(central), IMPRECISE, WRONG)
    precise = (margin <= tolerance.of(typical)) & ~_hidden(claimed, central, margin, typical)
    verdicts[fits & ~by_alternative & precise] = CORRECT
    # A staircase whose steps are coarse shows its slope from afar, and not well.
    *_, far = found.alternatives
    value, width, agrees = _compared(claimed, far, rows, rounding, tolerance)
    doubtful = (verdicts == WRONG) & np.isfinite(claimed) & (agrees | ~(width <= np.abs(value)))
    for k in np.flatnonzero(doubtful)[:_FIRST].tolist():
        steep = steepness_of_stairs(line, rows[k])
        if steep and (agrees[k] or abs(claimed[k] - central[k]) <= 2 * steep):
            verdicts[k] = IMPRECISE
    verdicts[(verdicts == WRONG) & (np.abs(claimed - central) <= lost)] = IMPRECISE
    verdicts[at_kink] = np.where(np.isfinite(claimed) | between, KINK, WRONG)[at_kink]
    findings.verdicts[rows, column] = verdicts
    findings.numerical[rows, column] = central
    findings.allowed[rows, column] = tolerance.of(claimed, central) + margin
    findings.unknown[rows, column] = (verdicts == IMPRECISE) & ~(fits & (margin < typical))
    for row in rows[by_alternative & ~at_kink].tolist():
        findings.notes[row, column] = OVER_OTHER_STEPS


def _compared(
    claimed: Floats, slope: Slope, rows: Any, rounding: Floats, tolerance: Tolerance
) -> tuple[Floats, Floats, Any]:
    """A slope in some rows, by how much it may be off, and whether the claim agrees with it."""
    value, margin = slope.value[rows], SAFETY * (rounding + slope.uncertainty[rows])
    return value, margin, np.abs(claimed - value) <= tolerance.of(claimed, value) + margin


def _kinks(
    findings: Findings,
    found: Slopes,
    rows: Any,
    column: int,
    lost: Floats,
    fits: Any,
    tolerance: Tolerance,
) -> tuple[Any, Any]:
    """Where the slopes on both sides differ, and where the claim is between them; notes both in `findings`.

    What is smaller than `lost` is rounding. Where the claim `fits` the slope over both sides, it lies
    between them.
    """
    claimed, here = findings.claimed[rows, column], findings.point.here[rows]
    left, right = found.left.value[rows], found.right.value[rows]
    margin = SAFETY * (_finite(found.left.uncertainty) + _finite(found.right.uncertainty))[rows]
    slack = tolerance.of(_finite(left), _finite(right)) + margin + lost
    bent = np.abs(right - left) > slack
    one_sided = np.isnan(left) != np.isnan(right)
    steep = np.isinf(left) | np.isinf(right)
    between = (claimed >= np.fmin(left, right) - slack) & (claimed <= np.fmax(left, right) + slack)
    at_kink = np.isfinite(here) & (steep | ((bent | one_sided) & (between | ~fits)))
    for k in np.flatnonzero(at_kink).tolist():
        index = (int(rows[k]), column)
        findings.slopes[index] = (float(left[k]), float(right[k]))
        if not between[k]:
            findings.notes[index] = OUTSIDE
    return at_kink, between


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, 0)
