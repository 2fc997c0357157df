"""What is known of a wrong gradient by one input: the data in which `likely_causes` looks for its cause."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .claims import Claim
from .findings import Findings
from .point import Point
from .verdicts import CORRECT, WRONG, Floats, Index


@dataclass(frozen=True)
class Evidence:
    """The gradient by the input at a position, of those outputs for which some of it is wrong."""

    point: Point
    position: int
    gradients: Floats
    """Jᵀv for each cotangent v."""
    claimed: Floats
    numerical: Floats
    allowed: Floats
    """What was compared: a row for each cotangent, a column for each direction."""
    usable: Any
    wrong: Any
    """Where the numerical side is known, and where the claim differs from it."""
    worst: Index
    """Where it differs most, among the findings."""
    shape: tuple[int, ...] | None
    """Of the output, if each row belongs to an entry of one and the same output."""
    outputs: Floats | None
    """The output, in a shape that multiplies `gradients`, if each value belongs to a row or an entry of x."""

    @property
    def name(self) -> str:
        return self.point.names[self.position]

    @property
    def x(self) -> Floats:
        x: Floats = self.point.arrays[self.position]
        return x

    @property
    def numbers(self) -> int:
        """How many numbers are not zero. If there is only one, some factor always explains it."""
        return int((np.abs(self.numerical) > self.allowed)[self.usable].sum())

    def products(self, gradients: Floats) -> Floats:
        """The v · J w that these gradients give, to compare with the numerical ones."""
        flat = gradients.reshape(len(gradients), self.x.size)
        if self.point.entrywise:
            return flat
        w = [d.w.ravel() for d in self.point.directions if d.position == self.position]
        return flat @ np.transpose(w)

    def factor(self, gradients: Floats) -> float | None:
        """c such that c times these gradients is right in all numbers; None if there is none."""
        guess, numerical = self.products(gradients)[self.usable], self.numerical[self.usable]
        if not (np.isfinite(guess).all() and guess.any() and numerical.any()):
            return None
        c = float(guess @ numerical / (guess @ guess))
        return c if c and self.fits(c * self.products(gradients)) else None

    def fits(self, numbers: Floats) -> bool:
        """Whether these agree with the numerical ones."""
        error = np.abs(numbers - self.numerical) - self.allowed - 1e-5 * np.abs(self.numerical)
        return bool((error[self.usable] <= 0).all())


def gather(findings: Findings, claim: Claim) -> Iterator[Evidence]:
    """The evidence for each input by which some of the gradient is wrong."""
    point = findings.point
    indices = findings.indices(WRONG)
    owners = np.array([d.position for d in point.directions])
    for k, position in enumerate(point.positions):
        columns = np.flatnonzero(owners == position)
        wrong = findings.verdicts[:, columns] == WRONG
        if not wrong.any():
            continue
        rows, shape = _rows(point, wrong)
        gradients = [claim.vjp(point.cotangent(row))[k] for row in rows]
        x = point.arrays[position]
        yield Evidence(
            point=point,
            position=position,
            gradients=np.array(
                [np.zeros(x.shape) if g is None else g for g in gradients], np.float64
            ),
            claimed=findings.claimed[rows][:, columns],
            numerical=findings.numerical[rows][:, columns],
            allowed=findings.allowed[rows][:, columns],
            usable=np.isin(findings.verdicts[rows][:, columns], (CORRECT, WRONG)),
            wrong=wrong[rows],
            worst=next(index for index in indices if index[1] in columns),
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
    """The rows of all outputs of which some is wrong, and the shape if that is one output."""
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
