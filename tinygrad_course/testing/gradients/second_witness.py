"""What the complex step says where central differences don't see far enough."""

import numpy as np

from .findings import BY_COMPLEX_STEP, UNMOVED, Findings
from .verdicts import CORRECT, IMPRECISE, WRONG, Tolerance

_NOTHING = 1e-3
"""A slope that is smaller than this, beside those that the complex step and ours agree on, is none."""

_LOOKED_AT = 8
"""So many directions are looked at, and the others only if it has something to say on these."""


def ask_the_complex_step(findings: Findings, tolerance: Tolerance) -> None:
    """The second witness can confirm or excuse, not accuse.

    It confirms ours where the first does not see far enough, if the two agree on two digits at least, as far
    as that one sees. Where f as good as does not move, and yet this one agrees with ours, the digits of what
    moves have been lost beside something larger. Anything else that it says against the first may be
    its own fault: a conj inside turns the sign.
    """
    point = findings.point
    asked = (findings.verdicts == WRONG) | ((findings.verdicts == IMPRECISE) & ~findings.unknown)
    error = np.where(asked, np.nan_to_num(findings.error, nan=np.inf), -1)
    columns = np.argsort(-error.max(axis=0), kind="stable")
    for count, column in enumerate(columns[asked[:, columns].any(axis=0)].tolist()):
        found = point.complex_step(point.directions[column])
        if found is None:
            return
        agrees = (np.abs(found - findings.ours[:, column]) <= tolerance.of(found)) & (found != 0)
        for row in np.flatnonzero(agrees & asked[:, column]).tolist():
            place, exact, blur = (row, column), found[row], findings.allowed[row, column]
            if abs(findings.numerical[place]) <= _NOTHING * abs(exact):
                findings.verdicts[place], findings.unknown[place] = IMPRECISE, True
                findings.notes[place] = UNMOVED
            elif blur <= 0.01 * abs(exact) and abs(exact - findings.numerical[place]) <= blur:
                findings.verdicts[place], findings.notes[place] = CORRECT, BY_COMPLEX_STEP
                findings.numerical[place] = exact
                findings.allowed[place] = tolerance.of(exact)
        if count >= _LOOKED_AT and not agrees.any():
            return
