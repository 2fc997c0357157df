"""Observe a run: what happens in a forward and a backward pass, noted while it happens."""

import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygrad_course.engine.grad_mode import Observing, enable_grad
from tinygrad_course.engine.graph import Node, Released, topological_order
from tinygrad_course.engine.reverse_mode import backward_pass
from tinygrad_course.engine.source_lines import user_file_and_line
from tinygrad_course.primitive import Array
from tinygrad_course.tensor import Tensor
from tinygrad_course.tensor.nodes import Constant

from ..graph.regions import owner_of
from .backward import BackwardPass
from .contributions import saved_again
from .table import Table


@dataclass(frozen=True)
class LeafValue:
    """The value of a leaf when an operation used it: its row in the table, and a copy if requested."""

    row: int
    copy: Array | None


class ObservedRun(Observing):
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
        self.locations[node] = user_file_and_line(sys._getframe(1))
        self.values[node] = self._table.add(out)
        constants = node.constants or (None,) * len(operands)
        for parent, operand, constant in zip(node.parents, operands, constants):
            if parent is not None and parent.primitive is None:
                # Its present value: an optimizer may change it later.
                self._used.setdefault(node, {})[parent] = self._use(parent, operand)
            elif isinstance(constant, Constant):
                self.constants.setdefault(constant, self._table.add(operand))

    def _use(self, leaf: Node, value: Any) -> LeafValue:
        is_copied = owner_of(leaf) in self._copied
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
                found.propagate(node, getattr(g, "_data", g), parents)
            finally:
                self._is_busy = False

    def note_saved(self, order: Sequence[Node]) -> None:
        """Note the values of large results that operations keep for the backward pass."""
        for node in order:
            for origin, value in zip((*node.parents, node), node.saved):
                if origin is not None and origin.primitive is not None and value is not None:
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
            backward.saved[node] = None if g is None else saved_again(node)
            if backward.saved[node] is None:
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
    root = loss.node
    assert root is not None
    order = topological_order(root)
    if any(isinstance(node.saved, Released) for node in order):
        return run.reconstruct(order)
    return _run(loss, order, run)


def _run(loss: Tensor, order: Sequence[Node], run: ObservedRun) -> BackwardPass:
    before = [node.cotangent for node in order]
    run.note_saved(order)
    try:
        with enable_grad(), run:
            backward_pass(order[-1], np.ones(loss.shape, loss.dtype)[()], order, retain_graph=True)
        backward = run.last_pass_through(order[-1])
        assert backward is not None
        backward.note_hooked_gradients()
        return backward
    finally:
        for node, cotangent in zip(order, before):
            node._cotangent = cotangent
