"""A closer look at a function along a line: its slopes on the left, on the right and on both sides.

`numerical` spends four values of f on a line. Here it is more than a hundred, at steps from a tenth down to
1e-12. At each step the difference quotient is extrapolated, and its change from one step to the next, with
the measured noise of f, says how well it is known. What shorter steps contradict is not believed: they
may see a kink close by, or waves that the long ones step over.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..function import EPSILON, Line
from ..verdicts import SAFETY, Floats, Tolerance
from .noise import noise

_RATIO = 4.0
_STEPS = 0.1 * _RATIO ** -np.arange(19)

_HIDDEN = 20
"""Changes of f by so many times its noise may be nothing but noise."""

_IN_A_ROW, _AS_FAST = 6, 0.7
"""A quotient without a limit changes so often at least, and by this part of its last change each time."""


@dataclass(frozen=True)
class Slope:
    """The slope of each number of f, and how far it may be off: NaN and infinity where it is unknown."""

    value: Floats
    within: Floats


@dataclass(frozen=True)
class Slopes:
    """The slopes at a point, and by how much the values of f jitter.

    `otherwise` has the central one again, if what may be noise and may be f itself is taken for the other.
    """

    central: Slope
    otherwise: tuple[Slope, ...]
    left: Slope
    right: Slope
    noise: Floats


def slopes(line: Line, tolerance: Tolerance, resolution: float) -> Slopes:
    """What f does at t = 0.

    `resolution` is the epsilon of the numbers in which f computes: it does not notice shorter steps, and its
    values are not known any better, even where they run straight for a while: that may be one stair.
    """
    steps: Any = _STEPS[resolution < _STEPS]
    ladders = [line.scale * steps]
    if 0 < line.moved < 1e-6:
        ladders.append(line.moved * steps)
    values = [(h[:, None], line.values(h), line.values(-h)) for h in ladders]
    both = [((ahead - behind) / (2 * h), h) for h, ahead, behind in values]
    left = [((line.here - behind) / h, h) for h, _, behind in values]
    right = [((ahead - line.here) / h, h) for h, ahead, _ in values]

    def best(quotients: Any, level: Floats, order: int) -> Slope:
        floor = np.fmax(level, max(resolution, EPSILON) * line.terms)
        found = [_limits(q, h, floor, line.moved, order) for q, h in quotients]
        return _best(found, tolerance)

    jitter = noise(line)
    return Slopes(
        central=best(both, jitter.likely, order=2),
        otherwise=(best(both, jitter.near, order=2), best(both, jitter.far, order=2)),
        left=best(left, jitter.likely, order=1),
        right=best(right, jitter.likely, order=1),
        noise=jitter.likely,
    )


def _limits(quotients: Floats, h: Any, floor: Floats, moved: float, order: int) -> Slope:
    """Quotients with an error of this order in h, extrapolated at each step.

    Their values of f are off by `floor`, and belong to inputs that are rounded when they are moved.
    """
    factor = _RATIO**order
    value = (factor * quotients[1:] - quotients[:-1]) / (factor - 1)
    change, value = np.abs(np.diff(value, axis=0)), value[:-1]
    within = change + (2 * floor + EPSILON * moved * np.abs(value)) / h[1:-1]
    seen = np.abs(np.diff(quotients, axis=0)) * h[1:] / (_HIDDEN * floor)
    for k in np.flatnonzero((seen > 1).sum(axis=0) >= _IN_A_ROW).tolist():
        if _goes_on(np.diff(quotients[:, k]), seen[:, k]):
            value[-1, k], within[-1, k] = np.sign(quotients[-1, k]) * np.inf, 0
    return Slope(value, np.where(np.isnan(within), np.inf, within))


def _goes_on(change: Floats, seen: Floats) -> bool:
    """Whether a quotient moves in one direction and does not slow down as the steps get shorter.

    Then there is no limit: f jumps there, or its tangent is vertical. Only changes can be told from noise of
    which more than 1 is `seen`; where the next one is none of these, it must not have been one to expect.
    """
    last = np.flatnonzero(seen > 1)[-_IN_A_ROW:]
    slower: Any = np.abs(change[last][1:]) < _AS_FAST * np.abs(change[last][:-1])
    stopped = last[-1] + 1 < len(seen) and _AS_FAST * seen[last[-1]] / _RATIO > 1
    one_way = abs(np.sign(change[last]).sum()) == len(last)
    return bool(one_way and not slower.any() and not stopped)


def _best(found: list[Slope], tolerance: Tolerance) -> Slope:
    """The slope over the shortest step that knows it well enough, and that no shorter one contradicts."""
    value = np.concatenate([slope.value for slope in found])
    within = np.concatenate([slope.within for slope in found])
    apart = np.abs(value[:, None] - value) > 3 * (within[:, None] + within)
    shorter = np.triu(np.ones((len(value), len(value)), bool), 1)
    contradicted = (apart & shorter[:, :, None]).any(axis=1)
    within = np.where(contradicted, np.inf, within)
    enough = np.fmax(4 * within.min(axis=0), tolerance.of(value) / SAFETY)
    last = len(value) - 1 - np.argmax((within <= enough)[::-1], axis=0)
    columns = np.arange(value.shape[1])
    value, within = value[last, columns], within[last, columns]
    return Slope(np.where(np.isfinite(within), value, np.nan), within)
