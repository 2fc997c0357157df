"""Observe a run: what happens in a forward and a backward pass, noted while it happens."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygrad_course import Tensor, inspect
from tinygrad_course.inspect import Constant, Node, Observer, tensor_of, user_line
from tinygrad_course.primitive import Array

from .backward import BackwardPass
from .table import Table


@dataclass(frozen=True)
class LeafValue:
    """The value of a leaf when an operation used it: its row in the table, and a copy if requested."""

    row: int
    copy: Array | None


class ObservedRun(Observer):
    """An observer that notes values, lines of code, and backward passes.

    copied              leaves whose values are copied, not only summarised in the table
    values, constants   by operation and by constant, their rows in the table
    locations           by node, the file and the line of the user's code that ran it
    passes              the backward passes
    """

    def __init__(self, table: Table, copied: Collection[Tensor] = ()) -> None:
        super().__init__()
        self.values: dict[Node, int] = {}
        self.constants: dict[Constant, int] = {}
        self.locations: dict[Node, tuple[str, int]] = {}
        self.passes: list[BackwardPass] = []
        self._table = table
        self._copied = frozenset(copied)
        self._used: dict[Node, dict[Node, LeafValue]] = {}  # by operation and leaf
        self._is_busy = False  # running rules itself, which it must not note

    def last_pass_through(self, node: Node) -> BackwardPass | None:
        """The last backward pass through an operation."""
        return next((found for found in reversed(self.passes) if node in found.saved), None)

    def recorded(self, node: Node, operands: Sequence[Any], out: Any) -> None:
        """Note a result, its operands, and the line of code that ran the operation."""
        self.locations[node] = user_line()
        self.values[node] = self._table.add(out)
        constants = node.constants or (None,) * len(operands)
        for parent, operand, constant in zip(node.parents, operands, constants):
            if parent is not None and parent.primitive is None:
                # Its present value: an optimizer may change it later.
                self._used.setdefault(node, {})[parent] = self._use(parent, operand)
            elif isinstance(constant, Constant):
                self.constants.setdefault(constant, self._table.add(operand))

    def _use(self, leaf: Node, value: Any) -> LeafValue:
        is_copied = tensor_of(leaf) in self._copied
        return LeafValue(self._table.add(value), np.array(value) if is_copied else None)

    def leaves(self, order: Sequence[Node]) -> dict[Node, LeafValue]:
        """The values of a graph's leaves when this graph first used them."""
        found: dict[Node, LeafValue] = {}
        for node in order:
            for leaf, used in self._used.get(node, {}).items():
                found.setdefault(leaf, used)
        return found

    def before_backward(self, order: Sequence[Node]) -> None:
        """Keep what the rules need, since the pass may release it."""
        if not self._is_busy:
            self.passes.append(BackwardPass(order, self._table))

    def propagated(self, node: Node, g: Any, parents: Sequence[Any], leaves: Any) -> None:
        """Note the cotangent of a node and its contributions to its parents."""
        found = None if self._is_busy else self.last_pass_through(node)
        if found is not None:
            self._is_busy = True
            try:
                found.propagate(node, g, parents)
            finally:
                self._is_busy = False

    def note_saved(self, order: Sequence[Node]) -> None:
        """Note the values of large results that operations keep for the backward pass."""
        for node in order:
            for origin, value in inspect.kept_values(node):
                if origin.primitive is not None:
                    self.values.setdefault(origin, self._table.add(value))

    def reconstruct(self, order: Sequence[Node]) -> BackwardPass:
        """Reconstruct a finished backward pass from the small arrays that the graph keeps."""
        backward = BackwardPass(order, self._table)
        backward.incomplete.add(order[-1])
        for node in reversed(order):
            if node.primitive is None:
                continue
            g = node.cotangent
            if g is None and node not in backward.incomplete:
                g = backward.totals.get(node)
                if g is None:
                    continue  # the pass did not reach it
            if g is None or backward.saved[node] is None:
                backward.mark_unknown(node, g)
            else:
                backward.propagate(node, g, node.parents)
        backward.note_hooked_gradients()
        return backward


def run_backward(loss: Tensor, run: ObservedRun) -> BackwardPass:
    """Run a backward pass for the observer: no .grad changes, and the graph stays as it was.

    If an earlier pass has released the graph, that pass is reconstructed as far as possible.

    Raises: ChangedValueError if an array that the graph needs was overwritten.
    """
    order = inspect.nodes(loss)
    if inspect.is_released(*order):
        return run.reconstruct(order)
    run.note_saved(order)
    with run:
        gradients = inspect.backward_pass(loss)
    backward = run.last_pass_through(order[-1])
    assert backward is not None
    backward.note_hooked_gradients(gradients)
    return backward
