"""How the error of numerical differentiation depends on the step: data for the plot that everyone should
see once. From the right the error of a central difference falls with h², until rounding, which grows with
1/h, takes over; the best step is somewhere near the cube root of the machine epsilon. The complex step
subtracts nothing, and stays exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .doubts.complex_step import complex_step
from .findings import Findings, Place
from .verdicts import Floats

STEPS = np.logspace(-1, -12, 45)
"""Four to a decade, relative to entries above 1."""


@dataclass(frozen=True)
class ErrorVersusStep:
    """|numerical − ours| of one entry at each of the `steps`, which get shorter.

    If ours is right, that is the error of the numerical derivative; if it is wrong, the curve ends on a floor
    as high as ours is wrong. `complex_step` is None where f does not take complex arrays.
    """

    output: str
    by: str
    ours: float
    steps: Floats
    central: Floats
    complex_step: Floats | None


def error_versus_step(
    findings: Findings, place: Place, steps: Sequence[float] | Floats = STEPS
) -> ErrorVersusStep:
    """Differentiate at one place with all these steps."""
    point, (row, column) = findings.point, place
    direction, ours = point.directions[column], float(findings.ours[place])
    line = point.line(direction)
    h = np.asarray(steps, np.float64) * line.scale
    with np.errstate(all="ignore"):
        ahead, behind = line.values(h), line.values(-h)
        central = np.abs((ahead - behind)[:, row] / (2 * h) - ours)
    by_complex_step = [complex_step(point, direction, t) for t in h]
    exact = [abs(float(found[row]) - ours) for found in by_complex_step if found is not None]
    return ErrorVersusStep(
        output=point.labels[row],
        by=direction.label,
        ours=ours,
        steps=h,
        central=central,
        complex_step=np.array(exact) if len(exact) == len(h) else None,
    )
