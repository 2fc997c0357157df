"""Both sides of one Jacobian, compared: what `gradcheck` does once for each order.

Nearly always both sides agree to many digits, and the first look, four values of f for each direction, is
enough. The closer look follows where they disagree, and where f is too large or bends too sharply for the
first look to prove anything. It calls a number wrong only if nothing else explains the difference: no kink,
no noise in the values of f, no derivative that only shorter steps see, no cancellation in the gradient.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .claims import Claim, products
from .complex_step import apply_complex_step
from .findings import OUTSIDE, OVER_OTHER_STEPS, Findings
from .likely_causes import likely_causes
from .numerical import central_differences
from .point import EPSILON, Point
from .remarks import about_kinks, about_precision
from .slopes import Slope, Slopes, slopes
from .special_points import (
    cancels_in_itself,
    infinity_at_the_point,
    kinked_in_other_directions,
    wrong_beside_the_kink,
)
from .verdicts import CORRECT, IMPRECISE, KINK, SAFETY, WRONG, Floats, Tolerance

_FIRST = 4
"""After this many wrong directions, others that differ as clearly are wrong without a closer look."""

_CLEAR = 0.1
"""A slope that is less precise than this part of the gradient settles nothing."""


@dataclass(frozen=True)
class FirstLook:
    """What the first look knows.

    `unsettled` is where a closer look is needed, `straight` where f has no bend at the point. `rounding` is
    the error that rounding may have caused, `uncertainty` that of rounding and the step. `largest` has the
    size of the largest derivative in each row, of ours and of the numerical ones.
    """

    unsettled: Any
    straight: Any
    rounding: Floats
    uncertainty: Floats
    largest: tuple[Floats, Floats]


def compare(point: Point, claim: Claim, order: int, step: float, tolerance: Tolerance) -> Findings:
    """Give every number its verdict."""
    ours = products(claim, point)
    findings = Findings(
        point=point,
        order=order,
        ours=ours,
        numerical=np.zeros(ours.shape),
        allowed=np.zeros(ours.shape),
        verdicts=np.full(ours.shape, CORRECT, np.int8),
        unknown=np.zeros(ours.shape, bool),
    )
    if not ours.size:
        return findings
    found = central_differences([point.line(d) for d in point.directions], step, tolerance)
    numerical = found.value.T
    # Where f did not change at all, there was no rounding.
    rounding = np.where(found.changed.T, found.rounding.T, 0)
    with np.errstate(invalid="ignore"):
        allowed = tolerance.of(ours, numerical)
        margin = SAFETY * rounding
        agree = np.abs(ours - numerical) <= allowed + margin
        known = np.isfinite(ours + numerical + margin)
        largest = (_largest(ours), _largest(numerical))
        precise = (margin <= tolerance.of(np.fmin(*largest))) & (
            allowed + margin >= found.uncertainty.T
        )
        straight = np.abs(found.bend.T) <= allowed + 3 * margin
    findings.numerical, findings.allowed = numerical, allowed + margin
    settled = agree & known & precise & straight
    if not settled.all():
        first = FirstLook(~settled, straight, rounding, found.uncertainty.T, largest)
        with np.errstate(all="ignore"):
            noise = _look_closer(findings, first, claim, step, tolerance)
            findings.remarks += likely_causes(findings, claim, step, tolerance)
            findings.remarks += about_kinks(findings, step, tolerance)
            findings.remarks += about_precision(findings, claim, noise)
    return findings


def _largest(derivatives: Floats) -> Floats:
    """The largest finite number in each row."""
    sizes = np.where(np.isfinite(derivatives), np.abs(derivatives), 0)
    largest: Floats = sizes.max(axis=1, keepdims=True)
    return largest


def _look_closer(
    findings: Findings, first: FirstLook, claim: Claim, step: float, tolerance: Tolerance
) -> Floats:
    """Put the verdicts on what is unsettled into `findings`; returns the noise of each number of f."""
    noise = _measure(findings, first, first.unsettled, claim, tolerance)
    # Where f turns out to be that noisy, other numbers may have agreed by chance.
    chance = SAFETY * _noise_ratio(findings, noise) * first.rounding > findings.allowed
    if (chance & ~first.unsettled).any():
        more = _measure(findings, first, chance & ~first.unsettled, claim, tolerance)
        noise = np.fmax(noise, more)
    wrong_beside_the_kink(findings, claim, step, tolerance)
    infinity_at_the_point(findings)
    cancels_in_itself(findings, claim)
    kinked_in_other_directions(findings, claim, step, tolerance)
    apply_complex_step(findings, tolerance)
    return noise


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
            found = slopes(line, tolerance, claim.resolution)
            noise = np.fmax(noise, found.noise)
            ours, numerical = (largest[rows, 0] for largest in first.largest)
            largest = np.fmin(ours, np.fmax(numerical, np.abs(found.central.value[rows])))
            _judge(findings, found, rows, column, largest, claim.epsilon * ours, tolerance)
            only_wrong = only_wrong and bool((findings.verdicts[rows, column] == WRONG).all())
    return noise


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
    largest: Floats,
    rounding: Floats,
    tolerance: Tolerance,
) -> None:
    """Give the verdicts in some rows of a column, from the slopes along its direction.

    `largest` is the size of the largest derivative in each row, `rounding` the error of ours from the dtype
    that it is given in.
    """
    ours = findings.ours[rows, column]
    central, margin, fits = _compared(ours, found.central, rows, rounding, tolerance)
    by_alternative = np.zeros(len(rows), bool)
    clear = _CLEAR * np.abs(ours)
    for slope in found.alternatives:
        value, width, agrees = _compared(ours, slope, rows, rounding, tolerance)
        better = agrees & (width <= clear) & ~(fits & (margin <= clear)) & ~by_alternative
        central, margin = np.where(better, value, central), np.where(better, width, margin)
        by_alternative |= better
    fits |= by_alternative
    at_kink, between = _kinks(findings, found, rows, column, tolerance)

    verdicts = np.where(fits | ~np.isfinite(central), IMPRECISE, WRONG)
    verdicts[fits & ~by_alternative & (margin <= tolerance.of(largest))] = CORRECT
    verdicts[at_kink] = np.where(np.isfinite(ours) | between, KINK, WRONG)[at_kink]
    findings.verdicts[rows, column] = verdicts
    findings.numerical[rows, column] = central
    findings.allowed[rows, column] = tolerance.of(ours, central) + margin
    findings.unknown[rows, column] = (verdicts == IMPRECISE) & ~(fits & (margin < largest))
    for row in rows[by_alternative & ~at_kink].tolist():
        findings.notes[row, column] = OVER_OTHER_STEPS


def _compared(
    ours: Floats, slope: Slope, rows: Any, rounding: Floats, tolerance: Tolerance
) -> tuple[Floats, Floats, Any]:
    """A slope in some rows, by how much it may be off, and whether ours agrees with it."""
    value, margin = slope.value[rows], SAFETY * (rounding + slope.uncertainty[rows])
    return value, margin, np.abs(ours - value) <= tolerance.of(ours, value) + margin


def _kinks(
    findings: Findings, found: Slopes, rows: Any, column: int, tolerance: Tolerance
) -> tuple[Any, Any]:
    """Where the slopes on both sides differ, and where ours is between them; notes both in `findings`."""
    ours, here = findings.ours[rows, column], findings.point.here[rows]
    left, right = found.left.value[rows], found.right.value[rows]
    margin = SAFETY * (_finite(found.left.uncertainty) + _finite(found.right.uncertainty))[rows]
    slack = tolerance.of(_finite(left), _finite(right)) + margin
    bent = np.abs(right - left) > slack
    one_sided = np.isnan(left) != np.isnan(right)
    steep = np.isinf(left) | np.isinf(right)
    at_kink = np.isfinite(here) & (bent | one_sided | steep)
    between = (ours >= np.fmin(left, right) - slack) & (ours <= np.fmax(left, right) + slack)
    for k in np.flatnonzero(at_kink).tolist():
        index = (int(rows[k]), column)
        findings.slopes[index] = (float(left[k]), float(right[k]))
        if not between[k]:
            findings.notes[index] = OUTSIDE
    return at_kink, between


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, 0)
