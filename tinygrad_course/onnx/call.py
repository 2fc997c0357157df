"""`Call`: one recorded operation, as the function that writes its counterpart sees it."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from ..errors import ExportError
from .graph import Graph, Value
from .recording import WAY_OUT, Dims, is_same


class Call:
    """An operation with the values of its operands. Floating-point operands have the dtype of the result.

    call["axis"] is a parameter. One that differs between the recordings is refused, so a function that does
    not ask for it says that it does not depend on it.
    """

    def __init__(
        self,
        graph: Graph,
        name: str,
        where: str,
        operands: Sequence[Value | None],
        shapes: Sequence[Dims],
        shape: Dims,
        dtype: np.dtype[Any],
        parameters: tuple[Mapping[str, Any], Mapping[str, Any]],
        batches: Mapping[int, int],
        rows: Value | None,
    ) -> None:
        self.graph = graph
        self.name = name
        self.where = where
        self.operands = operands
        self.shapes = shapes
        self.shape = shape
        self.dtype = dtype
        self.batches = batches
        """For each axis of the result that depends on the batch, how many times the number of rows it is."""
        self.rows = rows
        """The number of rows, (1,)."""
        self._parameters = parameters

    def __getitem__(self, name: str) -> Any:
        one, two = (parameters[name] for parameters in self._parameters)
        if not _is_same(one, two):
            self.refuse(
                f"its {name} is {one!r:.60} for one batch and {two!r:.60} for another: it depends on the "
                f"batch in a way that is not recorded"
            )
        return one

    def refuse(self, why: str) -> NoReturn:
        """Raise ExportError with the operation, its module and its line."""
        raise ExportError(f"{self.name} ({self.where}) can't be exported: {why}. {WAY_OUT}.")

    def op(self, kind: str, *inputs: Any, **attributes: Any) -> Value:
        """A node with one output."""
        return self.graph.op(kind, *inputs, **attributes)

    def axes(self, ndim: int, axis: Any) -> list[int]:
        """Axes that are given as NumPy takes them, as numbers from 0."""
        given = (
            range(ndim) if axis is None else axis if isinstance(axis, (tuple, list)) else (axis,)
        )
        return [int(a) % ndim for a in given] if ndim else []

    def known(self, operand: int, axis: int) -> int:
        """The length of an axis of an operand.

        Raises: ExportError if it depends on the batch.
        """
        length = self.shapes[operand][axis]
        if length is None:
            self.refuse(
                f"the length of axis {axis} of its operand depends on the size of the batch"
            )
        return length

    def reshaped(self, x: Value, shape: Dims | None = None) -> Value:
        """x in a shape, that of the result unless another is given, of which one length may be free."""
        wanted = self.shape if shape is None else shape
        if wanted.count(None) <= 1 and 0 not in wanted:
            lengths: Any = np.array([-1 if n is None else n for n in wanted], np.int64)
        elif wanted == self.shape:
            lengths = self.lengths(wanted)
        else:
            self.refuse("more than one of its axes depend on the size of the batch")
        return self.op("Reshape", x, lengths, allowzero=int(0 in wanted))

    def lengths(self, shape: Dims) -> Any:
        """The shape of the result as an operand of nodes; axes of the batch are computed from the input."""
        if None not in shape:
            return np.array(shape, np.int64)
        parts: list[Any] = []
        for axis, n in enumerate(shape):
            if n is not None:
                parts.append(self.graph.constant(np.array([n], np.int64)))
            elif self.rows is not None and axis in self.batches:
                parts.append(self.rows * self.batches[axis])
            else:
                self.refuse(
                    f"the length of axis {axis} of its result is no multiple of the number of rows"
                )
        return self.op("Concat", *parts, axis=0)


def _is_same(one: Any, two: Any) -> bool:
    """Whether a parameter is the same in both recordings. Where values are computed, both are by one node."""
    if isinstance(one, tuple) and isinstance(two, tuple):
        return len(one) == len(two) and all(map(_is_same, one, two))
    return (isinstance(one, Value) and isinstance(two, Value)) or is_same(one, two)
