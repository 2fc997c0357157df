"""What happens in a forward and a backward pass, noted while it happens."""

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
    """What a leaf held when an operation used it: its number in the table, and a copy if one is wanted."""

    row: int
    copy: Array | None


class ObservedRun(Observing):
    """Looks on, and notes values, lines of code, and the backward passes.

    copied              leaves of which copies are wanted, beside what the table shows of them
    values, constants   by operation, and by constant, their numbers' place in the table
    locations               by node, the file and the line of the user's code that ran it
    passes              the backward passes, each with what was handed to whom
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
        self._is_busy = False  # with rules that it runs itself, in which it has nothing to note

    def last_pass_through(self, node: Node) -> BackwardPass | None:
        """The last backward pass through an operation."""
        return next((found for found in reversed(self.passes) if node in found.saved), None)

    def recorded(self, node: Node, operands: Sequence[Any], out: Any) -> None:
        """Note a result, what it was computed from, and the line that did it."""
        self.locations[node] = user_file_and_line(sys._getframe(1))
        self.values[node] = self._table.add(out)
        constants = node.constants or (None,) * len(operands)
        for parent, operand, constant in zip(node.parents, operands, constants):
            if parent is not None and parent.primitive is None:
                # As it is now: an optimiser may change it before the end.
                self._used.setdefault(node, {})[parent] = self._use(parent, operand)
            elif isinstance(constant, Constant):
                self.constants.setdefault(constant, self._table.add(operand))

    def _use(self, leaf: Node, value: Any) -> LeafValue:
        is_copied = owner_of(leaf) in self._copied
        return LeafValue(self._table.add(value), np.array(value) if is_copied else None)

    def leaves(self, order: Sequence[Node]) -> dict[Node, LeafValue]:
        """What the leaves of a graph held when they were used first, in this graph."""
        found: dict[Node, LeafValue] = {}
        for node in order:
            for leaf, used in self._used.get(node, {}).items():
                found.setdefault(leaf, used)
        return found

    def before_backward(self, order: Sequence[Node]) -> None:
        """Keep what the rules need, which the pass is going to release."""
        if not self._is_busy:
            self.passes.append(BackwardPass(order, self._table))

    def propagated(self, node: Node, g: Any, parents: Sequence[Any], leaves: Any) -> None:
        """Note the cotangent of a node and what each parent gets of it."""
        found = None if self._is_busy else self.last_pass_through(node)
        if found is not None:
            self._is_busy = True
            try:
                found.propagate(node, getattr(g, "_data", g), parents)
            finally:
                self._is_busy = False

    def note_saved(self, order: Sequence[Node]) -> None:
        """The values of large results, as far as an operation keeps them for the backward pass."""
        for node in order:
            for origin, value in zip((*node.parents, node), node.saved):
                if origin is not None and origin.primitive is not None and value is not None:
                    self.values.setdefault(origin, self._table.add(value))

    def reconstruct(self, order: Sequence[Node]) -> BackwardPass:
        """A backward pass that is over, as far as small arrays tell."""
        backward = BackwardPass(order, self._table)
        backward.incomplete.add(order[-1])
        for node in reversed(order):
            if node.primitive is None:
                continue
            g = node.cotangent
            if g is None and node not in backward.incomplete:
                g = backward.totals.get(node)
                if g is None:
                    continue  # the pass did not come here
            backward.saved[node] = None if g is None else saved_again(node)
            if backward.saved[node] is None:
                backward.mark_unknown(node, g)
            else:
                backward.propagate(node, g, node.parents)
        backward.note_hooked_gradients()
        return backward


def run_backward(loss: Tensor, run: ObservedRun) -> BackwardPass:
    """A backward pass for the recording alone: no .grad changes, and the graph stays as it was.

    Over a graph that an earlier pass has released, that pass is followed, as far as small arrays tell.

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
