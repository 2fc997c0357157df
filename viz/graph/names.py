"""The names of nodes and constants in a drawing: their own, the caller's, or the course's.

The course names the arrays of a net z⁽¹⁾ = W⁽¹⁾ x + b⁽¹⁾, a⁽¹⁾ = g(z⁽¹⁾), ŷ, ℒ(ŷ, y).

Source: "Neural Networks and Deep Learning", weeks 2 to 4, which write the layer in brackets, z^[1].
"""

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import Any, Literal, TypeAlias

from tinygrad_course import Tensor
from tinygrad_course.errors import DrawingError
from tinygrad_course.inspect import Constant, Node, operands

from .. import text
from . import describe

Notation: TypeAlias = Literal["plain", "course"]


def given_names(
    order: Sequence[Node],
    outputs: Iterable[Tensor],
    names: Mapping[Any, str] | None,
    style: Notation,
) -> dict[int, str]:
    """The names that replace those of nodes and constants, by their ids.

    One mapping may serve many drawings: entries that match nothing in the graph are ignored.

    Raises: DrawingError if a key of `names` is neither a tensor nor a name.
    """
    by_name: dict[str, str] = {}
    by_tensor: dict[int, str] = {}
    for key, name in (names or {}).items():
        if isinstance(key, Tensor):
            node = key.node
            by_tensor[describe.of_tensor(key).id_of_data if node is None else id(node)] = name
        elif isinstance(key, str):
            by_name[key] = name
        else:
            raise DrawingError(
                f"names: {key!r} is neither a tensor nor a name: give {{tensor: name}} or {{name: new name}}"
            )
    course = course_names(order) if style == "course" else {}
    return course | _renamed(order, outputs, by_name) | by_tensor


def _renamed(
    order: Iterable[Node], outputs: Iterable[Tensor], by_name: Mapping[str, str]
) -> dict[int, str]:
    """New names for everything in the graph whose name is in `by_name`."""
    if not by_name:
        return {}
    own = {id(node): node.name for node in order}
    constants = {c for node in order for c in node.constants or () if isinstance(c, Constant)}
    own |= {describe.of_constant(c).id_of_data: c.name for c in constants}
    own |= {describe.of_tensor(t).id_of_data: t.name for t in outputs if t.node is None}
    return {key: by_name[name] for key, name in own.items() if name and name in by_name}


# --- the course's names ----------------------------------------------------------------------------


_ACTIVATIONS = {
    "relu", "leaky_relu", "elu", "gelu", "sigmoid", "tanh", "softplus", "softmax", "log_softmax"
}  # fmt: skip
_LOSSES = {
    "mse": ("", "squared error"),
    "binary_cross_entropy": ("", "cross-entropy"),
    "binary_cross_entropy_with_logits": ("σ", "cross-entropy"),
    "cross_entropy": ("softmax", "cross-entropy"),
    "l1_loss": ("", "absolute error"),
    "smooth_l1_loss": ("", "smooth absolute error"),
    "huber_loss": ("", "Huber"),
    "hinge_loss": ("", "hinge"),
}
"""The function that makes a prediction of the loss's operand, and the name of the loss."""

_UNNAMED = "·"
"""Stands for an operand without a name in a formula."""

_SAME = {"squeeze", "reshape"}
"""Operations that only change the shape, such as to one output per row."""


def of_layer(symbol: str, number: int) -> str:
    """The symbol of an array of a layer: z⁽¹²⁾ for z and 12."""
    return f"{symbol}⁽{text.superscript(number)}⁾"


def course_names(order: Sequence[Node]) -> dict[int, str]:
    """The course's names of nodes and constants, by their ids; only for those that are part of a net."""
    names_by_id: dict[int, str] = {}
    layers = _layers(order)
    last = max(layers.values(), default=0)
    for node in order:
        if node.primitive is None or not layers[node]:
            continue
        name, n = node.primitive.name, layers[node]
        if name == "linear":
            _name_layer(node, n, names_by_id)
        elif name in _ACTIVATIONS:
            names_by_id[id(node)] = "ŷ" if n == last else of_layer("a", n)
        elif name in _SAME:
            names_by_id[id(node)] = names_by_id.get(id(node.parents[0]), "")
        elif name in _LOSSES:
            names_by_id[id(node)] = "ℒ" if _reduction(node) == "none" else "J"
            _name_constant(node, 1, "y", names_by_id)
    return {key: name for key, name in names_by_id.items() if name}


def _layers(order: Sequence[Node]) -> dict[Node, int]:
    """The number of affine maps up to each node, including itself."""
    layers: dict[Node, int] = {}
    for node in order:
        before = max((layers[p] for p in node.parents if p is not None), default=0)
        is_affine = node.primitive is not None and node.primitive.name == "linear"
        layers[node] = before + is_affine
    return layers


def _name_layer(node: Node, n: int, names_by_id: dict[int, str]) -> None:
    names_by_id[id(node)] = of_layer("z", n)
    for parent, symbol in zip(node.parents[1:], "Wb"):
        if parent is not None:
            names_by_id[id(parent)] = of_layer(symbol, n)
    if n == 1:
        if node.parents[0] is not None:
            names_by_id.setdefault(id(node.parents[0]), "x")
        _name_constant(node, 0, "x", names_by_id)


def _name_constant(node: Node, i: int, name: str, names_by_id: dict[int, str]) -> None:
    constants = node.constants or ()
    if i < len(constants) and constants[i] is not None:
        names_by_id.setdefault(describe.of_constant(constants[i]).id_of_data, name)


def course_formula(node: Node, names_by_id: Mapping[int, str]) -> tuple[str, ...]:
    """An operation in the course's notation, in lines; () if it is not part of a net.

    W⁽¹⁾x + b⁽¹⁾;   g(z⁽¹⁾), g = tanh;   1/m Σ ℒ(ŷ, y), ŷ = σ(z⁽²⁾), ℒ = cross-entropy
    """
    primitive = node.primitive
    if primitive is None or id(node) not in names_by_id:
        return ()
    x, *others = (_operand_name(operand, names_by_id) for operand in operands(node))
    if primitive.name == "linear":
        weight, *bias = others
        gap = "" if weight.endswith("⁾") else " "
        return (" + ".join((f"{weight}{gap}{x}", *filter(None, bias))),)
    if primitive.name in _ACTIVATIONS:
        return f"g({x})", f"g = {primitive.symbol}"
    if primitive.name in _LOSSES:
        predicts, loss = _LOSSES[primitive.name]
        prediction = f"{predicts}({x})" if predicts else x
        is_shown = (f"ŷ = {prediction}",) * (prediction not in ("ŷ", _UNNAMED))
        return (f"{_sum_over(node)}ℒ(ŷ, y)", *is_shown, f"ℒ = {loss}")
    return ()


def _reduction(loss: Node) -> str:
    given: str = (loss.parameters or {}).get("reduction", "mean")
    return given


def _sum_over(loss: Node) -> str:
    """How the cost sums the losses: a mean over all their elements, which may be more than m."""
    if _reduction(loss) == "none":
        return ""
    if _reduction(loss) == "sum":
        return "Σ "
    prediction = loss.parents[0]
    assert loss.primitive is not None
    is_one_per_sample = prediction is not None and prod(prediction.shape[1:]) == 1
    return "1/m Σ " if is_one_per_sample or loss.primitive.name == "cross_entropy" else "mean "


def _operand_name(operand: Any, names_by_id: Mapping[int, str]) -> str:
    """The name of an operand in a formula."""
    if operand is None:
        return ""
    if isinstance(operand, (Constant, int, float)):
        constant = describe.of_constant(operand)
        return text.name(names_by_id.get(constant.id_of_data, constant.name)) or _UNNAMED
    return text.name(names_by_id.get(id(operand), operand.name)) or _UNNAMED
