"""One forward and one backward pass as plain data: arrays, and the contributions between them."""

from typing import Any

import numpy as np

from tinygrad_course import Tensor
from tinygrad_course.inspect import Constant, Node, tensor_of

from ..graph import describe
from .backward import BackwardPass
from .graph_data import GraphData
from .observed import ObservedRun
from .table import Table


def collect(
    loss: Tensor, graph: GraphData, run: ObservedRun, backward: BackwardPass, table: Table
) -> dict[str, Any]:
    """The arrays of a pass, as rows of the table, and its contributions.

    values, gradients   by the index of their item; 0 if not known
    backward            the operations in the order of the backward pass, with their contributions
    after               the values of leaves that changed after the pass, by the index of their item
    """
    values = [0] * len(graph.items)
    gradients = [0] * len(graph.items)
    after: dict[int, int] = {}
    leaves = run.leaves(graph.order)
    for node in graph.order:
        i = graph.index_of[node]
        used = leaves.get(node)
        known = run.values.get(node) if used is None else used.row
        values[i] = known or _value(node, table)
        gradients[i] = backward.gradients.get(node, 0)
        if used is not None:
            now = _value(node, table)
            if now not in (0, values[i]):
                after[i] = now
    for i, constant in graph.constants.items():
        values[i] = _constant(constant, run, table)
    return {
        "values": values,
        "gradients": gradients,
        "backward": [
            {
                "item": graph.index_of[node],
                "hooked": bool(node.hooks),
                "contributions": [
                    [c.operand, graph.index_of[c.parent], c.local, c.value, c.total]
                    for c in backward.contributions.get(node, ())
                ],
            }
            for node in reversed(graph.order)
            if node.primitive is not None and node in backward.gradients
        ],
        "after": after,
        "loss": _finite(loss),
    }


def _finite(loss: Tensor) -> float | None:
    """The loss as a number for the curve; None for NaN and infinities, which JSON does not have."""
    number = float(loss.item()) if loss.size == 1 else np.nan
    return number if np.isfinite(number) else None


def _value(node: Node, table: Table) -> int:
    """The row of a node's present value; 0 if it is not known."""
    owner = tensor_of(node)
    if node.primitive is None and owner is not None:
        return table.add(owner.data)
    if node.value is not None:
        return table.add(node.value)
    return table.add_text(describe.value(node))


def _constant(constant: Any, run: ObservedRun, table: Table) -> int:
    if not isinstance(constant, Constant):
        return table.add_text(describe.of_constant(constant).value)
    return run.constants.get(constant) or table.add(constant.value)
