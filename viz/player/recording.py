"""What happens in a forward and a backward pass, noted while it happens."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tinygrad_course.engine.grad_mode import Observing, enable_grad
from tinygrad_course.engine.graph import Node, Released, topological_order, user_line
from tinygrad_course.engine.recording import Constant
from tinygrad_course.engine.reverse_mode import pullback
from tinygrad_course.primitive import Array
from tinygrad_course.tensor import Tensor

from .numbers import Table
from .shares import local_derivatives, saved_again, shares


@dataclass
class Share:
    """What an operation handed back to one operand; arrays by their number in the table.

    local       ∂z/∂x, of a small elementwise operation
    total       what the operand has received so far, this share included
    """

    operand: int
    parent: Node
    local: int
    share: int
    total: int


@dataclass
class Noted:
    """What is known of the passes by node; arrays by their number in the table."""

    values: dict[Node, int] = field(default_factory=dict)
    gradients: dict[Node, int] = field(default_factory=dict)
    shares: dict[Node, list[Share]] = field(default_factory=dict)
    lines: dict[Node, tuple[str, int]] = field(default_factory=dict)
    constants: dict[Constant, int] = field(default_factory=dict)


class Recording(Observing):
    """Looks on, and notes values, lines of code, and each share of each cotangent."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.noted = Noted()
        self._table = table
        self._saved: dict[Node, Any] = {}
        self._totals: dict[Node, Array] = {}
        self._incomplete: set[Node] = set()  # what some share is missing of
        self._is_busy = False  # with rules that it runs itself, in which it has nothing to note

    def recorded(self, node: Node, operands: Sequence[Any], out: Any) -> None:
        """Note a result, the leaves that it was computed from, and the line that did it."""
        if self._is_busy:
            return
        self.noted.lines[node] = user_line(sys._getframe(1))
        self.noted.values[node] = self._table.add(out)
        constants = node.constants or (None,) * len(operands)
        for parent, operand, constant in zip(node.parents, operands, constants):
            if parent is not None and parent.primitive is None:
                # As it was when it was used first: an optimiser may change it before the end.
                self.noted.values.setdefault(parent, self._table.add(operand))
            elif isinstance(constant, Constant):
                self.noted.constants.setdefault(constant, self._table.add(operand))

    def starting_back(self, order: Sequence[Node]) -> None:
        """Keep what the rules need, which the pass is going to release; forget an earlier pass."""
        if self._is_busy:
            return
        for node in order:
            self._saved[node] = node.saved
            self._totals.pop(node, None)
            self.noted.gradients.pop(node, None)
            self.noted.shares.pop(node, None)

    def handed_out(self, node: Node, g: Any, parents: Sequence[Any], leaves: Any) -> None:
        """Note the cotangent of a node and what each parent gets of it."""
        if not self._is_busy:
            self.hand_out(node, getattr(g, "_data", g), parents, self._saved[node])

    def hand_out(self, node: Node, g: Array, parents: Sequence[Node | None], saved: Any) -> None:
        """The same for a pass that nobody runs any more."""
        self._is_busy = True
        try:
            handed = shares(node, g, parents, saved)
            slopes = local_derivatives(node, parents, saved)
        finally:
            self._is_busy = False
        add = self._table.add
        self.noted.gradients[node] = add(g)
        noted = self.noted.shares[node] = []
        for i, (parent, share, slope) in enumerate(zip(parents, handed, slopes)):
            if parent is None or share is None:
                continue
            before = self._totals.get(parent)
            self._totals[parent] = total = share if before is None else before + share
            total_shown = 0 if parent in self._incomplete else add(total)
            noted.append(
                Share(i, parent, 0 if slope is None else add(slope), add(share), total_shown)
            )
            if parent.primitive is None and total_shown:
                self.noted.gradients[parent] = total_shown

    def note_saved(self, order: Sequence[Node]) -> None:
        """The values of large results, as far as an operation keeps them for the backward pass."""
        for node in order:
            for origin, value in zip((*node.parents, node), node.saved):
                if origin is not None and origin.primitive is not None and value is not None:
                    self.noted.values.setdefault(origin, self._table.add(value))

    def note_hooked(self, order: Sequence[Node]) -> None:
        """The gradients of leaves whose hooks changed them, as far as the graph remembers."""
        for leaf in order:
            if leaf.primitive is None and leaf.hooks and leaf.cotangent is not None:
                self.noted.gradients[leaf] = self._table.add(leaf.cotangent)

    def follow(self, order: Sequence[Node]) -> None:
        """Note a pass that is over, as far as small arrays tell."""
        self._incomplete.add(order[-1])
        for node in reversed(order):
            if node.primitive is None:
                continue
            if node.cotangent is not None:
                g = node.cotangent
            elif node not in self._incomplete:
                g = self._totals.get(node)
                if g is None:
                    continue  # the pass did not come here
            else:
                g = None
            saved = None if g is None else saved_again(node)
            if saved is not None:
                self.hand_out(node, g, node.parents, saved)
            else:
                self._give_up(node, g)

    def _give_up(self, node: Node, g: Array | None) -> None:
        """Nobody knows any more what a node handed on, and so what its parents received in all."""
        if g is not None:
            self.noted.gradients[node] = self._table.add(g)
        for parent in node.parents:
            if parent is not None:
                self._incomplete.add(parent)
                self.noted.gradients.pop(parent, None)


def go_back(loss: Tensor, recording: Recording) -> None:
    """A backward pass for the recording alone: no .grad changes, and the graph stays as it was.

    Over a graph that an earlier pass has released, that pass is followed, as far as small arrays tell.

    Raises: ChangedValueError if an array that the graph needs was overwritten.
    """
    root = loss.node
    assert root is not None
    order = topological_order(root)
    if any(isinstance(node.saved, Released) for node in order):
        recording.follow(order)
        recording.note_hooked(order)
    else:
        _run(loss, order, recording)


def _run(loss: Tensor, order: Sequence[Node], recording: Recording) -> None:
    before = [node.cotangent for node in order]
    recording.note_saved(order)
    try:
        with enable_grad(), recording:
            pullback(order[-1], np.ones(loss.shape, loss.dtype)[()], order, retain_graph=True)
        recording.note_hooked(order)
    finally:
        for node, cotangent in zip(order, before):
            node.cotangent = cotangent
