"""The complex step, a second witness: f'(x) w = Im f(x + i h w) / h.

Nothing is subtracted, so nothing cancels, and h can be so small that the error of order h² is far below
rounding: where f is analytic the derivative is exact to the last digits, however large f is beside it.

It is a witness under suspicion. f has to be written in NumPy functions, since Tensors hold real
numbers; and abs, conj or a conversion to float32 make it say nonsense without a warning. It is asked only
where central differences do not see far enough, and believed only as far as they confirm it.

Source: Squire, Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review
40, 1998; Martins, Sturdza, Alonso, "The complex-step derivative approximation", ACM TOMS 29, 2003.
"""

import warnings

import numpy as np

from ..findings import BY_COMPLEX_STEP, UNMOVED, Findings
from ..function import listed
from ..point import Direction, Point
from ..verdicts import CORRECT, IMPRECISE, WRONG, Floats, Tolerance

STEP = 1e-20

_NOTHING = 1e-3
"""A slope that is smaller than this, beside those that the complex step and ours agree on, is none."""

_LOOKED_AT = 8
"""So many directions are looked at, and the others only if it has something to say on these."""


def complex_step(point: Point, direction: Direction, step: float = STEP) -> Floats | None:
    """v · J w for every v; None where f does not take complex arrays, or gives something without an
    imaginary part.
    """
    moved = list(point.arrays)
    moved[direction.position] = moved[direction.position] + 1j * step * direction.w
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("error")  # NumPy's word for a discarded imaginary part
            outputs = listed(point.function.f(*moved))
            values = np.concatenate([np.ravel(np.asarray(y)) for y in outputs])
    except Exception:  # whatever f does with numbers that it was not written for
        return None
    fits = values.dtype.kind == "c" and values.size == point.size
    return point.rows(values.imag / step) if fits else None


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
        found = complex_step(point, point.directions[column])
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
