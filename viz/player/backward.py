"""One backward pass: the contributions of each operation to its operands, and their sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinygrad_course import inspect
from tinygrad_course.inspect import Node
from tinygrad_course.primitive import Array

from .table import Table


@dataclass
class Contribution:
    """The contribution of an operation to one operand. Arrays are rows of the table.

    local       ∂z/∂x, of a small elementwise operation
    total       the sum of all that the operand has received so far; 0 if it is not known
    """

    operand: int
    parent: Node
    local: int
    value: int
    total: int


class BackwardPass:
    """A backward pass over nodes in topological order.

    saved           by operation, what its rules need
    gradients       by node, the row of its gradient in the table
    contributions   by operation, those to its operands
    totals          by node, the sum of what it has received; too small for nodes in `incomplete`
    """

    def __init__(self, order: Sequence[Node], table: Table) -> None:
        self.saved: dict[Node, Any] = {
            node: inspect.values_for_rules(node) for node in order if node.primitive is not None
        }
        self.gradients: dict[Node, int] = {}
        self.contributions: dict[Node, list[Contribution]] = {}
        self.totals: dict[Node, Array] = {}
        self.incomplete: set[Node] = set()
        self._order = order
        self._table = table

    def propagate(self, node: Node, g: Array, parents: Sequence[Node | None]) -> None:
        """Note the cotangent of an operation, and its contribution to each parent, in order."""
        saved = self.saved[node]
        received = inspect.contributions(node, g, parents, saved)
        derivatives = inspect.local_derivatives(node, parents, saved)
        self.gradients[node] = self._table.add(g)
        self.contributions[node] = [
            self._add(i, parent, contribution, local)
            for i, (parent, contribution, local) in enumerate(zip(parents, received, derivatives))
            if parent is not None and contribution is not None
        ]

    def _add(
        self, operand: int, parent: Node, contribution: Array, local: Array | None
    ) -> Contribution:
        before = self.totals.get(parent)
        self.totals[parent] = total = contribution if before is None else before + contribution
        add = self._table.add
        shown = 0 if parent in self.incomplete else add(total)
        if parent.primitive is None and shown:
            self.gradients[parent] = shown
        return Contribution(
            operand, parent, 0 if local is None else add(local), add(contribution), shown
        )

    def mark_unknown(self, node: Node, g: Any) -> None:
        """Note that the contributions of a node are not known, and so neither are its parents' sums."""
        if g is not None:
            self.gradients[node] = self._table.add(g)
        for parent in node.parents:
            if parent is not None:
                self.incomplete.add(parent)
                self.gradients.pop(parent, None)

    def note_hooked_gradients(self, gradients: Mapping[Node, Array] | None = None) -> None:
        """Note the gradients of leaves that hooks have changed: these, or those that the graph keeps."""
        for leaf in self._order:
            if leaf.primitive is None and leaf.hooks:
                found = leaf.cotangent if gradients is None else gradients.get(leaf)
                if found is not None:
                    self.gradients[leaf] = self._table.add(found)
