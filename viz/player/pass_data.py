"""One forward and one backward pass as plain data: the numbers of a graph, and how they flow."""

from typing import Any

import numpy as np

from tinygrad_course.engine.graph import Node
from tinygrad_course.tensor import Tensor
from tinygrad_course.tensor.nodes import Constant

from ..graph import describe
from ..graph.regions import owner_of
from .backward import Backward
from .graph_data import Structure
from .observed import Recording
from .table import Table


def played(
    loss: Tensor, structure: Structure, recording: Recording, back: Backward, table: Table
) -> dict[str, Any]:
    """The numbers of every item by its place in `structure.items`, and what was handed back.

    values      0 where nobody knows
    back        in the order of the backward pass: an operation, and its shares
    after       what leaves hold behind the pass, where that is something else
    """
    values = [0] * len(structure.items)
    gradients = [0] * len(structure.items)
    after: dict[int, int] = {}
    leaves = recording.leaves(structure.order)
    for node in structure.order:
        i = structure.numbers[node]
        used = leaves.get(node)
        known = recording.values.get(node) if used is None else used.number
        values[i] = known or _value(node, table)
        gradients[i] = back.gradients.get(node, 0)
        if used is not None:
            now = _value(node, table)
            if now not in (0, values[i]):
                after[i] = now
    for i, constant in structure.constants.items():
        values[i] = _constant(constant, recording, table)
    return {
        "values": values,
        "gradients": gradients,
        "back": [
            {
                "item": structure.numbers[node],
                "hooked": bool(node.hooks),
                "shares": [
                    [s.operand, structure.numbers[s.parent], s.local, s.share, s.total]
                    for s in back.shares.get(node, ())
                ],
            }
            for node in reversed(structure.order)
            if node.primitive is not None and node in back.gradients
        ],
        "after": after,
        "loss": _finite(loss),
    }


def _finite(loss: Tensor) -> float | None:
    """The loss as a number for the curve; JSON knows no NaN."""
    number = float(loss.item()) if loss.size == 1 else np.nan
    return number if np.isfinite(number) else None


def _value(node: Node, table: Table) -> int:
    """What a node's array holds now, as far as somebody knows."""
    owner = owner_of(node)
    if node.primitive is None and owner is not None:
        return table.add(owner.data)
    if node.value is not None:
        return table.add(node.value)
    return table.add_text(describe.value(node))


def _constant(constant: Any, recording: Recording, table: Table) -> int:
    if not isinstance(constant, Constant):
        return table.add_text(describe.of_constant(constant).value)
    return recording.constants.get(constant) or table.add(constant.value)
