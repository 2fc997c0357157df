"""What a function does along a line: how noisy its values are, and its slopes on either side.

`numerical` takes four values of f along a line. This file takes more than a hundred, at steps from a tenth
down to 1e-12. At each step the difference quotient is extrapolated. Its change from one step to the next,
and the measured noise of f, tell how well it is known. A slope that shorter steps contradict is dropped:
they may see a kink close by, or waves that the longer ones step over.

Noise is the error of the values of f. The rounding of the result is known in advance, half a unit in the
last place; the rounding before it is not. A function that computes in float32, or adds 1e8 and subtracts it
again, returns numbers that look like any others. But at points close together they jitter, where a smooth
function would run straight. Eighth differences of equally spaced values leave next to nothing of a smooth
function, and √12870 σ of independent errors of size σ, since Σ binomial(8, k)² = binomial(16, 8) = 12870.

Source: Hamming, "Numerical methods for scientists and engineers", 1962, on tables of differences; Moré,
Wild, "Estimating computational noise", SIAM J. Sci. Comput. 33, 2011, who say when values are too close
or too far apart. The median, in place of their mean square, leaves out a single kink or jump.
"""

from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np

from .point import EPSILON, Line
from .verdicts import SAFETY, Floats, Tolerance

_RATIO = 4.0
_STEPS = 0.1 * _RATIO ** -np.arange(19)

_HIDDEN = 20
"""Changes of f that are smaller than this multiple of its noise may be noise alone."""

_IN_A_ROW, _AS_FAST = 6, 0.7
"""A quotient without a limit changes this often, each time by at least this part of the last change."""

_SAMPLES = 26
_ORDER = 8

_SPACINGS = (1e-10, 1.31e-7, 1.73e-4, 1.13e-2)
"""None is a multiple of another: else a staircase in step with one of them would mislead them all."""

_MEDIAN = 0.6745
"""The median of the absolute value of a standard normal number."""


@dataclass(frozen=True)
class Slope:
    """The slope of each number of f, and by how much it may be off: NaN and infinity where it is unknown."""

    value: Floats
    uncertainty: Floats


@dataclass(frozen=True)
class Slopes:
    """The slopes at a point, and the noise of f.

    `alternatives` has the central slope for a smaller and for a larger estimate of the noise: what
    jitters may be noise, or may be f itself.
    """

    central: Slope
    alternatives: tuple[Slope, ...]
    left: Slope
    right: Slope
    noise: Floats


@dataclass(frozen=True)
class Noise:
    """The standard deviation of the error in each number of f; 0 where f runs straight.

    `near` is measured on values very close together. `likely` adds wider spacings where f changes little and
    jitters. `far` also adds those where f changes much: what jitters there may be noise, or waves and jumps
    of f that are shorter than the spacing.
    """

    near: Floats
    likely: Floats
    far: Floats


def slopes(line: Line, tolerance: Tolerance, resolution: float) -> Slopes:
    """The slopes of f at t = 0.

    `resolution` is the epsilon of the dtype in which f computes. Steps shorter than that do not change its
    input, and its values are no better known than that, even where they run straight: that may be one
    step of a staircase.
    """
    steps: Any = _STEPS[resolution < _STEPS]
    ladders = [line.scale * steps]
    if 0 < line.magnitude < 1e-6:
        ladders.append(line.magnitude * steps)
    values = [(h[:, None], line.values(h), line.values(-h)) for h in ladders]
    both = [((ahead - behind) / (2 * h), h) for h, ahead, behind in values]
    left = [((line.here - behind) / h, h) for h, _, behind in values]
    right = [((ahead - line.here) / h, h) for h, ahead, _ in values]

    def best(quotients: Any, noise: Floats, order: int) -> Slope:
        error = np.fmax(noise, max(resolution, EPSILON) * line.terms)
        found = [_limits(q, h, error, line.magnitude, order) for q, h in quotients]
        return _best(found, tolerance)

    noise = measured_noise(line)
    return Slopes(
        central=best(both, noise.likely, order=2),
        alternatives=(best(both, noise.near, order=2), best(both, noise.far, order=2)),
        left=best(left, noise.likely, order=1),
        right=best(right, noise.likely, order=1),
        noise=noise.likely,
    )


def _limits(quotients: Floats, h: Any, error: Floats, magnitude: float, order: int) -> Slope:
    """Quotients with an error of this order in h, extrapolated at each step.

    Their values of f are off by `error`, and belong to inputs that are rounded when they are moved.
    """
    factor = _RATIO**order
    value = (factor * quotients[1:] - quotients[:-1]) / (factor - 1)
    change, value = np.abs(np.diff(value, axis=0)), value[:-1]
    uncertainty = change + (2 * error + EPSILON * magnitude * np.abs(value)) / h[1:-1]
    seen = np.abs(np.diff(quotients, axis=0)) * h[1:] / (_HIDDEN * error)
    for k in np.flatnonzero((seen > 1).sum(axis=0) >= _IN_A_ROW).tolist():
        if _has_no_limit(np.diff(quotients[:, k]), seen[:, k]):
            value[-1, k], uncertainty[-1, k] = np.sign(quotients[-1, k]) * np.inf, 0
    return Slope(value, np.where(np.isnan(uncertainty), np.inf, uncertainty))


def _has_no_limit(change: Floats, seen: Floats) -> bool:
    """Whether a quotient moves in one direction and does not slow down as the steps get shorter.

    Then there is no limit: f jumps there, or its tangent is vertical. Only changes with `seen` > 1 stand out
    from the noise. The change after the last of them must be one that noise could hide.
    """
    last = np.flatnonzero(seen > 1)[-_IN_A_ROW:]
    slower: Any = np.abs(change[last][1:]) < _AS_FAST * np.abs(change[last][:-1])
    stopped = last[-1] + 1 < len(seen) and _AS_FAST * seen[last[-1]] / _RATIO > 1
    one_way = abs(np.sign(change[last]).sum()) == len(last)
    return bool(one_way and not slower.any() and not stopped)


def _best(found: list[Slope], tolerance: Tolerance) -> Slope:
    """The slope over the shortest step that is precise enough and that no shorter one contradicts."""
    value = np.concatenate([slope.value for slope in found])
    uncertainty = np.concatenate([slope.uncertainty for slope in found])
    apart = np.abs(value[:, None] - value) > 3 * (uncertainty[:, None] + uncertainty)
    shorter = np.triu(np.ones((len(value), len(value)), bool), 1)
    contradicted = (apart & shorter[:, :, None]).any(axis=1)
    uncertainty = np.where(contradicted, np.inf, uncertainty)
    enough = np.fmax(4 * uncertainty.min(axis=0), tolerance.of(value) / SAFETY)
    last = len(value) - 1 - np.argmax((uncertainty <= enough)[::-1], axis=0)
    columns = np.arange(value.shape[1])
    value, uncertainty = value[last, columns], uncertainty[last, columns]
    return Slope(np.where(np.isfinite(uncertainty), value, np.nan), uncertainty)


def measured_noise(line: Line) -> Noise:
    """The noise of f near the start of the line."""
    near = likely = far = np.full(line.here.shape, np.nan)
    spacings = [spacing * line.scale for spacing in _SPACINGS]
    if 0 < line.magnitude < 1e-6:
        spacings.insert(0, 1e-6 * line.magnitude)
    for spacing in spacings:
        values = _equally_spaced(line, spacing)
        level, lower = _level(values, _ORDER), _level(values, _ORDER - 2)
        # Where half of the values are equal, they are on one step of a staircase.
        climbs = 2 * (np.diff(values, axis=0) == 0).sum(axis=0) < len(values) - 1
        # Noise leaves the same in each order of differences, a smooth function less and less.
        jitters = climbs & (lower <= 4 * level)
        little: Any = np.ptp(values, axis=0) <= 0.1 * np.abs(values).max(axis=0)
        first = np.isnan(near) & climbs
        near = np.where(first, level, near)
        likely = np.where(first | (jitters & little), np.fmax(likely, level), likely)
        far = np.where(first | jitters, np.fmax(far, level), far)
    return Noise(np.nan_to_num(near), np.nan_to_num(likely), np.nan_to_num(far))


def _equally_spaced(line: Line, spacing: float) -> Floats:
    """f ahead of the start, or behind it where it is not finite ahead."""
    steps = np.arange(1, _SAMPLES + 1) * spacing
    ahead = line.values(steps)
    finite = np.isfinite(ahead).all(axis=0)
    return ahead if finite.all() else np.where(finite, ahead, line.values(-steps))


def _level(values: Floats, order: int) -> Floats:
    """The noise that differences of this order show."""
    differences = np.abs(np.diff(values, order, axis=0))
    level: Floats = np.median(differences, axis=0) / (_MEDIAN * np.sqrt(comb(2 * order, order)))
    return level
