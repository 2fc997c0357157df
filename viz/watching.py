"""`watch`: observe a graph while it is recorded, so that drawings can show more of it.

    with viz.watch():
        loss = cost(model(x), y)
        loss.backward()
    viz.draw(loss, "loss.svg")

A graph keeps the values and gradients of small arrays only. Inside the block the observer also notes the
line of code that ran each operation, and a summary of its result and its gradient if they are large.
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
    """Summaries of a large result, of its gradient, and of large constants."""

    value: ArraySummary
    constants: Mapping[int, ArraySummary]  # by the index of the operand
    gradient: ArraySummary = NOTHING


class watch(Observing):
    """Notes lines of code and summaries of large arrays for everything that is recorded inside."""

    def recorded(self, node: Node, operands: Sequence[Any], out: Any) -> None:
        """Summarise a large result, and the large constants that it was computed from."""
        node._location = ":".join(map(str, user_file_and_line(sys._getframe(1))))
        constants = {
            i: summarise(operands[i])
            for i, constant in enumerate(node.constants or ())
            if isinstance(constant, Constant) and not constant.spec.small
        }
        node._annotation = ObservedArrays(NOTHING if node.spec.small else summarise(out), constants)

    def before_backward(self, order: Sequence[Node]) -> None:
        """Nothing to note."""

    def propagated(
        self, node: Node, g: Any, parents: Sequence[Any], leaves: dict[Node, Any]
    ) -> None:
        """Summarise a large gradient."""
        if isinstance(node.annotation, ObservedArrays) and not node.spec.small:
            node.annotation.gradient = summarise(getattr(g, "_data", g))
