"""A view as a Mermaid flowchart, which GitHub draws in Markdown, between ```mermaid and ```.

Source: https://mermaid.js.org/syntax/flowchart.html
"""

from collections.abc import Iterator, Mapping

from ..graph.boxes import ArrayBox, Box, FoldBox, Frame, OperationBox, View
from ..themes import LIGHT
from .dot import Direction, kind_of

_SHAPES = {
    "leaf": ("[", "]"),
    "constant": (">", "]"),
    "result": ("(", ")"),
    "operation": ("([", "])"),
    "fold": ("[[", "]]"),
}
"""The brackets around the label of each kind."""

_SETTINGS = '%%{init: {"flowchart": {"wrappingWidth": 600}}}%%'
"""Wide enough that rows of numbers are not wrapped."""


def source(view: View, direction: Direction = "LR") -> str:
    """The view as Mermaid source."""
    return "\n".join(_lines(view, direction)) + "\n"


def _lines(view: View, direction: Direction) -> Iterator[str]:
    yield _SETTINGS
    yield f"flowchart {direction}"
    yield f"  accTitle: {_one_line(view.title)}"
    inner: dict[str, list[Frame]] = {}
    boxes: dict[str, list[Box]] = {}
    for frame in view.frames:
        inner.setdefault(frame.outer, []).append(frame)
    for box in view.boxes:
        boxes.setdefault(box.frame, []).append(box)
    yield from _inside("", inner, boxes, "  ")
    for edge in view.edges:
        words = ", ".join(filter(None, (edge.label, edge.stretching)))
        label = f"|{_quoted(words)}|" if words else ""
        yield f"  {edge.tail} {'-.->' if edge.stretched else '-->'}{label} {edge.head}"
    if view.note:
        yield f"  note[{_quoted(view.note)}]"
    yield from (f"  {line}" for line in _styles(view))


def _styles(view: View) -> Iterator[str]:
    """The colours of a light page. Text is dark on GitHub's dark pages too, since the boxes are light."""
    kinds = ["frame"] * bool(view.frames) + sorted({kind_of(box) for box in view.boxes})
    for kind in kinds:
        fill, stroke, ink = (LIGHT[role] for role in (f"{kind} fill", kind, "ink"))
        yield f"classDef {kind} fill:{fill},stroke:{stroke},color:{ink}"
    if view.frames:
        yield f"class {','.join(frame.key for frame in view.frames)} frame"


def _inside(
    key: str, inner: Mapping[str, list[Frame]], boxes: Mapping[str, list[Box]], indent: str
) -> Iterator[str]:
    """The contents of a frame. The recursion is as deep as modules are nested."""
    for frame in inner.get(key, ()):
        title = _quoted(" ".join((frame.label, *frame.lines)) or "model")
        yield f"{indent}subgraph {frame.key}[{title}]"
        yield from _inside(frame.key, inner, boxes, indent + "  ")
        yield f"{indent}end"
    for box in boxes.get(key, ()):
        kind = kind_of(box)
        before, after = _SHAPES[kind]
        yield f"{indent}{box.key}{before}{_quoted(*_label(box))}{after}:::{kind}"


def _label(box: Box) -> tuple[str, ...]:
    if isinstance(box, OperationBox):
        return (box.symbol, *box.parameters, *box.costs)
    if isinstance(box, FoldBox):
        return (*((f"× {box.times}",) * (box.times > 1)), *box.lines)
    return tuple(filter(None, (box.name, box.spec, *_summaries(box)))) or (" ",)


def _summaries(box: ArrayBox) -> Iterator[str]:
    title = "value now" if box.is_changed else "value"
    is_number = not (box.name or box.spec)
    yield from box.value.lines if is_number else _titled(title, box.value.lines)
    yield from _titled("grad", box.gradient.lines)


def _titled(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield f"{title} {lines[0]}"
        yield from lines[1:]


_CODES = {ord(c): f"#{ord(c)};" for c in '"#&<>`\\*_~{}[]()|'}
"""Characters with a meaning in Mermaid, or in the Markdown of its labels, as escape codes."""


_NO_BREAK = ("#92;n", "#92;#8203;n")
"""An escaped backslash before an n would still break the line: a zero-width space separates them."""


def _quoted(*lines: str) -> str:
    coded = (line.translate(_CODES).replace(*_NO_BREAK) for line in lines)
    return '"' + "<br>".join(coded) + '"'


def _one_line(text: str) -> str:
    """Text outside of quotes, where a semicolon would end the statement."""
    return "".join(c if c.isalnum() or c in " ,.:()-–" else " " for c in text)
