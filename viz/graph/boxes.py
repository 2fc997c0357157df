"""The parts of a drawing as plain data: boxes, edges and frames.

    operation   an application of a primitive: its symbol and parameters, its formula and its VJP
    result      the array that an operation returned
    leaf        an array that requires a gradient and was not computed, such as a parameter
    constant    an operand that gets no gradient
    fold        one box for a module, a named block, equal layers in a row, or the middle of a graph
    frame       the border around the boxes of a module or a block that is not folded

They contain text and numbers only. They do not keep the graph alive, and they know no drawing language.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from .summary import NOTHING, ArraySummary


@dataclass(frozen=True)
class ArrayBox:
    """A leaf, a constant or a result. A value or a gradient without lines is not shown."""

    key: str
    kind: Literal["leaf", "constant", "result"]
    name: str
    spec: str
    value: ArraySummary = NOTHING
    gradient: ArraySummary = NOTHING
    is_output: bool = False
    is_changed: bool = False  # overwritten in place: `value` is not the one that the graph used
    frame: str = ""

    @property
    def title(self) -> str:
        return " ".join(filter(None, (self.kind, self.name, self.spec)))

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
    costs: tuple[str, ...] = ()  # bytes kept for the backward pass, and FLOPs
    location: str = ""  # the line of the user's code that ran it, if it was observed (`watch`)
    frame: str = ""

    @property
    def title(self) -> str:
        return " ".join(("operation", self.name, *self.parameters))

    @property
    def description(self) -> str:
        return ". ".join(filter(None, (self.formula, self.vjp, *self.costs, self.location)))


@dataclass(frozen=True)
class FoldBox:
    """Many operations in one box, which stands for `times` equal parts."""

    key: str
    kind: Literal["module", "block", "repeat", "middle"]
    lines: tuple[str, ...]
    times: int = 1
    operations: tuple[str, ...] = ()  # the most frequent ones: 2 × linear
    frame: str = ""

    @property
    def title(self) -> str:
        return ", ".join((f"{self.times} times",) * (self.times > 1) + self.lines)

    @property
    def description(self) -> str:
        return ", ".join(self.operations)


Box: TypeAlias = ArrayBox | OperationBox | FoldBox


@dataclass(frozen=True)
class Edge:
    """From an array to an operation, labelled with the operand; or from an operation to its result."""

    tail: str
    head: str
    label: str = ""
    stretched: tuple[int, ...] = ()
    """The axes of the result along which the operand is broadcast; its gradient is summed over them."""

    @property
    def stretching(self) -> str:
        """The stretched axes in words: "stretched axes 0, 1"; empty if there are none."""
        return f"stretched {self._axes}" if self.stretched else ""

    @property
    def description(self) -> str:
        if not self.stretched:
            return ""
        return f"stretched along {self._axes}; in the backward pass the gradient is summed over {self._axes}"

    @property
    def _axes(self) -> str:
        noun = "axis" if len(self.stretched) == 1 else "axes"
        return f"{noun} {', '.join(map(str, self.stretched))}"


@dataclass(frozen=True)
class Frame:
    """A module or a named block whose contents are drawn."""

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
    """Everything that a drawing shows: a title, boxes, edges between them, frames around them.

    `note` says what it leaves out.
    """

    title: str
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    frames: tuple[Frame, ...] = ()
    note: str = ""
