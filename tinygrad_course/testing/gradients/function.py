"""The function that is differentiated, as it is called here: arrays in, one flat array out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...tensor import Tensor
from .verdicts import Floats


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


def listed(result: Any) -> list[Any]:
    """What a function returned, one thing or several."""
    return list(result) if isinstance(result, (tuple, list)) else [result]


def plain(x: Any) -> Any:
    """The values of a Tensor; anything else as it is."""
    return x.data if isinstance(x, Tensor) else x


def is_float(x: Any) -> bool:
    """Whether x is an input to differentiate by."""
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"
