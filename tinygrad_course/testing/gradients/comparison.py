"""Both sides of one Jacobian: what `gradcheck` does once for each order.

Almost always they agree to many digits, and four values of f for each direction show it. Only where they
don't, or where f is too large or bends too sharply for that to prove anything, a closer look is taken.
"""

import numpy as np

from .causes.likely_causes import likely_causes
from .claims import Claim, products
from .doubts.closer_look import Doubts, look_closer
from .doubts.remarks import about_kinks, about_precision
from .findings import Findings
from .numerical import central_differences
from .point import Point
from .verdicts import CORRECT, SAFETY, Floats, Tolerance


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
    # Where f did not move at all, no rounding did.
    rounding = np.where(found.moved.T, found.rounding.T, 0)
    with np.errstate(invalid="ignore"):
        allowed = tolerance.of(ours, numerical)
        blur = SAFETY * rounding
        agree = np.abs(ours - numerical) <= allowed + blur
        known = np.isfinite(ours + numerical + blur)
        largest = (_largest(ours), _largest(numerical))
        precise = (blur <= tolerance.of(np.fmin(*largest))) & (allowed + blur >= found.doubt.T)
        straight = np.abs(found.bend.T) <= allowed + 3 * blur
    findings.numerical, findings.allowed = numerical, allowed + blur
    settled = agree & known & precise & straight
    if not settled.all():
        doubts = Doubts(~settled, straight, rounding, found.doubt.T, largest)
        with np.errstate(all="ignore"):
            noise = look_closer(findings, doubts, claim, step, tolerance)
            findings.remarks += likely_causes(findings, claim, step, tolerance)
            findings.remarks += about_kinks(findings, step, tolerance)
            findings.remarks += about_precision(findings, claim, noise)
    return findings


def _largest(derivatives: Floats) -> Floats:
    """The largest finite number in each row."""
    sizes = np.where(np.isfinite(derivatives), np.abs(derivatives), 0)
    largest: Floats = sizes.max(axis=1, keepdims=True)
    return largest
