"""The remarks below the table of a report: what is known of kinks and of precision, with numbers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .claims import Claim
from .findings import ELSEWHERE, OUTSIDE, OVER_OTHER_STEPS, STAIRS, UNMOVED, UNSTABLE, Findings
from .numerical import central_differences
from .point import EPSILON, Point, bracketed
from .verdicts import IMPRECISE, KINK, SAFETY, Floats, Index, Tolerance

_FLOAT32 = float(np.finfo(np.float32).eps)


def about_kinks(findings: Findings, step: float, tolerance: Tolerance) -> list[str]:
    """What kinks there are, and whether the claim is a slope that a rule may choose there."""
    kinks = findings.indices(KINK)
    if not kinks:
        return []
    notes = [findings.notes.get(index) for index in kinks]
    text = "At a kink there is no derivative. "
    if None in notes:
        text += "The gradient lies between the slopes on both sides, as a subgradient may. "
    if OUTSIDE in notes:
        text += "Where the gradient is not between them, it is still right beside the kink. "
    if ELSEWHERE in notes:
        text += "Kinked in other directions: each slope exists, but together they do not add up. "
    if not findings.point.entrywise:
        row, column = kinks[0]
        entry = _kinked_entry(findings.point, row, column, step, tolerance)
        text += f"One is by {entry}. " if entry else ""
    return [text.rstrip()]


def _kinked_entry(
    point: Point, row: int, column: int, step: float, tolerance: Tolerance
) -> str | None:
    """The entry that is at a kink, among those that a direction moves together; found by halving them."""
    direction = point.directions[column]

    def bends(moved: Any) -> bool:
        w = np.zeros(direction.w.shape)
        w.flat[moved] = direction.w.flat[moved]
        line = point.line(replace(direction, w=w))
        found = central_differences([line], step, tolerance)
        allowed = tolerance.of(found.value[0, row]) + 3 * SAFETY * found.rounding[0, row]
        return not abs(found.bend[0, row]) <= allowed

    moved = np.flatnonzero(direction.w)
    while len(moved) > 1:
        first, second = np.array_split(moved, 2)
        moved = first if bends(first) else second
    if not bends(moved):
        return None
    index = tuple(map(int, np.unravel_index(moved[0], direction.w.shape)))
    return point.names[direction.position] + bracketed(index)


def about_precision(findings: Findings, claim: Claim, noise: Floats) -> list[str]:
    """Why float64 is not precise enough, with the numbers that show it, and which tolerance is enough."""
    imprecise = findings.indices(IMPRECISE)
    if not imprecise:
        return []
    point = findings.point
    remarks = []
    if UNSTABLE in (findings.notes.get(index) for index in imprecise):
        remarks.append(
            f"{claim.name.capitalize()} itself jumps by more than the error where the inputs change by "
            f"a millionth: numbers much larger than the result cancel in it."
        )
    if UNMOVED in findings.notes.values():
        remarks.append(
            "The function hardly changes, but the complex step agrees with the gradient: the change is lost "
            "beside numbers that are much larger."
        )
    if OVER_OTHER_STEPS in findings.notes.values():
        remarks.append(
            "Over short steps the function has another slope than over long ones, and one of the two agrees "
            "with the gradient: it is a staircase, or it jumps."
        )
    if STAIRS in findings.notes.values():
        remarks.append(
            "Close by the function does not change at all, and from afar it has a slope: it is stairs, as "
            "rounding makes them. Between two steps its gradient is 0, as claimed."
        )
    explained = (UNSTABLE, UNMOVED, OVER_OTHER_STEPS, STAIRS)
    rest = [index for index in imprecise if findings.notes.get(index) not in explained]
    if claim.epsilon > max(EPSILON, claim.resolution) and rest:
        remarks.append(f"The gradient given is in a dtype with a precision of {claim.epsilon:.0e}.")
    elif rest:
        remarks.append(_about_function(point, claim, noise, rest))
    known = [index for index in rest if not findings.unknown[index]]
    return remarks + _remedy(findings, known)


def _about_function(point: Point, claim: Claim, noise: Floats, rest: Sequence[Index]) -> str:
    row = rest[0][0]
    here, size = point.here[row], point.terms[row]
    if not np.isfinite(point.here).all():
        value = point.here[~np.isfinite(point.here)][0]
        return (
            f"The function itself is {value} at the inputs: are they inside its domain, or does it "
            f"overflow?"
        )
    if not point.repeats(claim.resolution):
        return (
            "The function returns something else each time it is called with the same inputs. Does it "
            "draw random numbers, as dropout does? Start them from the same seed in each call."
        )
    accuracy = noise[row] / size if size else 0.0
    if claim.resolution > EPSILON:
        coarsest = min(claim.dtypes, key=lambda dtype: dtype.itemsize)
        return f"The function computes in {coarsest} inside: float64 throughout is more precise."
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


def _remedy(findings: Findings, known: Sequence[Index]) -> list[str]:
    """The tolerance that asks for no more precision than there is."""
    largest = np.abs(findings.claimed).max(axis=1)
    relative = max((findings.allowed[index] / largest[index[0]] for index in known), default=0.0)
    if not 0 < relative < 1:
        return []
    rtol = f"1e{int(np.ceil(np.log10(relative))):+03d}"
    return [
        f"Both sides agree as far as the precision goes; rtol={rtol} asks for no more than that."
    ]
