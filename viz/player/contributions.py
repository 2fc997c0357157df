"""The contributions of an operation to each of its operands.

The engine adds each contribution to the sum of the parent, so that only the sum is left. Here the pullback
runs again with a stand-in for each parent, which receives one contribution only.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinygrad_course.engine.graph import Node, Released, Spec
from tinygrad_course.engine.pullbacks import pullback_of
from tinygrad_course.engine.writes import written_since
from tinygrad_course.primitive import Array
from tinygrad_course.tensor.nodes import Constant, is_abstract


def contributions(
    node: Node, g: Array, parents: Sequence[Node | None], saved: Any
) -> list[Array | None]:
    """The contribution of the cotangent g to each parent; None for an operand that gets none."""
    return _pulled(node, g, [None if p is None else p.spec for p in parents], saved)


def local_derivatives(node: Node, parents: Sequence[Node | None], saved: Any) -> list[Array | None]:
    """∂z/∂x for each operand of an elementwise operation, in the shape of z: the contribution of ones.

    In the shape of the operand it would be summed over the axes along which the operand was broadcast.
    """
    if not is_elementwise(node) or not node.spec.small:
        return [None] * len(parents)
    ones = np.ones(node.shape, node.dtype)[()]
    return _pulled(node, ones, [None if p is None else node.spec for p in parents], saved)


def is_elementwise(node: Node) -> bool:
    """Whether each element of the result depends on one element of each operand."""
    primitive = node.primitive
    return primitive is not None and not set(primitive.signature or "?") - set("(),->")


def _pulled(node: Node, g: Array, specs: Sequence[Spec | None], saved: Any) -> list[Array | None]:
    primitive = node.primitive
    assert primitive is not None
    stand_ins = [spec and _stand_in(spec) for spec in specs]
    received: dict[Node, Array] = {}
    with np.errstate(all="ignore"):  # the engine's pass warns
        (primitive.pullback or pullback_of(primitive))(
            g, saved, stand_ins, node.spec, received, set()
        )
    return [received.get(stand_in) if stand_in else None for stand_in in stand_ins]


def _stand_in(spec: Spec) -> Node:
    node = Node()
    node.primitive = None
    node.spec = spec
    return node


def saved_again(node: Node) -> Any:
    """What the node saved; after its release, collected from the small values on its parents.

    None if a value that a rule needs is too large to be kept there, or was overwritten.
    """
    primitive = node.primitive
    if not isinstance(node.saved, Released) or primitive is None:
        return node.saved
    operands, shapes = zip(*(_operand(node, i) for i in range(len(node.parents))))
    out = _UNKNOWN if node.value is None else node.value
    names = primitive.operands * (len(operands) if primitive.variadic else 1)
    needed = [x for x, name in zip((*operands, out), (*names, "out")) if name in primitive.wanted]
    parameters = node.parameters or {}
    is_known = not any(map(is_abstract, parameters.values())) and all(
        x is not _UNKNOWN and not written_since(x, node.born) for x in needed
    )
    # A checkpoint has no rules: it saves how to compute everything again.
    if not primitive.rules or not is_known:
        return None
    return (*operands, out, shapes, parameters)


_UNKNOWN = object()
"""A sentinel, since an operand may be None."""


def _operand(node: Node, i: int) -> tuple[Any, tuple[int, ...]]:
    """Value and shape of an operand, if the graph keeps them."""
    parent = node.parents[i]
    if parent is not None:
        return _UNKNOWN if parent.value is None else parent.value, parent.shape
    constant = node.constants[i] if node.constants is not None else None
    if isinstance(constant, Constant):
        return _UNKNOWN if constant.value is None else constant.value, constant.spec.shape
    return constant, ()
