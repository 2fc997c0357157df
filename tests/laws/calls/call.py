"""What a call of a NumPy function is, for the sweep in test_calls.py."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_course.primitive import REAL, Domain
from tinygrad_course.testing.corners import generic_values

Array = NDArray[Any]


@dataclass(frozen=True)
class Call:
    """`call`, a function of arrays that calls the NumPy function, and the shapes of those arrays.

    The arrays are in generic position inside `domain`, or are `arrays` themselves where those need
    some structure, such as symmetry. `order` is how often the result can be differentiated: 0 where
    it is plain.
    """

    call: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...] = ((2, 3),)
    domain: Domain = REAL
    arrays: Callable[[], tuple[Array, ...]] | None = None
    order: int = 2

    def operands(self):
        """Fresh arrays in float64, the same ones each time."""
        if self.arrays is not None:
            return self.arrays()
        rng = np.random.default_rng(0)
        return generic_values(rng, [self.domain] * len(self.shapes), self.shapes)


def on(*shapes, domain=REAL):
    """Short for calls that share shapes: on((3,), (2, 3))(lambda x, y: np.dot(y, x))."""
    return lambda call: Call(call, shapes, domain)
