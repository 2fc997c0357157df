"""Does the gradient on trial cancel its own digits away, as (x eˣ − eˣ + 1) / x² does for small x?"""

import numpy as np

from ..claims import Claim, NowhereElse
from ..findings import UNSTABLE, Findings
from ..function import EPSILON
from ..verdicts import IMPRECISE, SAFETY, WRONG, Floats

_NUDGES = (1e-7, 3e-7)
_WIDER = (1e-6, 3e-6)
"""Of the inputs, and of 1 where they are larger than that."""

_STRETCH = 2.618
"""No whole number, with which rounding errors that come back at equal distances would stay hidden."""


def cancels_in_itself(findings: Findings, claim: Claim) -> None:
    """Move the inputs by very little, twice: a gradient that does not run straight has no digits left.

    What bends smoothly bends a hundred times more over ten times the distance, and that is taken off.
    """
    wrong = [place for place in findings.places(WRONG) if np.isfinite(findings.ours[place])]
    rows = list(dict.fromkeys(row for row, _ in wrong))
    jumps = np.zeros(findings.ours[rows].shape)
    for phase in (0.0, 1.0) if wrong else ():
        try:
            bends = {n: _bend(findings, claim, rows, n, phase) for n in (*_NUDGES, *_WIDER)}
        except NowhereElse:
            return
        for nudge in _NUDGES:
            smooth = np.fmax(*(bends[wide] * (nudge / wide) ** 2 for wide in _WIDER))
            jumps = np.fmax(jumps, bends[nudge] - smooth)
    for place in wrong:
        blur = SAFETY * jumps[rows.index(place[0]), place[1]]
        if findings.error[place] <= findings.allowed[place] + blur:
            findings.verdicts[place] = IMPRECISE
            findings.allowed[place] += blur
            findings.notes[place] = UNSTABLE
            findings.unknown[place] = not blur < np.abs(findings.numerical[place[0]]).max()


def _bend(findings: Findings, claim: Claim, rows: list[int], nudge: float, phase: float) -> Floats:
    """How far these rows of ours are from running straight.

    Equal inputs stay equal. Large ones are moved like those of size 1, unless f computes in float32, and
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
        shares = [claimed.shares(point.cotangent(row)) for row in rows]
        ours.append(np.array([point.along(share) for share in shares]))
    here, near, far = ours
    bend: Floats = np.abs((far - here) / _STRETCH - (near - here))
    return bend
