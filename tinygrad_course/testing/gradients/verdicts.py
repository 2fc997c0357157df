"""What `gradcheck` can say of a derivative: the four verdicts, and all that is known of one entry."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Verdict(str, Enum):
    """A verdict is a string: `entry.verdict == "kink"`.

    correct                 both sides agree within the tolerance, and are known that well
    kink                    the slopes on both sides differ: there is no derivative to compare with
    not enough precision    both sides agree as far as rounding lets one see, but that is not as far
                            as the tolerance asks
    wrong                   the two differ by more than rounding explains
    """

    CORRECT = "correct"
    KINK = "kink"
    IMPRECISE = "not enough precision"
    WRONG = "wrong"

    def __str__(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return repr(self.value)


VERDICTS = tuple(Verdict)
CORRECT, KINK, IMPRECISE, WRONG = range(4)
"""The verdicts in arrays: their places in VERDICTS."""

SAFETY = 10
"""By so many times its estimated error may a numerical derivative be off."""


@dataclass(frozen=True)
class Entry:
    """One number of the Jacobian, or one random projection of it, from both sides.

    `left` and `right` are the slopes on both sides of a kink, `note` says what else was found. The number
    is a derivative of this `order`, at this `place`: the row and the column.
    """

    output: str
    by: str
    ours: float
    numerical: float
    error: float
    allowed: float
    verdict: Verdict
    left: float | None = None
    right: float | None = None
    note: str = ""
    order: int = 1
    place: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Tolerance:
    """How far two derivatives may be apart: atol + rtol · the larger of them."""

    rtol: float
    atol: float

    def of(self, *values: Floats) -> Floats:
        """The tolerance for numbers of this size; NaN counts as small."""
        largest = np.abs(values[0])
        for value in values[1:]:
            largest = np.fmax(largest, np.abs(value))
        result: Floats = self.atol + self.rtol * largest
        return result
