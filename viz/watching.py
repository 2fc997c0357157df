"""`watch`: observe a graph while it is recorded, so that drawings can show more of it.

    with viz.watch():
        loss = cost(model(x), y)
        loss.backward()
    viz.draw(loss, "loss.svg")

A graph keeps the values and gradients of small arrays only. Inside the block the observer also notes the
line of code that ran each operation, and a summary of its result and its gradient if they are large.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tinygrad_course.inspect import Constant, Node, Observer
from tinygrad_course.primitive import Array

from .graph.summary import NOTHING, ArraySummary, summarise


@dataclass
class ObservedArrays:
    """Summaries of a large result, of its gradient, and of large constants."""

    value: ArraySummary
    constants: Mapping[int, ArraySummary]  # by the index of the operand
    gradient: ArraySummary = NOTHING


class watch(Observer):
    """Notes lines of code and summaries of large arrays for everything that is recorded inside."""

    def recorded(self, node: Node, operands: Sequence[Array], out: Array) -> None:
        """Summarise a large result, and the large constants that it was computed from."""
        self.note_location(node)
        constants = {
            i: summarise(operands[i])
            for i, constant in enumerate(node.constants or ())
            if isinstance(constant, Constant) and not constant.spec.small
        }
        self.annotate(
            node, ObservedArrays(NOTHING if node.spec.small else summarise(out), constants)
        )

    def propagated(
        self,
        node: Node,
        cotangent: Array,
        parents: Sequence[Node | None],
        leaves: Mapping[Node, Array],
    ) -> None:
        """Summarise a large gradient."""
        if isinstance(node.annotation, ObservedArrays) and not node.spec.small:
            node.annotation.gradient = summarise(cotangent)
