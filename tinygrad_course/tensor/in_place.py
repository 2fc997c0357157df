"""Augmented assignment: w += x, w -= x, …

    with no_grad():
        w -= 0.1 * w.grad      overwrites the numbers of a leaf, as every tutorial writes it

Everywhere else it makes a new tensor, as in w = w - 0.1 * w.grad: what a graph has recorded is never
overwritten by it.
"""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine.mode import current_mode
from .nodes import unwrapped
from .operands import plain_argument
from .values import Values


def _augmented(operate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def assign(self: "InPlace", other: Any) -> Any:
        node = self._node
        if node is None or node.primitive is not None or current_mode():
            return NotImplemented  # Python then computes w = w + x
        x = plain_argument(unwrapped(other))
        if isinstance(self._data, np.ndarray):
            operate(self.data, x)
        else:  # a NumPy scalar, or an array of another library, has no memory to write into
            self.data = operate(self._data, x)
        return self

    return assign


class InPlace(Values):
    """The operators of augmented assignment; `Tensor` inherits them."""

    __slots__ = ()

    __iadd__ = _augmented(operator.iadd)
    __isub__ = _augmented(operator.isub)
    __imul__ = _augmented(operator.imul)
    __itruediv__ = _augmented(operator.itruediv)
    __ifloordiv__ = _augmented(operator.ifloordiv)
    __imod__ = _augmented(operator.imod)
    __ipow__ = _augmented(operator.ipow)
