"""A backward pass to watch, and what each operand gets of it.

The engine adds every contribution to what the parent has received, and only the sum is left. Here a
pullback runs again, with a stand-in in each parent's place that receives one contribution alone.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..engine import reverse_mode
from ..engine.grad_mode import enable_grad
from ..engine.graph import Node as EngineNode
from ..engine.graph import Spec, topological_order
from ..engine.pullbacks import pullback_of
from ..engine.saved import is_released, packed
from ..engine.writes import written_since
from ..errors import NotRecordedError
from ..primitive import Array
from ..tensor import Tensor
from ..tensor.nodes import Constant, is_abstract
from .graph import Node, as_engine


def backward_pass(output: Tensor) -> dict[Node, Array]:
    """Run a backward pass from a tensor for observers alone; return the gradients of leaves.

    No `.grad` changes, nothing is released, and the cotangents on the nodes stay as they were.

    Raises: NotRecordedError if the tensor has no graph; BackwardTwiceError if an earlier pass released
    it; ChangedValueError if an array that it needs was overwritten.
    """
    if output.node is None:
        raise NotRecordedError(f"{output._label()} has no graph to go back through")
    order = topological_order(output.node)
    before = [node.cotangent for node in order]
    seed = np.ones(output.shape, output.dtype)[()]
    try:
        with enable_grad():
            found = reverse_mode.backward_pass(output.node, seed, order, retain_graph=True)
    finally:
        for node, cotangent in zip(order, before):
            node._cotangent = cotangent
    return {node: gradient for node, gradient in found.items() if node.primitive is None}


def contributions(
    node: Node, cotangent: Array, parents: Sequence[Node | None], saved: Any
) -> list[Array | None]:
    """What each parent gets of the cotangent of an operation; None for an operand that gets nothing.

    `saved` is what `values_for_rules(node)` gives; `parents` are those of the node, with None for
    each that shall get nothing.
    """
    return _pulled(node, cotangent, [None if p is None else p.spec for p in parents], saved)


def local_derivatives(node: Node, parents: Sequence[Node | None], saved: Any) -> list[Array | None]:
    """∂z/∂x for each operand of a small elementwise operation, in the shape of z; None for others.

    That is the contribution of ones. In the operand's own shape it would be summed over the axes
    along which the operand was stretched.
    """
    if node.primitive is None or not node.primitive.is_elementwise or not node.spec.small:
        return [None] * len(parents)
    ones = np.ones(node.shape, node.dtype)[()]
    return _pulled(node, ones, [None if p is None else node.spec for p in parents], saved)


def _pulled(
    node: Node, cotangent: Array, specs: Sequence[Spec | None], saved: Any
) -> list[Array | None]:
    primitive = node.primitive
    assert primitive is not None
    stand_ins = [spec and _stand_in(spec) for spec in specs]
    received: dict[EngineNode, Array] = {}
    with np.errstate(all="ignore"):  # the engine's own pass has warned, or will
        pullback_of(primitive)(cotangent, saved, stand_ins, node.spec, received, set())
    return [received.get(stand_in) if stand_in else None for stand_in in stand_ins]


def _stand_in(spec: Spec) -> EngineNode:
    node = EngineNode()
    node.primitive = None
    node.spec = spec
    return node


def values_for_rules(node: Node) -> Any:
    """What the rules of an operation need, for `contributions`; None if it is lost.

    After a backward pass it is put together from the small values on the graph, unless a value that
    a rule asks for was too large to stay there, or was overwritten since.
    """
    primitive, own = node.primitive, as_engine(node)
    if primitive is None or not is_released(own):
        return own.saved
    operands, shapes = zip(*(_operand(node, i) for i in range(len(node.parents))))
    out = _UNKNOWN if node.value is None else node.value
    names = primitive.operands * (len(operands) if primitive.variadic else 1)
    needed = [x for x, name in zip((*operands, out), (*names, "out")) if name in primitive.wanted]
    parameters = node.parameters or {}
    is_known = not any(map(is_abstract, parameters.values())) and all(
        x is not _UNKNOWN and not written_since(x, own.born) for x in needed
    )
    # A checkpoint has no rules: it saves how to compute everything again.
    if not primitive.rules or not is_known:
        return None
    return packed(operands, out, shapes, parameters)


_UNKNOWN = object()
"""None may be an operand."""


def _operand(node: Node, i: int) -> tuple[Any, tuple[int, ...]]:
    """Value and shape of an operand, as far as the graph remembers them."""
    parent = node.parents[i]
    if parent is not None:
        return _UNKNOWN if parent.value is None else parent.value, parent.shape
    constant = node.constants[i] if node.constants is not None else None
    if isinstance(constant, Constant):
        return _UNKNOWN if constant.value is None else constant.value, constant.spec.shape
    return constant, ()
