"""A computational graph as plain data: boxes and edges, made once, before anything is drawn.

    operation   an application of a primitive: its symbol and parameters
    result      the array that an operation returned
    leaf        an array that requires a gradient and was not computed: a parameter
    constant    an operand that no gradient flows to
    summary     what stands for the middle of a graph that is too large to be drawn

A view holds text only: it does not keep the graph alive and knows no drawing language.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tinygrad_course.engine.graph import Node, topological_order
from tinygrad_course.engine.writes import FOREVER
from tinygrad_course.errors import DrawingError
from tinygrad_course.tensor import Tensor

from . import describe, text

LIMIT = 300
"""A graph of more nodes and constants than this is summarised."""

AT_EACH_END = 10
"""How many nodes of a summarised graph are drawn at its beginning, and how many at its end."""

MOST_CONSTANTS = 12
"""How many constants of one operation are drawn."""


@dataclass(frozen=True)
class ArrayBox:
    """A leaf, a constant or a result. Value and gradient are lines; without any they are not shown."""

    key: str
    kind: Literal["leaf", "constant", "result"]
    name: str
    outline: str
    value: tuple[str, ...]
    gradient: tuple[str, ...] = ()
    is_output: bool = False
    is_changed: bool = False  # overwritten in place since: `value` is not what the graph saw

    @property
    def title(self) -> str:
        return " ".join(filter(None, (self.kind, self.name, self.outline)))


@dataclass(frozen=True)
class OperationBox:
    """An application of a primitive."""

    key: str
    name: str
    symbol: str
    parameters: tuple[str, ...]

    @property
    def title(self) -> str:
        return " ".join(("operation", self.name, *self.parameters))


@dataclass(frozen=True)
class SummaryBox:
    """The part of a large graph that is not drawn."""

    key: str
    lines: tuple[str, ...]

    @property
    def title(self) -> str:
        return ", ".join(self.lines)


Box: TypeAlias = ArrayBox | OperationBox | SummaryBox


@dataclass(frozen=True)
class Edge:
    """From a value to the operation that uses it, labelled with the operand; or to its result."""

    tail: str
    head: str
    label: str = ""


@dataclass(frozen=True)
class View:
    """All that a drawing shows."""

    title: str
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]


def view(x: Tensor | Sequence[Tensor], *, limit: int = LIMIT) -> View:
    """The graph that leads to a tensor, or to several; summarised where it is too large to be read.

    Raises: DrawingError if x is neither a tensor nor a sequence of them.
    """
    outputs = _tensors(x)
    roots = [tensor.node for tensor in outputs if tensor.node is not None]
    order = topological_order(*roots)
    hidden = _middle(order, roots[:AT_EACH_END], limit)
    builder = _Builder(roots, order)
    if hidden:
        builder.summarise(hidden)
    for node in order:
        if node not in builder.keys:
            builder.add(node)
    builder.lead_to_summary(hidden)
    for tensor in outputs:
        if tensor.node is None:
            builder.constant(describe.of_tensor(tensor))
    title = f"Computational graph{describe.names(outputs)}: {describe.contents(order)}"
    return View(title, tuple(builder.boxes), tuple(builder.edges))


def _tensors(x: object) -> list[Tensor]:
    given = list(x) if isinstance(x, (list, tuple)) else [x]
    tensors = [y for y in given if isinstance(y, Tensor)]
    if tensors and len(tensors) == len(given):
        return tensors
    stranger = next((type(y).__name__ for y in given if not isinstance(y, Tensor)), "nothing")
    shown = (
        stranger
        if not isinstance(x, (list, tuple))
        else f"{type(x).__name__} with {stranger} in it"
    )
    raise DrawingError(
        f"can't draw a {shown}: give a Tensor, such as a loss or a model's output, "
        f"or a list of Tensors"
    )


def _middle(order: Sequence[Node], roots: Iterable[Node], limit: int) -> list[Node]:
    """The nodes to leave out of the drawing, if it would have more than `limit`."""
    constants = sum(c is not None for node in order for c in node.constants or ())
    if len(order) + constants <= limit:
        return []
    kept = set(roots)
    return [node for node in order[AT_EACH_END:-AT_EACH_END] if node not in kept]


class _Builder:
    """Boxes and edges in the making."""

    def __init__(self, outputs: Iterable[Node], order: Iterable[Node]) -> None:
        self.outputs = set(outputs)
        self.recorded = min((node.born for node in order), default=FOREVER)
        self.boxes: list[Box] = []
        self.edges: list[Edge] = []
        self.keys: dict[object, str] = {}  # of the box that shows a node's value, or a constant

    def add(self, node: Node) -> None:
        """Draw a node: the operation, its constants, and the array."""
        is_leaf = node.primitive is None
        head = "" if is_leaf else self.operation(node)
        self.keys[node] = key = self._new_key()
        self.boxes.append(
            ArrayBox(
                key,
                "leaf" if is_leaf else "result",
                text.name(node.name),
                text.outline(node.shape, node.dtype),
                describe.value(node.value),
                describe.gradient(node),
                is_output=node in self.outputs and not is_leaf,
                is_changed=describe.is_changed(node, self.recorded),
            )
        )
        if head:
            self._connect(head, key)

    def operation(self, node: Node) -> str:
        """Draw an operation and what leads to it; return its key."""
        constants = [c for c in node.constants or () if c is not None]
        drawn = set(map(id, constants[:MOST_CONSTANTS]))
        left_out = len(constants) - len(drawn)
        tails: list[tuple[str, str]] = []
        labels = describe.operand_labels(node)
        for i, (parent, label) in enumerate(zip(node.parents, labels, strict=True)):
            if parent is not None:
                tails.append((self.keys[parent], label))
            elif node.constants is not None and id(node.constants[i]) in drawn:
                tails.append((self.constant(describe.of_constant(node.constants[i])), label))
        key = self._new_key()
        parameters = describe.parameters(node)
        if left_out:
            parameters += (f"and {text.count(left_out, 'constant')} more",)
        primitive = node.primitive
        assert primitive is not None
        self.boxes.append(OperationBox(key, primitive.name, describe.symbol(node), parameters))
        for tail, label in tails:
            self._connect(tail, key, label)
        return key

    def constant(self, constant: describe.Described) -> str:
        """Draw a constant, once, however often it is used; return its key."""
        key = self.keys.get(constant.identity)
        if key is None:
            self.keys[constant.identity] = key = self._new_key()
            self.boxes.append(
                ArrayBox(key, "constant", constant.name, constant.outline, constant.value)
            )
        return key

    def summarise(self, hidden: Sequence[Node]) -> None:
        """Let one box stand for all these nodes."""
        key = self._new_key()
        self.boxes.append(SummaryBox(key, describe.summary(hidden)))
        self.keys.update(dict.fromkeys(hidden, key))

    def lead_to_summary(self, hidden: Sequence[Node]) -> None:
        """Connect what is drawn with those of its users that are not."""
        if hidden:
            summary = self.keys[hidden[0]]
            parents = (parent for node in hidden for parent in node.parents if parent is not None)
            tails = dict.fromkeys(self.keys[parent] for parent in parents)  # an ordered set
            for tail in tails:
                if tail != summary:
                    self._connect(tail, summary)

    def _new_key(self) -> str:
        return f"box{len(self.boxes) + 1}"

    def _connect(self, tail: str, head: str, label: str = "") -> None:
        self.edges.append(Edge(tail, head, label))
