"""The complex step, a second numerical derivative: f'(x) w = Im f(x + i h w) / h.

Nothing is subtracted, so nothing cancels, and h can be so small that the error of order h² is far below
rounding: where f is analytic the derivative is exact to the last digits, however large f is beside it.

It is not to be relied on alone. f has to be written in NumPy functions, since Tensors hold real numbers;
and abs, conj or a conversion to float32 make it wrong without a warning. So it is used only where
central differences are not precise enough, and only as far as they confirm it.

Source: Squire, Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review
40, 1998; Martins, Sturdza, Alonso, "The complex-step derivative approximation", ACM TOMS 29, 2003.
"""

import warnings

import numpy as np

from .findings import BY_COMPLEX_STEP, UNMOVED, Findings
from .point import Direction, Point, listed
from .verdicts import CORRECT, IMPRECISE, WRONG, Floats, Tolerance

_STEP = 1e-20
"""Relative to the input."""

_NOTHING = 1e-3
"""A numerical slope smaller than this, relative to the one that the complex step gives, counts as none."""

_MOST_DIRECTIONS = 8
"""After this many directions the complex step is tried no more, unless it has just agreed with the claim."""


def complex_step(point: Point, direction: Direction, step: float | None = None) -> Floats | None:
    """v · J w for every v; None where f does not take complex arrays, or returns real ones."""
    if step is None:
        step = _STEP * point.scales[direction.position]
    moved = list(point.arrays)
    moved[direction.position] = moved[direction.position] + 1j * step * direction.w
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("error")  # NumPy warns where it discards an imaginary part
            outputs = listed(point.function.f(*moved))
            values = np.concatenate([np.ravel(np.asarray(y)) for y in outputs])
    except Exception:  # f was not written for complex numbers, and may raise anything
        return None
    fits = values.dtype.kind == "c" and values.size == point.size
    return point.rows(values.imag / step) if fits else None


def apply_complex_step(findings: Findings, tolerance: Tolerance) -> None:
    """Let the complex step confirm the claim, or make a wrong number unknown. It makes no number wrong.

    It confirms the claim where central differences are not precise enough, if they agree with it, and to two
    digits at least. Where f hardly changes, and the complex step agrees with the claim, the digits that
    change are lost beside something larger. Any other difference between the two numerical sides may be the
    fault of the complex step: a conj inside f turns its sign.
    """
    point = findings.point
    asked = (findings.verdicts == WRONG) | ((findings.verdicts == IMPRECISE) & ~findings.unknown)
    error = np.where(asked, np.nan_to_num(findings.error, nan=np.inf), -1)
    columns = np.argsort(-error.max(axis=0), kind="stable")
    for count, column in enumerate(columns[asked[:, columns].any(axis=0)].tolist()):
        found = complex_step(point, point.directions[column])
        if found is None:
            return
        agrees = (np.abs(found - findings.claimed[:, column]) <= tolerance.of(found)) & (found != 0)
        for row in np.flatnonzero(agrees & asked[:, column]).tolist():
            index, exact, margin = (row, column), found[row], findings.allowed[row, column]
            if abs(findings.numerical[index]) <= _NOTHING * abs(exact):
                findings.verdicts[index], findings.unknown[index] = IMPRECISE, True
                findings.notes[index] = UNMOVED
            elif margin <= 0.01 * abs(exact) and abs(exact - findings.numerical[index]) <= margin:
                findings.verdicts[index], findings.notes[index] = CORRECT, BY_COMPLEX_STEP
                findings.numerical[index] = exact
                findings.allowed[index] = tolerance.of(exact)
        if count >= _MOST_DIRECTIONS and not agrees.any():
            return
