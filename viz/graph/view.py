"""A computational graph as plain data: boxes, edges and frames, made once, before anything is drawn.

    operation   an application of a primitive: its symbol and parameters, its formula and its VJP
    result      the array that an operation returned
    leaf        an array that requires a gradient and was not computed: a parameter
    constant    an operand that no gradient flows to
    fold        one box for a module, a named block, equal layers in a row, or the middle of a graph
    frame       what stands around the boxes of a module or a block that is not folded

A view holds text and numbers only: it does not keep the graph alive and knows no drawing language.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from tinygrad_course.engine.graph import Node, topological_order
from tinygrad_course.engine.writes import FOREVER
from tinygrad_course.errors import DrawingError
from tinygrad_course.tensor import Tensor

from .. import text
from . import describe, folds, notation
from .flops import flops
from .folding import Folding, boxes_of, fold
from .numbers import NOTHING, Numbers
from .regions import Region, outside_of_modules

Detail: TypeAlias = Literal["auto", "shapes", "values", "everything"]
Notation: TypeAlias = Literal["plain", "course"]

LIMIT = 300
"""A graph of more boxes than this is folded."""

READABLE = 100
"""In a drawing of more boxes than this, detail="auto" means shapes only."""

MOST_CONSTANTS = 12
"""How many constants of one operation are drawn."""


@dataclass(frozen=True)
class ArrayBox:
    """A leaf, a constant or a result. Value and gradient without lines are not shown."""

    key: str
    kind: Literal["leaf", "constant", "result"]
    name: str
    outline: str
    value: Numbers = NOTHING
    gradient: Numbers = NOTHING
    is_output: bool = False
    is_changed: bool = False  # overwritten in place since: `value` is not what the graph saw
    frame: str = ""

    @property
    def title(self) -> str:
        return " ".join(filter(None, (self.kind, self.name, self.outline)))

    @property
    def description(self) -> str:
        value, gradient = ("; ".join(x.lines) for x in (self.value, self.gradient))
        parts = (value and f"value {value}", gradient and f"gradient {gradient}")
        return ". ".join(filter(None, parts))


@dataclass(frozen=True)
class OperationBox:
    """An application of a primitive."""

    key: str
    name: str
    symbol: str
    parameters: tuple[str, ...] = ()
    formula: str = ""
    vjp: str = ""
    costs: tuple[str, ...] = ()  # what it keeps for the backward pass, and what it computes
    place: str = ""  # the line of user code that ran it, if somebody looked on (`watch`)
    frame: str = ""

    @property
    def title(self) -> str:
        return " ".join(("operation", self.name, *self.parameters))

    @property
    def description(self) -> str:
        return ". ".join(filter(None, (self.formula, self.vjp, *self.costs, self.place)))


@dataclass(frozen=True)
class FoldBox:
    """Many operations in one box; `times` of them in a row are equal."""

    key: str
    kind: Literal["module", "block", "repeat", "middle"]
    lines: tuple[str, ...]
    times: int = 1
    frame: str = ""

    @property
    def title(self) -> str:
        return ", ".join((f"{self.times} times",) * (self.times > 1) + self.lines)

    @property
    def description(self) -> str:
        return ""


Box: TypeAlias = ArrayBox | OperationBox | FoldBox


@dataclass(frozen=True)
class Edge:
    """From a value to the operation that uses it, labelled with the operand; or to its result."""

    tail: str
    head: str
    label: str = ""
    stretched: tuple[int, ...] = ()
    """The axes of the result along which the operand is repeated; the gradient is summed over them."""

    @property
    def description(self) -> str:
        if not self.stretched:
            return ""
        axes = f"ax{'e' if len(self.stretched) > 1 else 'i'}s {', '.join(map(str, self.stretched))}"
        return f"stretched along {axes}; on the way back the gradient is summed over {axes}"


@dataclass(frozen=True)
class Frame:
    """A module or a named block whose inside is drawn."""

    key: str
    kind: Literal["module", "block"]
    label: str
    lines: tuple[str, ...]
    outer: str = ""

    @property
    def title(self) -> str:
        return ", ".join(filter(None, (f"{self.kind} {self.label}".strip(), *self.lines)))


@dataclass(frozen=True)
class View:
    """All that a drawing shows. `note` says what it does not."""

    title: str
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    frames: tuple[Frame, ...] = ()
    note: str = ""


def view(
    x: Tensor | Sequence[Tensor],
    *,
    detail: Detail = "auto",
    depth: int | None = None,
    collapse: Collection[str] | str | None = None,
    names: Mapping[Any, str] | None = None,
    notation: Notation = "plain",
    limit: int = LIMIT,
) -> View:
    """The graph that leads to a tensor, or to several, as plain data; see `viz.draw`.

    Raises: DrawingError if x is neither a tensor nor a sequence of them, or for an option that does
    not exist.
    """
    outputs = _tensors(x)
    _check("detail", detail, Detail)
    _check("notation", notation, Notation)
    if depth is not None and depth < 0:
        raise DrawingError(f"depth={depth}: 0 draws each model as one box, 1 its layers, and so on")
    roots = [tensor.node for tensor in outputs if tensor.node is not None]
    order = topological_order(*roots)
    closed = (collapse,) if isinstance(collapse, str) else tuple(collapse or ())
    folding = fold(order, roots, depth=depth, collapse=closed, limit=limit)
    called = given_names(order, outputs, names, notation)
    builder = _Builder(roots, order, folding, detail, called)
    for node in order:
        builder.add(node)
    for tensor in outputs:
        if tensor.node is None:
            builder.constant(describe.of_tensor(tensor), folding.program)
    title = f"Computational graph{describe.names(outputs)}: {describe.contents(order)}"
    if detail == "everything":
        title = ", ".join((title, *describe.totals(order)))
    return View(
        title, tuple(builder.boxes), tuple(builder.edges), builder.used_frames(), folding.note
    )


def _check(option: str, given: object, allowed: Any) -> None:
    choices = get_args(allowed)
    if given not in choices:
        raise DrawingError(f"{option}={given!r} is none of {', '.join(map(repr, choices))}")


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
        f"can't draw a {shown}: give a Tensor, such as a loss or a model's output, or a list of Tensors; "
        f"or a model or a function, with an example input: viz.draw(model, x)"
    )


def given_names(
    order: Sequence[Node],
    outputs: Iterable[Tensor],
    names: Mapping[Any, str] | None,
    style: Notation,
) -> dict[int, str]:
    """What nodes and constants are called instead of by their own names, by their ids."""
    called = notation.course(order) if style == "course" else {}
    for key, name in (names or {}).items():
        if isinstance(key, Tensor):
            called[id(key.node if key.node is not None else key)] = name
            if key.node is None:
                called[describe.of_tensor(key).id_of_data] = name
        elif isinstance(key, str):
            called |= {id(node): name for node in order if node.name == key}
        else:
            raise DrawingError(
                f"names: {key!r} is a {type(key).__name__}: give {{tensor: name}} or {{its name: new name}}"
            )
    return called


class _Builder:
    """Boxes, edges and frames in the making."""

    def __init__(
        self,
        outputs: Iterable[Node],
        order: Sequence[Node],
        folding: Folding,
        detail: Detail,
        called: Mapping[int, str],
    ) -> None:
        self.outputs = set(outputs)
        self.home = folding.home
        self.folded = folding.folded
        self.called = called
        self.recorded = min((node.born for node in order), default=FOREVER)
        self.boxes: list[Box] = []
        self.edges: list[Edge] = []
        self.frames: dict[Region, Frame] = {}
        self.keys: dict[object, str] = {}  # of the box that shows a node's value, or a constant
        self.closed: dict[Region, Region | None] = {}
        self.drawn: set[tuple[str, str]] = set()  # edges to and from folds
        self.everything = detail == "everything"
        self.values = detail in ("values", "everything") or (
            detail == "auto" and self._is_readable(order)
        )

    def _is_readable(self, order: Iterable[Node]) -> bool:
        open_nodes = (node for node in order if self._fold(self.home[node]) is None)
        return sum(map(boxes_of, open_nodes)) <= READABLE

    def add(self, node: Node) -> None:
        """Draw a node: the operation, its constants, and the array; or the fold that it is in."""
        region = self.home[node]
        closed = self._fold(region)
        if closed is not None:
            self.keys[node] = key = self._fold_box(closed)
            for parent in node.parents:
                if parent is not None:
                    self._connect_fold(self.keys[parent], key)
            return
        is_leaf = node.primitive is None
        head = "" if is_leaf else self.operation(node, region)
        self.keys[node] = key = self._new_key()
        self.boxes.append(
            ArrayBox(
                key,
                "leaf" if is_leaf else "result",
                text.name(self.called.get(id(node), node.name)),
                text.outline(node.shape, node.dtype),
                describe.value(node) if self.values else NOTHING,
                describe.gradient(node) if self.values else NOTHING,
                is_output=node in self.outputs and not is_leaf,
                is_changed=describe.is_changed(node, self.recorded),
                frame=self._frame(region),
            )
        )
        if head:
            self._connect(head, key)

    def operation(self, node: Node, region: Region) -> str:
        """Draw an operation and what leads to it; return its key."""
        constants = [c for c in node.constants or () if c is not None]
        drawn = set(map(id, constants[:MOST_CONSTANTS]))
        left_out = len(constants) - len(drawn)
        tails: list[tuple[str, str, tuple[int, ...]]] = []
        labels = describe.operand_labels(node)
        for i, (parent, label) in enumerate(zip(node.parents, labels, strict=True)):
            if parent is not None:
                tails.append((self.keys[parent], label, describe.stretched(node, parent)))
            elif node.constants is not None and id(node.constants[i]) in drawn:
                constant = describe.of_constant(node.constants[i])
                key = self.constant(constant, _of_constant(constant, region))
                tails.append((key, label, describe.stretched(node, node.constants[i])))
        key = self._new_key()
        parameters = describe.parameters(node)
        if left_out:
            parameters += (f"and {text.count(left_out, 'constant')} more",)
        primitive = node.primitive
        assert primitive is not None
        formula, vjp = describe.formulas(node)
        self.boxes.append(
            OperationBox(
                key,
                primitive.name,
                describe.symbol(node),
                parameters,
                formula,
                vjp,
                tuple(self._costs(node)) if self.everything else (),
                node.place or "",
                self._frame(region),
            )
        )
        for tail, label, stretched in tails:
            self._connect(tail, key, label, stretched)
        return key

    def _costs(self, node: Node) -> Iterator[str]:
        yield from describe.kept(node)
        count = flops(node)
        if count is not None:
            yield f"{text.count(count, 'FLOP')}"

    def constant(self, constant: describe.Described, region: Region) -> str:
        """Draw a constant, once, however often it is used; return its key."""
        key = self.keys.get(constant.identity)
        if key is None:
            self.keys[constant.identity] = key = self._new_key()
            name = self.called.get(constant.id_of_data, constant.name)
            is_number = not constant.outline  # it has nothing but its value to be known by
            value = constant.value if self.values or is_number else NOTHING
            self.boxes.append(
                ArrayBox(
                    key,
                    "constant",
                    text.name(name),
                    constant.outline,
                    value,
                    frame=self._frame(region),
                )
            )
        return key

    # --- folds and frames ---------------------------------------------------------------------

    def _fold(self, region: Region) -> Region | None:
        """The outermost folded region around."""
        if region not in self.closed:
            around = [r for r in region.around() if r in self.folded]
            self.closed[region] = around[-1] if around else None
        return self.closed[region]

    def _fold_box(self, region: Region) -> str:
        key = self.keys.get(region)
        if key is None:
            self.keys[region] = key = self._new_key()
            assert region.outer is not None
            assert region.kind != "program"
            lines = folds.lines(region)
            frame = self._frame(region.outer)
            self.boxes.append(FoldBox(key, region.kind, lines, region.times, frame))
        return key

    def _frame(self, region: Region) -> str:
        """The key of the frame of an open region; "" for the whole program."""
        if region.kind not in ("module", "block"):
            return ""
        if region not in self.frames:
            assert region.outer is not None
            outer = self._frame(region.outer)
            label, *lines = folds.heading(region)
            key = f"frame{len(self.frames) + 1}"
            self.frames[region] = Frame(key, region.kind, label, tuple(lines), outer)
        return self.frames[region].key

    def used_frames(self) -> tuple[Frame, ...]:
        """Those with something in them, each after those around it."""
        return tuple(self.frames.values())

    def _new_key(self) -> str:
        return f"box{len(self.boxes) + 1}"

    def _connect(
        self, tail: str, head: str, label: str = "", stretched: tuple[int, ...] = ()
    ) -> None:
        self.edges.append(Edge(tail, head, label, stretched))

    def _connect_fold(self, tail: str, head: str) -> None:
        if tail != head and (tail, head) not in self.drawn:
            self.drawn.add((tail, head))
            self._connect(tail, head)


def _of_constant(constant: describe.Described, region: Region) -> Region:
    """A number stands where it is used; an array is what the outermost model was given."""
    return outside_of_modules(region) if constant.outline else region
