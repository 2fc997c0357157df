"""All that is known of a wrong gradient by one input: what the search for its cause looks at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..claims import Claim
from ..findings import Findings, Place
from ..point import Point
from ..verdicts import CORRECT, WRONG, Floats


@dataclass(frozen=True)
class Evidence:
    """The gradient by the input at a position, of those outputs of which something is wrong with it."""

    point: Point
    position: int
    stack: Floats
    """Jᵀv for each cotangent v."""
    ours: Floats
    found: Floats
    allowed: Floats
    """What was compared: a row for each cotangent, a column for each direction."""
    usable: Any
    wrong: Any
    """Where that can be relied on, and where it differs."""
    worst: Place
    """Where it differs most, among the findings."""
    shape: tuple[int, ...] | None
    """Of the output, if each row belongs to an entry of one and the same output."""
    outputs: Floats | None
    """The values of the output, as factors of the stack, if each belongs to a row or to an entry of x."""

    @property
    def name(self) -> str:
        return self.point.names[self.position]

    @property
    def x(self) -> Floats:
        x: Floats = self.point.arrays[self.position]
        return x

    @property
    def numbers(self) -> int:
        """How many numbers are not zero: one alone is explained by any factor."""
        return int((np.abs(self.found) > self.allowed)[self.usable].sum())

    def products(self, stack: Floats) -> Floats:
        """What would have been compared, had the gradient been this one."""
        flat = stack.reshape(len(stack), self.x.size)
        if self.point.entrywise:
            return flat
        w = [d.w.ravel() for d in self.point.directions if d.position == self.position]
        return flat @ np.transpose(w)

    def factor(self, stack: Floats) -> float | None:
        """c such that c times this gradient is right in all numbers; None if there is none."""
        guess, found = self.products(stack)[self.usable], self.found[self.usable]
        if not (np.isfinite(guess).all() and guess.any() and found.any()):
            return None
        c = float(guess @ found / (guess @ guess))
        return c if c and self.fits(c * self.products(stack)) else None

    def fits(self, numbers: Floats) -> bool:
        """Whether these are the numbers that were found."""
        error = np.abs(numbers - self.found) - self.allowed - 1e-5 * np.abs(self.found)
        return bool((error[self.usable] <= 0).all())


def gather(findings: Findings, claim: Claim) -> Iterator[Evidence]:
    """The evidence by each input by which something is wrong."""
    point = findings.point
    places = findings.places(WRONG)
    owners = np.array([d.position for d in point.directions])
    for k, position in enumerate(point.positions):
        columns = np.flatnonzero(owners == position)
        wrong = findings.verdicts[:, columns] == WRONG
        if not wrong.any():
            continue
        rows, shape = _rows(point, wrong)
        stack = [claim.shares(point.cotangent(row))[k] for row in rows]
        x = point.arrays[position]
        yield Evidence(
            point=point,
            position=position,
            stack=np.array([np.zeros(x.shape) if s is None else s for s in stack], np.float64),
            ours=findings.ours[rows][:, columns],
            found=findings.numerical[rows][:, columns],
            allowed=findings.allowed[rows][:, columns],
            usable=np.isin(findings.verdicts[rows][:, columns], (CORRECT, WRONG)),
            wrong=wrong[rows],
            worst=next(p for p in places if p[1] in columns),
            outputs=_outputs(point, claim, rows, x.shape),
            shape=shape,
        )


def _outputs(
    point: Point, claim: Claim, rows: Sequence[int], shape: tuple[int, ...]
) -> Floats | None:
    if point.weights is None and len(rows) > 1:
        return point.here[rows].reshape((-1, *(1 for _ in shape)))
    values = claim.outputs[0]
    if point.of_sum and len(claim.outputs) == 1 and values.shape == shape:
        return np.asarray(values, np.float64)[None]
    return None


def _rows(point: Point, wrong: Any) -> tuple[list[int], tuple[int, ...] | None]:
    """The rows of all outputs by which something is wrong, and the shape if that is one output."""
    if point.weights is not None:
        return list(range(len(wrong))), None
    rows: list[int] = []
    shapes = []
    start = 0
    for shape in point.shapes:
        own = range(start, start + int(np.prod(shape)))
        start = own.stop
        if wrong[own].any():
            rows += own
            shapes.append(shape)
    return rows, shapes[0] if len(shapes) == 1 else None
