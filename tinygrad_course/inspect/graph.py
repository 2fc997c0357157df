"""The nodes of a graph, in order, and what they say in words and numbers."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import numpy as np

from ..engine import graph as engine
from ..engine.mode import Block, Scope
from ..engine.writes import written_since
from ..primitive import Array, Primitive, Shape
from ..tensor import Tensor
from ..tensor.nodes import Constant, constant, is_abstract

__all__ = ["Block", "Constant", "Scope", "is_abstract"]


class Node(Protocol):
    """One application of a primitive, or a leaf that requires a gradient.

    Nodes are compared with `is`, and may be keys of dictionaries. They are for reading: what is
    assigned here changes what the engine computes.
    """

    @property
    def primitive(self) -> Primitive[..., Any] | None:
        """What was applied; None for a leaf."""

    @property
    def parents(self) -> "tuple[Node | None, ...]":
        """The node of each operand; None for a constant. See `operands`."""

    @property
    def spec(self) -> engine.Spec:
        """Shape and dtype of the output, and whether it is small."""

    @property
    def shape(self) -> Shape:
        """The shape of the output."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the output."""

    @property
    def value(self) -> Array | None:
        """The output, if it has at most `SMALL` elements."""

    @property
    def cotangent(self) -> Array | None:
        """What the last backward pass brought, if it has at most `SMALL` elements: ∂L/∂output."""

    @property
    def name(self) -> str | None:
        """The name that the user gave the tensor."""

    @property
    def parameters(self) -> Mapping[str, Any] | None:
        """The keyword parameters of the application, such as axis; of large arrays the spec alone."""

    @property
    def constants(self) -> tuple[Any, ...] | None:
        """For each operand without a node, a `Constant` or a number; None if all operands have nodes."""

    @property
    def scope(self) -> "Scope | None":
        """The module or named block that recorded it, and what is around that."""

    @property
    def location(self) -> str | None:
        """The line of the user's code that ran it, as file:line, if an observer noted it."""

    @property
    def hooks(self) -> Mapping[object, Callable[[Array], Array]] | None:
        """Functions that see the cotangent, and may replace it."""

    @property
    def annotation(self) -> Any:
        """What an observer wrote here with `Observer.annotate`."""


def nodes(*outputs: Tensor) -> list[Node]:
    """All nodes that lead to `outputs`, each one after all of its operands.

    A tensor without a graph has none.
    """
    order: list[Any] = engine.topological_order(*(t.node for t in outputs if t.node is not None))
    return order


def operands(node: Node) -> list[Any]:
    """For each operand its node, or the `Constant` or the number that it is."""
    constants = node.constants or node.parents
    return [p if p is not None else c for p, c in zip(node.parents, constants)]


def tensor_of(node: Node) -> Tensor | None:
    """The tensor whose `.grad` a backward pass fills for this node, if it is still there.

    It is that of a leaf, or of a result with `retain_grad()`.
    """
    owner = as_engine(node).owner
    return owner() if owner is not None else None


def constant_of(tensor: Tensor) -> Constant:
    """What graphs remember of a tensor that is an operand without a node."""
    made: Constant = constant(tensor)
    return made


def module_path(module: Any) -> str:
    """What a graph calls a module: its path in the model, such as layers.0; "" for the model itself."""
    return module._path or ""


def formula(node: Node) -> str:
    """What the operation computes, such as z = x ⊙ y; "" for a leaf."""
    return _said(node)[0]


def rules(node: Node) -> str:
    """The vector-Jacobian products of the operation, such as x̄ = z̄ ⊙ y, ȳ = z̄ ⊙ x; "" for a leaf."""
    return _said(node)[1]


def _said(node: Node) -> tuple[str, str]:
    """Both, from the first paragraph of the primitive's docstring."""
    said = "" if node.primitive is None else node.primitive.__doc__ or ""
    formula, _, rules = " ".join(said.split("\n\n")[0].split()).partition("; ")
    return formula.strip(), rules.strip()


def overwritten_since_used(order: Iterable[Node]) -> set[Node]:
    """The leaves whose numbers were overwritten in place after a node of `order` used them.

    Their `value` is not what the graph was computed from.
    """
    first_use: dict[engine.Node, float] = {}
    for node in map(as_engine, order):
        for parent in node.parents:
            if parent is not None and parent.primitive is None:
                first_use[parent] = min(node.born, first_use.get(parent, node.born))
    return {leaf for leaf, born in first_use.items() if written_since(leaf.value, born)}


def as_engine(node: Node) -> engine.Node:
    """The same node, for the functions of this package that need more than it shows."""
    assert isinstance(node, engine.Node)
    return node
