"""What a report says below its table: which kinks, which precision, in numbers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..claims import Claim
from ..findings import ELSEWHERE, OUTSIDE, OVER_OTHER_STEPS, UNMOVED, UNSTABLE, Findings, Place
from ..function import EPSILON
from ..numerical import central_differences
from ..point import Point, bracketed
from ..verdicts import IMPRECISE, KINK, SAFETY, Floats, Tolerance

_FLOAT32 = float(np.finfo(np.float32).eps)


def about_kinks(findings: Findings, step: float, tolerance: Tolerance) -> list[str]:
    """What there is instead of a derivative, and whether ours is something that one may choose there."""
    places = findings.places(KINK)
    if not places:
        return []
    notes = [findings.notes.get(place) for place in places]
    text = "At a kink there is no derivative. "
    if None in notes:
        text += "Ours lies between the slopes on both sides, as a subgradient may. "
    if OUTSIDE in notes:
        text += "Where ours is not between them, it is right beside the kink all the same. "
    if ELSEWHERE in notes:
        text += "Kinked in other directions: each slope exists, but together they don't add up. "
    if not findings.point.entrywise:
        row, column = places[0]
        entry = _kinked_entry(findings.point, row, column, step, tolerance)
        text += f"One is by {entry}. " if entry else ""
    return [text.rstrip()]


def _kinked_entry(
    point: Point, row: int, column: int, step: float, tolerance: Tolerance
) -> str | None:
    """Which of the entries that are moved together is at a kink, found by halving them."""
    direction = point.directions[column]

    def kinks(moved: Any) -> bool:
        w = np.zeros(direction.w.shape)
        w.flat[moved] = direction.w.flat[moved]
        line = point.line(replace(direction, w=w))
        found = central_differences([line], step, tolerance)
        allowed = tolerance.of(found.value[0, row]) + 3 * SAFETY * found.rounding[0, row]
        return not abs(found.bend[0, row]) <= allowed

    moved = np.flatnonzero(direction.w)
    while len(moved) > 1:
        first, second = np.array_split(moved, 2)
        moved = first if kinks(first) else second
    if not kinks(moved):
        return None
    index = tuple(map(int, np.unravel_index(moved[0], direction.w.shape)))
    return point.names[direction.position] + bracketed(index)


def about_precision(findings: Findings, claim: Claim, noise: Floats) -> list[str]:
    """Why float64 can't decide, with the numbers that show it, and what would do."""
    places = findings.places(IMPRECISE)
    if not places:
        return []
    point = findings.point
    remarks = []
    unstable = [place for place in places if findings.notes.get(place) == UNSTABLE]
    if unstable:
        remarks.append(
            f"{claim.who.capitalize()} itself jumps by more than the error where the inputs change by "
            f"a millionth: numbers much larger than the result cancel in it."
        )
    if UNMOVED in findings.notes.values():
        remarks.append(
            "The function hardly moves, and yet the complex step agrees with ours: what moves is lost "
            "beside numbers that are much larger."
        )
    if OVER_OTHER_STEPS in findings.notes.values():
        remarks.append(
            "Close by the function has another slope than over longer steps, and one of the two agrees with "
            "ours: it climbs stairs, or jumps."
        )
    explained = (UNSTABLE, UNMOVED, OVER_OTHER_STEPS)
    rest = [place for place in places if findings.notes.get(place) not in explained]
    if claim.epsilon > EPSILON and rest:
        remarks.append(
            f"The gradient given has no more digits than {claim.epsilon:.0e} tells apart."
        )
    elif rest:
        remarks.append(_about_function(point, claim, noise, rest))
    known = [place for place in rest if not findings.unknown[place]]
    return remarks + _remedy(findings, known)


def _about_function(point: Point, claim: Claim, noise: Floats, places: Sequence[Place]) -> str:
    row = places[0][0]
    here, size = point.here[row], point.terms[row]
    if not np.isfinite(point.here).all():
        value = point.here[~np.isfinite(point.here)][0]
        return (
            f"The function itself is {value} at the inputs: are they inside its domain, or does it "
            f"overflow?"
        )
    if not np.array_equal(point.at(point.arrays).here, point.here, equal_nan=True):
        return (
            "The function returns something else each time it is called with the same inputs: is "
            "there a random number in it, as in dropout? Let it start from the same seed each time."
        )
    accuracy = noise[row] / size if size else 0.0
    if claim.resolution > EPSILON:
        coarsest = min(claim.dtypes, key=lambda dtype: dtype.itemsize)
        return (
            f"The function computes in {coarsest} inside: with float64 throughout one can see more."
        )
    if accuracy > 100 * EPSILON:
        single = "it computes in float32 inside, or " if accuracy < 4 * _FLOAT32 else ""
        return (
            f"The function is accurate to {accuracy:.0e} of its size: {single}numbers much larger than the "
            f"result cancel in it."
        )
    return (
        f"The function is {here:.3g} here, and rounding changes that by {EPSILON * size:.0e}: too much "
        f"for the small differences that show the derivative."
    )


def _remedy(findings: Findings, places: Sequence[Place]) -> list[str]:
    """The tolerance that asks for no more than can be seen."""
    largest = np.abs(findings.ours).max(axis=1)
    relative = max((findings.allowed[place] / largest[place[0]] for place in places), default=0.0)
    if not 0 < relative < 1:
        return []
    return [
        f"As far as can be seen both sides agree; rtol=1e{int(np.ceil(np.log10(relative))):+03d} asks for no "
        f"more than that."
    ]
