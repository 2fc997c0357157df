"""`watch`: look on while a graph is recorded, so that drawings can show more of it.

    with viz.watch():
        loss = cost(model(x), y)
        loss.backward()
    viz.draw(loss, "loss.svg")

A graph remembers the values and gradients of small arrays only. Inside the block each operation also
notes the line of code that ran it, and what its result and its gradient are like if they are large.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinygrad_course.engine.grad_mode import Observing
from tinygrad_course.engine.graph import Node
from tinygrad_course.engine.source_lines import user_file_and_line
from tinygrad_course.tensor.nodes import Constant

from .graph.summary import NOTHING, ArraySummary, summarise


@dataclass
class ObservedArrays:
    """What the numbers of a large result are like, those of its gradient, and of large constants."""

    value: ArraySummary
    constants: Mapping[int, ArraySummary]  # by the place of the operand
    gradient: ArraySummary = NOTHING


class watch(Observing):
    """Notes lines of code, and what large arrays are like, of all that is recorded inside."""

    def recorded(self, node: Node, operands: Sequence[Any], out: Any) -> None:
        """Look at a result, and at what it was computed from as far as the graph does not keep it."""
        node._location = ":".join(map(str, user_file_and_line(sys._getframe(1))))
        constants = {
            i: summarise(operands[i])
            for i, constant in enumerate(node.constants or ())
            if isinstance(constant, Constant) and not constant.spec.small
        }
        node._annotation = ObservedArrays(NOTHING if node.spec.small else summarise(out), constants)

    def before_backward(self, order: Sequence[Node]) -> None:
        """Nothing is needed of it."""

    def propagated(
        self, node: Node, g: Any, parents: Sequence[Any], leaves: dict[Node, Any]
    ) -> None:
        """Look at a gradient."""
        if isinstance(node.annotation, ObservedArrays) and not node.spec.small:
            node.annotation.gradient = summarise(getattr(g, "_data", g))
