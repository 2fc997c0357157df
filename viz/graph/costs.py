"""What a computation costs: the bytes that it keeps for the backward pass, and its FLOPs.

A FLOP is a floating-point operation: a sum, a product, a comparison or an elementary function of one
number. What a primitive does in several steps counts as these steps would.
"""

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any

from tinygrad_course import inspect
from tinygrad_course.inspect import Node

from .. import text

Shape = tuple[int, ...]

_MOVES_ONLY = {
    "shaping", "joining", "splitting", "padding", "indexing", "selection", "sorting"
}  # fmt: skip
"""Topics of operations that only move numbers."""


def costs(node: Node) -> Iterator[str]:
    """The costs of one operation; without the bytes that it kept if they are released."""
    assert node.primitive is not None
    if not inspect.is_released(node):
        kept = [name for name, _ in inspect.kept(node)]
        # The rules of an operation of any number of operands need all of them, or none.
        named = ["its operands"] if kept and node.primitive.variadic else kept
        size = text.size(inspect.kept_bytes([node]))
        yield f"keeps {', '.join(named)}: {size}" if kept else "keeps nothing"
    count = flops(node)
    if count is not None:
        yield text.count(count, "FLOP")


def totals(order: Sequence[Node]) -> Iterator[str]:
    """The costs of a graph, in which memory that several operations keep counts once."""
    if inspect.is_released(*order):
        yield "what was kept for the backward pass is released"
    else:
        yield f"{text.size(inspect.kept_bytes(order))} kept for the backward pass"
    counts = [flops(node) for node in order]
    unknown = counts.count(None)
    beside = f" and {text.count(unknown, 'operation')} not counted" if unknown else ""
    yield f"{text.count(sum(filter(None, counts)), 'FLOP')}{beside}"


# --- FLOPs ----------------------------------------------------------------------------------------


def flops(node: Node) -> int | None:
    """The FLOPs of the forward computation; None if they are not known."""
    primitive = node.primitive
    if primitive is None:
        return 0
    shapes = [_shape(operand) for operand in inspect.operands(node) if operand is not None]
    if primitive.name in _COUNTS:
        return _COUNTS[primitive.name](shapes, node.shape)
    if primitive.__module__.rpartition(".")[2] in _MOVES_ONLY:
        return 0
    if primitive.is_elementwise:
        return prod(node.shape)  # element by element
    return None


def _shape(operand: Any) -> Shape:
    """The shape of a node, a constant or a Python number."""
    spec = getattr(operand, "spec", None)
    return () if spec is None else spec.shape


def _each(n: int) -> Callable[[list[Shape], Shape], int]:
    """n FLOPs per element of the first operand."""
    return lambda shapes, out: n * prod(shapes[0])


def _product(shapes: list[Shape], out: Shape) -> int:
    """A multiplication and a sum per pair of numbers, along the last axis of the first operand."""
    if not all(shapes):
        return prod(out)  # np.dot with a scalar
    return 2 * prod(out) * shapes[0][-1]


def _linear(shapes: list[Shape], out: Shape) -> int:
    return _product(shapes, out) + prod(out) * (len(shapes) - 2)  # the bias, if there is one


def _log_softmax(shapes: list[Shape], out: Shape) -> int:
    """Maximum, difference, exp, sum and difference per element, and a logarithm per row."""
    return 5 * prod(out) + _rows(out)


def _cross_entropy(shapes: list[Shape], out: Shape) -> int:
    """log softmax, and the sign and the mean of the loss per row."""
    return _log_softmax([], shapes[0]) + 2 * _rows(shapes[0])


def _rows(shape: Shape) -> int:
    return prod(shape[:-1])


_COUNTS: dict[str, Callable[[list[Shape], Shape], int]] = {
    **dict.fromkeys(("matmul", "dot", "vecdot", "matvec", "vecmat"), _product),
    "outer": lambda shapes, out: prod(out),
    "linear": _linear,
    **dict.fromkeys(("sum", "mean", "prod", "max", "min", "cumsum", "cumprod"), _each(1)),
    "var": _each(4),  # mean, difference, square, sum
    "std": lambda shapes, out: 4 * prod(shapes[0]) + prod(out),
    "logsumexp": lambda shapes, out: 4 * prod(shapes[0]) + 2 * prod(out),
    "softmax": _each(5),  # maximum, difference, exp, sum, quotient
    "log_softmax": _log_softmax,
    "where": lambda shapes, out: 0,
    "mse": _each(3),  # difference, square, mean
    "l1_loss": _each(3),  # difference, magnitude, mean
    **dict.fromkeys(("huber_loss", "smooth_l1_loss"), _each(7)),
    **dict.fromkeys(("hinge_loss", "hinge_embedding_loss", "kl_div"), _each(4)),
    "nll_loss": lambda shapes, out: 2 * _rows(shapes[0]),  # the sign and the mean
    "binary_cross_entropy": _each(9),
    "binary_cross_entropy_with_logits": _each(9),
    "cross_entropy": _cross_entropy,
}
