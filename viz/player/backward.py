"""One backward pass: who handed what to whom, in which order, and what that added up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tinygrad_course.engine.graph import Node
from tinygrad_course.primitive import Array

from .contributions import local_derivatives, shares
from .table import Table


@dataclass
class Share:
    """What an operation handed back to one operand; arrays by their number in the table.

    local       ∂z/∂x, of a small elementwise operation
    total       what the operand has received so far, this share included; 0 if nobody knows
    """

    operand: int
    parent: Node
    local: int
    share: int
    total: int


class Backward:
    """A backward pass over nodes in topological order.

    saved           by operation, what its rules need
    gradients       by node, the number of its gradient in the table
    shares          by operation, what it handed out
    totals          by node, the sum of what it has received; not right for those in `incomplete`
    """

    def __init__(self, order: Sequence[Node], table: Table) -> None:
        self.saved: dict[Node, Any] = {
            node: node.saved for node in order if node.primitive is not None
        }
        self.gradients: dict[Node, int] = {}
        self.shares: dict[Node, list[Share]] = {}
        self.totals: dict[Node, Array] = {}
        self.incomplete: set[Node] = set()
        self._order = order
        self._table = table

    def hand_out(self, node: Node, g: Array, parents: Sequence[Node | None]) -> None:
        """Note the cotangent of an operation, and the share of each parent, in order."""
        saved = self.saved[node]
        handed = shares(node, g, parents, saved)
        slopes = local_derivatives(node, parents, saved)
        self.gradients[node] = self._table.add(g)
        self.shares[node] = [
            self._share(i, parent, share, slope)
            for i, (parent, share, slope) in enumerate(zip(parents, handed, slopes))
            if parent is not None and share is not None
        ]

    def _share(self, operand: int, parent: Node, share: Array, slope: Array | None) -> Share:
        before = self.totals.get(parent)
        self.totals[parent] = total = share if before is None else before + share
        add = self._table.add
        shown = 0 if parent in self.incomplete else add(total)
        if parent.primitive is None and shown:
            self.gradients[parent] = shown
        return Share(operand, parent, 0 if slope is None else add(slope), add(share), shown)

    def give_up(self, node: Node, g: Any) -> None:
        """Nobody knows any more what a node handed on, and so what its parents received in all."""
        if g is not None:
            self.gradients[node] = self._table.add(g)
        for parent in node.parents:
            if parent is not None:
                self.incomplete.add(parent)
                self.gradients.pop(parent, None)

    def note_hooked(self) -> None:
        """The gradients of leaves whose hooks changed them, as far as the graph remembers."""
        for leaf in self._order:
            if leaf.primitive is None and leaf.hooks and leaf.cotangent is not None:
                self.gradients[leaf] = self._table.add(leaf.cotangent)
