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

from .point import EPSILON, SUBNORMAL, Line
from .verdicts import SAFETY, Floats, Tolerance

_RATIO = 4.0
_STEPS = 0.1 * _RATIO ** -np.arange(19)

_HIDDEN = 20
"""Changes of f that are smaller than this multiple of its noise may be noise alone."""

_IN_A_ROW, _AS_FAST = 6, 0.7
"""A quotient without a limit changes this often, each time by at least this part of the last change."""

_MUCH = 0.1
"""Steps may be longer than the input while f changes by less than this part of itself."""

_LONGEST = 64
"""The number of times that the longest step may be made longer, or the shortest one shorter."""

_OWN = 1e-6
"""An entry smaller than this, relative to its input, also gets steps relative to itself."""

_SAMPLES = 26
_ORDER = 8

_OUT_OF_STEP = 1.618

_SPACINGS = (1e-10, 1.31e-7, 1.73e-4, 1.61e-3, 1.13e-2)
"""None is a multiple of another: else a staircase in step with one of them would mislead them all."""

_STILL = 6
"""Where f does not change over so many of the shortest steps, it stands still."""

_HALVINGS, _MOST_JUMPS = 30, 8
"""How closely a jump of f is enclosed, and in how many numbers of f one is looked for."""

_JUMP = 1e-3
"""What is left of the change of f in so small an interval, if it jumps there; a continuous f leaves less."""

_NEAR_AND_FAR = (1.0, 0.1, 1e-2, 1e-3)
"""How far away jumps are looked for, relative to the input."""

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
    jitters may be noise, or may be f itself. `varies` is how fast f changes at all, in the mean over some
    step. Within `still` it does not change at all, to either side.
    """

    central: Slope
    alternatives: tuple[Slope, ...]
    left: Slope
    right: Slope
    noise: Floats
    varies: Floats
    still: Floats


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


def slopes(line: Line, tolerance: Tolerance, resolution: float, rows: Any = slice(None)) -> Slopes:
    """The slopes of f at t = 0, in all rows; `rows` are those that are asked for.

    `resolution` is the epsilon of the dtype in which f computes. Steps shorter than that do not change its
    input, and its values are no better known than that, even where they run straight: that may be one
    step of a staircase.
    """
    steps: Any = _STEPS[resolution < _STEPS]
    ladders = [line.scale * _extended(line, steps, rows)]
    if 0 < line.magnitude < _OWN * line.scale:
        ladders.append(line.magnitude * steps)
    values = [(h[:, None], line.values(h), line.values(-h)) for h in ladders]
    both = [((ahead - behind) / (2 * h), h) for h, ahead, behind in values]
    left = [((line.here - behind) / h, h) for h, _, behind in values]
    right = [((ahead - line.here) / h, h) for h, ahead, _ in values]
    changes = [np.fmax(np.abs(a - line.here), np.abs(b - line.here)) for _, a, b in values]
    stands = np.zeros(line.here.shape, bool)
    _, ahead, behind = (part[-_STILL:] for part in values[-1])
    stands[rows] = ((ahead == line.here) & (behind == line.here)).all(axis=0)[rows]
    h, ahead, behind = values[0]
    # From the shortest step on, as long as there is no change.
    same = np.logical_and.accumulate(((ahead == line.here) & (behind == line.here))[::-1])
    still = np.where(same, h[::-1], 0).max(axis=0)
    noise = _with_jumps(measured_noise(line), line, stands)
    rounding = max(resolution, EPSILON) * line.terms + SUBNORMAL

    def best(quotients: Any, noise: Floats, order: int) -> Slope:
        error = np.fmax(noise, rounding)
        found = [
            _limits(q, h, error, line, order, change / h)
            for (q, h), change in zip(quotients, changes, strict=True)
        ]
        return _best(found, tolerance)

    error = _HIDDEN * np.fmax(noise.likely, rounding)
    speeds = [np.fmax(c - error, 0) / h for c, (h, _, _) in zip(changes, values, strict=True)]
    speeds = [np.where(np.isfinite(speed), speed, 0).max(axis=0) for speed in speeds]
    return Slopes(
        central=best(both, noise.likely, order=2),
        alternatives=(best(both, noise.near, order=2), best(both, noise.far, order=2)),
        left=best(left, noise.likely, order=1),
        right=best(right, noise.likely, order=1),
        noise=noise.likely,
        varies=np.max(speeds, axis=0),
        still=still,
    )


def _extended(line: Line, steps: Any, rows: Any) -> Any:
    """These steps, and longer ones as long as f hardly changes over them.

    Where the input is zero, nothing tells its unit: then they may also have to be shorter.
    """
    here, terms = line.here[rows], line.terms[rows]

    def change(step: float) -> Floats:
        """Relative to the larger of both values; NaN where that is not finite."""
        moved = line.values((step * line.scale, -step * line.scale))[:, rows]
        return (np.abs(moved - here) / np.fmax(terms, np.abs(moved))).max(axis=0)

    longer: list[float] = []
    while len(longer) < _LONGEST and (change((longer or steps)[0] * _RATIO) <= _MUCH).any():
        longer.insert(0, (longer or steps)[0] * _RATIO)
    shorter: list[float] = []
    while line.magnitude == 0 and len(shorter) < _LONGEST:
        settled = change((shorter or steps)[-1]) <= _MUCH
        if (settled | (terms == 0)).all():
            break
        shorter.append((shorter or steps)[-1] / _RATIO)
    return np.array([*longer, *steps, *shorter])


def _limits(
    quotients: Floats, h: Any, error: Floats, line: Line, order: int, steep: Floats
) -> Slope:
    """Quotients with an error of this order in h, extrapolated at each step.

    Their values of f are off by `error`, and belong to inputs that are rounded when they are moved: that
    changes f by as much as it is `steep` around there. Over steps longer than the input nothing says that
    there is no change in between, so only a slope that stands out counts there.
    """
    factor = _RATIO**order
    value = (factor * quotients[1:] - quotients[:-1]) / (factor - 1)
    change, value = np.abs(np.diff(value, axis=0)), value[:-1]
    moved = EPSILON * (line.magnitude + h) * np.fmax(np.abs(quotients), steep)
    uncertainty = change + (2 * error + moved[1:-1]) / h[1:-1]
    far = (h[1:-1] > line.scale) & ~(SAFETY * uncertainty < np.abs(value))
    uncertainty = np.where(far, np.inf, uncertainty)
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
    if 0 < line.magnitude < _OWN * line.scale:
        spacings.insert(0, _OWN * line.magnitude)
    for spacing in spacings:
        values = _equally_spaced(line, spacing)
        level, lower = _level(values, _ORDER), _level(values, _ORDER - 2)
        climbs = _climbs(values)
        # Noise leaves the same in each order of differences, a smooth function less and less.
        jitters = climbs & (lower <= 4 * level)
        little: Any = np.ptp(values, axis=0) <= 0.1 * np.abs(values).max(axis=0)
        first = np.isnan(near) & climbs
        if first.any():
            # Equal steps may be in step with a staircase, but not with this one as well.
            other = _level(_equally_spaced(line, _OUT_OF_STEP * spacing), _ORDER)
            level = np.where(first, np.fmax(level, other), level)
        near = np.where(first, level, near)
        likely = np.where(first | (jitters & little), np.fmax(likely, level), likely)
        far = np.where(first | jitters, np.fmax(far, level), far)
    return Noise(near, likely, far)


def _with_jumps(noise: Noise, line: Line, still: Any) -> Noise:
    """The noise; for rows that stand `still` around the start it is at least their first jump.

    They may be on a step of a staircase, as long as it may be.
    """
    jumps = np.zeros(line.here.shape)
    rows = np.flatnonzero(np.isnan(noise.near) & still)
    for row in rows[:_MOST_JUMPS].tolist():
        jumps[row] = _first_jump(line, row)
    jumps[rows[_MOST_JUMPS:]] = jumps.max(initial=0)
    levels = (noise.near, noise.likely, noise.far)
    return Noise(*(np.fmax(np.nan_to_num(level), jumps) for level in levels))


def _first_jump(line: Line, row: int) -> float:
    """By how much a number of f jumps where it first changes; 0 if it runs on from there, as at a kink."""
    for k in range(len(_STEPS) + _LONGEST):
        step = _STEPS[-1] * _RATIO**k * line.scale
        values = line.values((step, -step))[:, row]
        if not (values == line.here[row]).all():
            break
    else:
        return 0.0
    stands, moves = 0.0, step if values[0] != line.here[row] else -step
    change = whole = abs(values[0 if moves > 0 else 1] - line.here[row])
    for _ in range(_HALVINGS):
        middle = (stands + moves) / 2
        value = line.values((middle,))[0, row]
        if value == line.here[row]:
            stands = middle
        else:
            moves, change = middle, abs(value - line.here[row])
    return float(change) if change > _JUMP * whole else 0.0


def _climbs(values: Floats) -> Any:
    """Where f moves on from value to value. If half of them are equal, they are on a step of a staircase."""
    return 2 * (np.diff(values, axis=0) == 0).sum(axis=0) < len(values) - 1


def _equally_spaced(line: Line, spacing: float) -> Floats:
    """f ahead of the start, or behind it where it is not finite ahead."""
    steps = np.arange(1, _SAMPLES + 1) * spacing
    ahead = line.values(steps)
    finite = np.isfinite(ahead).all(axis=0)
    return ahead if finite.all() else np.where(finite, ahead, line.values(-steps))


def steepness_of_stairs(line: Line, row: int) -> float:
    """By how much jumps of a number of f may change its slope; 0 if it does not jump, as waves do not."""
    return max(_steepest_jump(line, row, within * line.scale) for within in _NEAR_AND_FAR)


def _steepest_jump(line: Line, row: int, reach: float) -> float:
    """A jump over its distance, where f bends most within reach."""
    steps = np.linspace(-reach, reach, 2 * _SAMPLES + 1)
    values = line.values(steps)[:, row]
    k = int(np.argmax(np.nan_to_num(np.abs(np.diff(values, 2)))))
    k += int(abs(values[k + 2] - values[k + 1]) > abs(values[k + 1] - values[k]))
    low, high, left, right = *steps[k : k + 2], *values[k : k + 2]
    whole = abs(right - left)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        value = line.values((middle,))[0, row]
        if abs(value - left) > abs(right - value):
            high, right = middle, value
        else:
            low, left = middle, value
    jump = abs(right - left)
    return float(jump / abs(high)) if jump > _JUMP * whole else 0.0


def _level(values: Floats, order: int) -> Floats:
    """The noise that differences of this order show."""
    differences = np.abs(np.diff(values, order, axis=0))
    level: Floats = np.median(differences, axis=0) / (_MEDIAN * np.sqrt(comb(2 * order, order)))
    return level
