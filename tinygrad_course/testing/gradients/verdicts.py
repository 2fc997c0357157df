"""What `gradcheck` can say of a derivative: the four verdicts, and all that is known of one entry."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Index = tuple[int, int]
"""Of a number v · J w: the row, which belongs to the cotangent v, and the column, to the direction w."""


class Verdict(str, Enum):
    """A verdict is a string: `entry.verdict == "kink"`."""

    CORRECT = "correct"
    """Both sides agree within the tolerance, and are known that precisely."""
    KINK = "kink"
    """The slopes on both sides differ: there is no derivative to compare with."""
    IMPRECISE = "not enough precision"
    """Both sides agree as far as rounding shows, but the tolerance asks for more."""
    WRONG = "wrong"
    """The two sides differ by more than rounding explains."""

    def __str__(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return repr(self.value)


VERDICTS = tuple(Verdict)
CORRECT, KINK, IMPRECISE, WRONG = range(4)
"""The verdicts in arrays: their positions in VERDICTS."""

SAFETY = 10
"""A numerical derivative may be off by this many times its estimated error."""


@dataclass(frozen=True)
class Entry:
    """One number of the Jacobian, or one random projection of it, from both sides.

    It is the derivative of the `output` so called `by` the element so called, of this `order`, at this
    `index`: the row and the column. `claimed` is from the gradient that is checked, `numerical` from
    differences; `error` is what lies between them, `allowed` what may, and the `verdict` follows. `left` and
    `right` are the slopes on both sides of a kink, `note` says what else was found. `shape` is that of a
    gradient whose shape does not fit; `claimed` is NaN then.
    """

    output: str
    by: str
    claimed: float
    numerical: float
    error: float
    allowed: float
    verdict: Verdict
    left: float | None = None
    right: float | None = None
    note: str = ""
    order: int = 1
    index: Index = (0, 0)
    shape: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Tolerance:
    """How far apart two derivatives may be: atol + rtol · the larger of them, beside what rounding explains.

    `atol` is in the unit of the derivatives, so only the caller can know one.
    """

    rtol: float
    atol: float = 0.0

    def of(self, *values: Floats) -> Floats:
        """The tolerance for numbers of this size; NaN counts as small."""
        largest = np.abs(values[0])
        for value in values[1:]:
            largest = np.fmax(largest, np.abs(value))
        result: Floats = self.atol + self.rtol * largest
        return result
