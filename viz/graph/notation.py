"""The course's names for the arrays of a net: z⁽¹⁾ = W⁽¹⁾ x + b⁽¹⁾, a⁽¹⁾ = g(z⁽¹⁾), ŷ, ℒ(ŷ, y).

Source: "Neural Networks and Deep Learning", weeks 2 to 4, which write the layer in brackets, z^[1].
"""

from collections.abc import Sequence

from tinygrad_course.engine.graph import Node

from . import describe

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

_ACTIVATIONS = {
    "relu", "leaky_relu", "elu", "gelu", "sigmoid", "tanh", "softplus", "softmax", "log_softmax"
}  # fmt: skip
_LOSSES = {"binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "mse"}
_SAME = {"squeeze", "reshape"}
"""What gives the same numbers in another shape, such as one output a row."""


def layer(symbol: str, number: int) -> str:
    """z and 12 to z⁽¹²⁾."""
    return f"{symbol}⁽{str(number).translate(_SUPERSCRIPTS)}⁾"


def course(order: Sequence[Node]) -> dict[int, str]:
    """The names of nodes and constants, by their ids; what is no part of a net keeps its own."""
    called: dict[int, str] = {}
    number: dict[Node, int] = {}  # the layer that a z or an a belongs to
    last = max((_depth(node, number) for node in order), default=0)
    for node in order:
        if node.primitive is None or node not in number:
            continue
        name, n = node.primitive.name, number[node]
        if name == "linear":
            _name_layer(node, n, called)
        elif name in _ACTIVATIONS:
            called[id(node)] = "ŷ" if n == last else layer("a", n)
        elif name in _SAME:
            called[id(node)] = called.get(id(node.parents[0]), "")
    for node in order:
        if node.primitive is not None and node.primitive.name in _LOSSES:
            called[id(node)] = "J" if node.shape == () else "ℒ(ŷ, y)"
            _name_constant(node, 1, "y", called)
    return {key: name for key, name in called.items() if name}


def _depth(node: Node, number: dict[Node, int]) -> int:
    """How many affine maps lie before the node and at it; noted where it is a part of a layer."""
    if node.primitive is None:
        return 0
    first = node.parents[0]
    before = number.get(first, 0) if first is not None else 0
    if node.primitive.name == "linear":
        number[node] = before + 1
    elif node.primitive.name in _ACTIVATIONS | _SAME and before:
        number[node] = before
    return number.get(node, 0)


def _name_layer(node: Node, n: int, called: dict[int, str]) -> None:
    called[id(node)] = layer("z", n)
    for parent, symbol in zip(node.parents[1:], "Wb"):
        if parent is not None:
            called[id(parent)] = layer(symbol, n)
    if n == 1:
        if node.parents[0] is not None:
            called.setdefault(id(node.parents[0]), "x")
        _name_constant(node, 0, "x", called)


def _name_constant(node: Node, i: int, name: str, called: dict[int, str]) -> None:
    constants = node.constants or ()
    if i < len(constants) and constants[i] is not None:
        called.setdefault(describe.of_constant(constants[i]).id_of_data, name)
