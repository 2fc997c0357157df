"""How many floating-point operations an application takes: a multiplication, a sum, an exp are one each."""

from collections.abc import Callable
from math import prod
from typing import Any

from tinygrad_course.engine.graph import Node

Shape = tuple[int, ...]

MOVES_ONLY = {
    "shaping", "joining", "splitting", "padding", "indexing", "selection", "sorting"
}  # fmt: skip
"""Topics of operations that carry numbers from one place to another."""

_REDUCTIONS = {"sum", "mean", "prod", "max", "min", "cumsum", "cumprod", "ptp"}
_TWICE = {"var", "std", "logsumexp"}


def flops(node: Node) -> int | None:
    """Those of the forward computation; None where nobody has counted them."""
    primitive = node.primitive
    if primitive is None:
        return 0
    shapes = [_shape(node, i) for i in range(len(node.parents))]
    size = prod(node.shape)
    if primitive.name in _COUNTS:
        return _COUNTS[primitive.name](shapes, node.shape)
    if primitive.__module__.rpartition(".")[2] in MOVES_ONLY:
        return 0
    if primitive.name in _REDUCTIONS:
        return prod(shapes[0])
    if primitive.name in _TWICE:
        return 4 * prod(shapes[0])
    if primitive.signature is not None and _is_elementwise(primitive.signature):
        return size
    return None


def _shape(node: Node, i: int) -> Shape:
    parent = node.parents[i]
    if parent is not None:
        return parent.shape
    constant: Any = (node.constants or {i: None})[i]
    outline = getattr(constant, "outline", None)
    return outline.shape if outline is not None else ()


def _is_elementwise(signature: str) -> bool:
    return set(signature) <= set("(),->")


def _matmul(shapes: list[Shape], out: Shape) -> int:
    return 2 * prod(out) * (shapes[0][-1] if shapes[0] else 1)


def _linear(shapes: list[Shape], out: Shape) -> int:
    return 2 * prod(out) * shapes[1][-1] + prod(out) * (len(shapes) > 2)


_COUNTS: dict[str, Callable[[list[Shape], Shape], int]] = {
    "matmul": _matmul,
    "dot": _matmul,
    "inner": _matmul,
    "vecdot": _matmul,
    "matvec": _matmul,
    "outer": lambda shapes, out: prod(out),
    "linear": _linear,
    "softmax": lambda shapes, out: 5 * prod(out),
    "log_softmax": lambda shapes, out: 6 * prod(out),
    "mse": lambda shapes, out: 3 * prod(shapes[0]),
    "binary_cross_entropy": lambda shapes, out: 8 * prod(shapes[0]),
    "binary_cross_entropy_with_logits": lambda shapes, out: 9 * prod(shapes[0]),
    "cross_entropy": lambda shapes, out: 6 * prod(shapes[0]),
}
"""Max, difference, exp, sum and quotient of softmax; and so on, for each element."""
