"""The function that is differentiated: as it is called here, arrays in and one flat array out; and along a
straight line, which is all that numerical differentiation gets to see of it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...tensor import Tensor
from .verdicts import Floats

EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Function:
    """f, which gets the arrays at the positions `tensors` as Tensors, and all others as they are."""

    f: Callable[..., Any]
    tensors: frozenset[int]

    def arguments(self, arrays: Sequence[Any], **kind: Any) -> list[Any]:
        """What f is called with; `kind` goes to Tensor."""
        return [Tensor(x, **kind) if i in self.tensors else x for i, x in enumerate(arrays)]

    def __call__(self, arrays: Sequence[Any]) -> Floats:
        """All outputs, flat and one after the other."""
        outputs = listed(self.f(*self.arguments(arrays)))
        values = [np.ravel(np.asarray(plain(y), np.float64)) for y in outputs]
        return values[0] if len(values) == 1 else np.concatenate(values)


@dataclass(frozen=True)
class Line:
    """t ↦ f(x + t w), with one or several numbers; `here` is f(x).

    `moved` is the size of the entries of x that move; `terms` that of the terms from which each number
    of f is summed up, so that rounding spoils it by EPSILON · terms at least.
    """

    at: Callable[[float], Floats]
    here: Floats
    moved: float
    terms: Floats

    @property
    def scale(self) -> float:
        """What steps are relative to: the size of what moves above 1, and 1 below."""
        return max(1.0, self.moved)

    def values(self, steps: Iterable[float]) -> Floats:
        """f at each step, in rows; NaN where it raises a ValueError, as outside of its domain."""
        steps = list(steps)
        values = np.empty((len(steps), self.here.size))
        for row, t in zip(values, steps, strict=True):
            try:
                row[:] = self.at(t)
            except ValueError:
                row[:] = np.nan
        return values


def listed(result: Any) -> list[Any]:
    """What a function returned, one thing or several."""
    return list(result) if isinstance(result, (tuple, list)) else [result]


def plain(x: Any) -> Any:
    """The values of a Tensor; anything else as it is."""
    return x.data if isinstance(x, Tensor) else x


def is_float(x: Any) -> bool:
    """Whether x is an input to differentiate by."""
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"
