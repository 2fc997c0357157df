"""How noisy a function is: by how much rounding inside it makes its values jitter.

The rounding of the result is known beforehand, half a unit in the last place; what happened on the
way there is not. A function that computes in float32, or adds 1e8 and takes it off again, returns
numbers that look like any others. But close together they jitter, where a smooth function would
run straight: eighth differences of equally spaced values leave next to nothing of a smooth function,
and of independent errors of size σ they leave √12870 σ, since Σ binomial(8, k)² = binomial(16, 8) = 12870.

Source: Hamming, "Numerical methods for scientists and engineers", 1962, on tables of differences; Moré,
Wild, "Estimating computational noise", SIAM J. Sci. Comput. 33, 2011, who say when values are too close
or too far apart. The median, in place of their mean square, leaves out a single kink or jump.
"""

from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np

from ..function import Line
from ..verdicts import Floats

_SAMPLES = 26
_ORDER = 8

_SPACINGS = (1e-10, 1.31e-7, 1.73e-4, 1.13e-2)
"""None a multiple of another, or a staircase that one of them falls into step with would fool them all."""

_MEDIAN = 0.6745
"""Of the absolute value of a standard normal number."""


@dataclass(frozen=True)
class Noise:
    """The standard deviation of the error in each number of f; 0 where f runs straight without any.

    `near` is what values very close together show. Where f changes little over wider spacings, and jitters,
    that is noise as well: `likely`. Where it changes much, it may be waves or jumps that belong to f, and
    are too short for the spacing; `far` takes these for noise, too.
    """

    near: Floats
    likely: Floats
    far: Floats


def noise(line: Line) -> Noise:
    """How noisy f is near the start of the line."""
    near = likely = far = np.full(line.here.shape, np.nan)
    spacings = [spacing * line.scale for spacing in _SPACINGS]
    if 0 < line.moved < 1e-6:
        spacings.insert(0, 1e-6 * line.moved)
    for spacing in spacings:
        values = _equally_spaced(line, spacing)
        level, lower = _level(values, _ORDER), _level(values, _ORDER - 2)
        # Where half of them are equal, they stand on one stair of a staircase.
        climbs = 2 * (np.diff(values, axis=0) == 0).sum(axis=0) < len(values) - 1
        # Errors leave the same in each order of differences, what is smooth leaves less and less.
        jitters = climbs & (lower <= 4 * level)
        little: Any = np.ptp(values, axis=0) <= 0.1 * np.abs(values).max(axis=0)
        first = np.isnan(near) & climbs
        near = np.where(first, level, near)
        likely = np.where(first | (jitters & little), np.fmax(likely, level), likely)
        far = np.where(first | jitters, np.fmax(far, level), far)
    return Noise(np.nan_to_num(near), np.nan_to_num(likely), np.nan_to_num(far))


def _equally_spaced(line: Line, spacing: float) -> Floats:
    """f ahead of the start, or behind it where it is not finite there."""
    steps = np.arange(1, _SAMPLES + 1) * spacing
    ahead = line.values(steps)
    finite = np.isfinite(ahead).all(axis=0)
    return ahead if finite.all() else np.where(finite, ahead, line.values(-steps))


def _level(values: Floats, order: int) -> Floats:
    differences = np.abs(np.diff(values, order, axis=0))
    level: Floats = np.median(differences, axis=0) / (_MEDIAN * np.sqrt(comb(2 * order, order)))
    return level
