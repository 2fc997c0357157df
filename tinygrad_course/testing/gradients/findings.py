"""The result of a comparison: both sides of every number, and the verdict on each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .point import Point
from .verdicts import IMPRECISE, KINK, VERDICTS, WRONG, Entry, Floats, Index

# Notes on a verdict.
OUTSIDE = "the gradient is not between them"
ELSEWHERE = "in other directions"
ZERO_TIMES_INFINITY = "0 times infinity"
UNSTABLE = "the gradient has no digits left"
OUT_OF_RANGE = "the gradient leaves the range of its dtype"
ZERO = "both are rounding alone"
UNMOVED = "the complex step agrees with the gradient"
BY_COMPLEX_STEP = "by complex step"
OVER_OTHER_STEPS = "over other steps"
STAIRS = "of stairs from afar; here f stands still"


@dataclass
class Findings:
    """Numbers v · J w, with the cotangents v of a point as rows and its directions w as columns.

    `unknown` is where the numerical side is so imprecise that it neither confirms the claim nor
    contradicts it.
    """

    point: Point
    column: str
    """What the claim is called at the head of its column."""
    order: int
    claimed: Floats
    numerical: Floats
    allowed: Floats
    verdicts: Any
    unknown: Any
    slopes: dict[Index, tuple[float, float]] = field(default_factory=dict)
    """The slopes on the left and on the right of a kink."""
    notes: dict[Index, str] = field(default_factory=dict)
    misshapen: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """The shapes of gradients that do not fit their inputs, by the inputs' positions."""
    remarks: list[str] = field(default_factory=list)

    def are_rounding_alone(self, indices: Iterable[Any]) -> None:
        """Give the verdict of numbers of which both sides show nothing but rounding: they agree."""
        for row, column in indices:
            self.verdicts[row, column], self.unknown[row, column] = IMPRECISE, False
            self.notes[int(row), int(column)] = ZERO

    @property
    def error(self) -> Floats:
        with np.errstate(invalid="ignore"):
            return np.abs(self.claimed - self.numerical)

    @property
    def max_error(self) -> float:
        """The largest error where there is a derivative."""
        return float(self.error[self.verdicts != KINK].max(initial=0))

    @property
    def passes(self) -> bool:
        """Whether no number is wrong or unknown."""
        return not ((self.verdicts == WRONG) | self.unknown).any()

    def indices(self, verdict: int) -> list[Index]:
        """The numbers with this verdict, the largest errors first."""
        rows, columns = np.nonzero(self.verdicts == verdict)
        error = np.nan_to_num(self.error[rows, columns], nan=np.inf)
        order = np.argsort(-error, kind="stable")
        return list(zip(rows[order].tolist(), columns[order].tolist(), strict=True))

    def entries(self) -> Iterator[Entry]:
        """Every number, the worst first."""
        for verdict in reversed(range(len(VERDICTS))):
            yield from map(self.entry, self.indices(verdict))

    def entry(self, index: Index) -> Entry:
        """Everything that is known of one number."""
        row, column = index
        left, right = self.slopes.get(index, (None, None))
        return Entry(
            output=self.point.labels[row],
            by=self.point.directions[column].label,
            claimed=float(self.claimed[index]),
            numerical=float(self.numerical[index]),
            error=float(self.error[index]),
            allowed=float(self.allowed[index]),
            verdict=VERDICTS[self.verdicts[index]],
            left=left,
            right=right,
            note=self.notes.get(index, ""),
            order=self.order,
            index=index,
            shape=self.misshapen.get(self.point.directions[column].position),
        )
