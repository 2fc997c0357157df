"""What a comparison found: both sides of every number, and the verdict on each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .point import Point
from .verdicts import KINK, VERDICTS, WRONG, Entry, Floats

Place = tuple[int, int]
"""The row, of a cotangent, and the column, of a direction."""

# What may be said of a verdict.
OUTSIDE = "ours is not between them"
ELSEWHERE = "in other directions"
ZERO_TIMES_INFINITY = "0 times infinity"
UNSTABLE = "ours has no digits left"
UNMOVED = "the complex step agrees with ours"
BY_COMPLEX_STEP = "by complex step"
OVER_OTHER_STEPS = "over other steps"


@dataclass
class Findings:
    """Numbers v · J w with the cotangents v of a point as rows and its directions w as columns.

    `unknown` is where so little is known of a number that nothing speaks for ours, or against it.
    """

    point: Point
    order: int
    ours: Floats
    numerical: Floats
    allowed: Floats
    verdicts: Any
    unknown: Any
    slopes: dict[Place, tuple[float, float]] = field(default_factory=dict)
    """On the left and on the right of a kink."""
    notes: dict[Place, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    @property
    def error(self) -> Floats:
        with np.errstate(invalid="ignore"):
            return np.abs(self.ours - self.numerical)

    @property
    def max_error(self) -> float:
        """The largest error where there is a derivative."""
        return float(self.error[self.verdicts != KINK].max(initial=0))

    @property
    def passes(self) -> bool:
        """Whether nothing is wrong, and nothing unknown."""
        return not ((self.verdicts == WRONG) | self.unknown).any()

    def places(self, verdict: int) -> list[Place]:
        """Where this verdict was found, the largest errors first."""
        rows, columns = np.nonzero(self.verdicts == verdict)
        error = np.nan_to_num(self.error[rows, columns], nan=np.inf)
        order = np.argsort(-error, kind="stable")
        return list(zip(rows[order].tolist(), columns[order].tolist(), strict=True))

    def entries(self) -> Iterator[Entry]:
        """Every number, the worst first."""
        for verdict in reversed(range(len(VERDICTS))):
            yield from map(self.entry, self.places(verdict))

    def entry(self, place: Place) -> Entry:
        """What is known of one number."""
        row, column = place
        left, right = self.slopes.get(place, (None, None))
        return Entry(
            output=self.point.labels[row],
            by=self.point.directions[column].label,
            ours=float(self.ours[place]),
            numerical=float(self.numerical[place]),
            error=float(self.error[place]),
            allowed=float(self.allowed[place]),
            verdict=VERDICTS[self.verdicts[place]],
            left=left,
            right=right,
            note=self.notes.get(place, ""),
            order=self.order,
            place=place,
        )
