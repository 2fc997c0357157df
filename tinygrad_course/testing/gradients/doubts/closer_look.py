"""The verdict where both sides disagree, or agree too loosely to prove anything.

Nothing is called wrong before its excuses have been looked into: that the function has a kink there, that
its values are noisier than they look, that only shorter steps see the derivative, and that the
gradient itself cancels its digits away. What these leave unexplained is wrong.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..claims import Claim
from ..findings import Findings
from ..function import EPSILON
from ..verdicts import SAFETY, WRONG, Floats, Tolerance
from .cancellation import cancels_in_itself
from .complex_step import ask_the_complex_step
from .judgement import judge
from .kinks import infinity_beside_it, kinked_elsewhere, wrong_beside_the_kink
from .slopes import slopes

_FIRST = 4
"""So many directions are looked at before the others are taken to be as wrong as these."""


@dataclass(frozen=True)
class Doubts:
    """What the quick comparison knows: `where` to look, whether f runs `straight` through the point,
    how far `rounding`, or that and the step, may have spoilt the derivative, and the `largest` one in
    each row, of ours and of the numerical ones.
    """

    where: Any
    straight: Any
    rounding: Floats
    doubt: Floats
    largest: tuple[Floats, Floats]


def look_closer(
    findings: Findings, doubts: Doubts, claim: Claim, step: float, tolerance: Tolerance
) -> Floats:
    """Put into `findings` the verdicts where there are doubts; returns the noise of each number of f."""
    noise = _look(findings, doubts, doubts.where, claim, tolerance)
    # Where f is as noisy as that, others may have come out right by chance.
    chance = SAFETY * _times(findings, noise) * doubts.rounding > findings.allowed
    if (chance & ~doubts.where).any():
        more = _look(findings, doubts, chance & ~doubts.where, claim, tolerance)
        noise = np.fmax(noise, more)
    wrong_beside_the_kink(findings, claim, step, tolerance)
    infinity_beside_it(findings)
    cancels_in_itself(findings, claim)
    kinked_elsewhere(findings, claim, step, tolerance)
    ask_the_complex_step(findings, tolerance)
    return noise


def _look(
    findings: Findings, doubts: Doubts, where: Any, claim: Claim, tolerance: Tolerance
) -> Floats:
    """Give verdicts in these places, the most doubtful directions first; returns the noise of f."""
    point = findings.point
    noise = np.zeros(point.here.shape)
    error = np.where(where, np.nan_to_num(findings.error, nan=np.inf), -1).max(axis=0)
    only_wrong = True
    for count, column in enumerate(np.argsort(-error, kind="stable").tolist()):
        rows = np.flatnonzero(where[:, column])
        if count >= _FIRST and only_wrong:
            wrong = _as_wrong(findings, doubts, noise, rows, column)
            findings.verdicts[rows[wrong], column] = WRONG
            rows = rows[~wrong]
        if rows.size:
            line = point.line(point.directions[column])
            found = slopes(line, tolerance, claim.resolution)
            noise = np.fmax(noise, found.noise)
            ours, numerical = (largest[rows, 0] for largest in doubts.largest)
            seen = np.fmax(numerical, np.abs(found.central.value[rows]))
            rounding = claim.epsilon * ours
            judge(findings, found, rows, column, np.fmin(ours, seen), rounding, tolerance)
            only_wrong = only_wrong and bool((findings.verdicts[rows, column] == WRONG).all())
    return noise


def _as_wrong(findings: Findings, doubts: Doubts, noise: Floats, rows: Any, column: int) -> Any:
    """Which of these rows differ by far more than what may have spoilt the derivative."""
    here = (rows, column)
    spoilt = doubts.doubt[here] + _times(findings, noise) * doubts.rounding[here]
    fits = findings.error[here] <= findings.allowed[here] + SAFETY**2 * spoilt
    return doubts.straight[here] & np.isfinite(spoilt) & ~fits


def _times(findings: Findings, noise: Floats) -> float:
    """How many times larger than rounding the noise of f is; along other lines that will be the same."""
    return max(1.0, float(np.nan_to_num(noise / (EPSILON * findings.point.terms)).max()))
