"""A view in the DOT language, which decides how a drawn graph looks.

Leaves, constants, operations, results and folds differ in shape, and in colour as well.
"""

from collections.abc import Iterator, Mapping
from math import sqrt
from typing import Any, Literal, TypeAlias

from .. import themes
from ..graph.boxes import ArrayBox, Box, Edge, FoldBox, Frame, OperationBox, View
from .labels import flush_left, label, plain

Direction: TypeAlias = Literal["LR", "RL", "TB", "BT"]
Colours: TypeAlias = Mapping[str, str]

# A monospaced font has the same width on every machine. Text in other fonts is laid out with the font of
# one machine, and overflows its box on another.
FONT = "Courier"

GRAPH = {
    "bgcolor": "transparent",
    "nodesep": "0.28",
    "ranksep": "0.38",
    "pad": "0.1",
    "fontname": FONT,
    "fontsize": "11",
    "labeljust": "l",
}
NODE = {
    "fontname": FONT,
    "fontsize": "12",
    "style": "filled",
    "penwidth": "1.3",
    "margin": "0.06,0.04",
}
EDGE = {"fontname": FONT, "fontsize": "10", "arrowsize": "0.65"}
STYLES = {
    "leaf": {"shape": "box", "penwidth": "2"},
    "constant": {"shape": "note", "width": "0.35", "height": "0.3"},
    "result": {"shape": "box", "style": "rounded,filled"},
    "operation": {"shape": "ellipse", "fontsize": "14"},
    "fold": {"shape": "box3d", "margin": "0.14,0.09"},
}
FRAME = {"style": "filled,rounded", "margin": "10", "labelloc": "t"}

MANY = 200
"""A drawing of more boxes than this is laid out in fewer rounds, which take most of the time."""


def source(view: View, direction: Direction = "LR", theme: themes.Theme = "light") -> str:
    """The view as DOT source. Equal graphs have equal sources."""
    import graphviz  # where it is used: it takes time to import

    colours = themes.COLOURS[theme]
    hurry = {"nslimit": "2", "mclimit": "0.5", "maxiter": "50"} if len(view.boxes) > MANY else {}
    notes = list(_notes(view, theme))
    note = {"label": flush_left(*notes), "labelloc": "b"} if notes else {}
    page = {"bgcolor": colours["page"]} if theme in ("dark", "print") else {}
    graph = graphviz.Digraph(
        "graph",
        graph_attr={
            **GRAPH,
            **page,
            **hurry,
            **note,
            "rankdir": direction,
            "fontcolor": colours["grey"],
        },
        node_attr={**NODE, "fontcolor": colours["ink"]},
        edge_attr={**EDGE, "fontcolor": colours["grey"], "color": colours["line"]},
    )
    groups = {frame.key: _group(frame, colours) for frame in view.frames}
    for box in _from_the_outputs(view):
        _add_box(groups.get(box.frame, graph), box, theme)
    # Innermost first, since a group is copied into the one around it.
    for frame in reversed(view.frames):
        groups.get(frame.outer, graph).subgraph(groups[frame.key])
    for edge in view.edges:
        _add_edge(graph, edge, colours)
    text: str = graph.source
    return text


def _notes(view: View, theme: themes.Theme) -> Iterator[str]:
    """The lines of text below the drawing."""
    if view.note:
        yield view.note
    arrays = [box for box in view.boxes if isinstance(box, ArrayBox)]
    pictures = [numbers.heat for box in arrays for numbers in (box.value, box.gradient)]
    if any(pictures):
        has_nan = any(level is None for heat in pictures for row in heat for level in row)
        yield f"heat maps: {themes.MEANING[theme]}{'; × is NaN' * has_nan}"


def kind_of(box: Box) -> str:
    """The kind of a box, which is its class in DOT and in SVG."""
    if isinstance(box, ArrayBox):
        return box.kind
    return "operation" if isinstance(box, OperationBox) else "fold"


def _add_box(graph: Any, box: Box, theme: themes.Theme) -> None:
    kind, colours = kind_of(box), themes.COLOURS[theme]
    style = {**STYLES[kind], "color": colours[kind], "fillcolor": colours[f"{kind} fill"]}
    if isinstance(box, ArrayBox) and box.is_output:
        style["peripheries"] = "2"
    if isinstance(box, OperationBox):
        style |= _size(box)
    if isinstance(box, FoldBox) and box.kind == "middle":
        style["style"] = "filled,dashed"
    graph.node(box.key, label(box, theme), **{"class": kind, **style})


def _size(box: OperationBox) -> dict[str, str]:
    """The size of an operation's ellipse, which some versions of Graphviz estimate badly."""
    widths = [len(line) * 8.4 for line in (box.symbol, *box.parameters)]  # 0.6 of the font's size
    widths += [len(line) * 6.6 for line in box.costs]
    text_height = 17 * len(widths) - 4 * len(box.costs)
    height = max(30, 1.5 * text_height)
    # The corners of the text touch the ellipse.
    width = max(widths) / sqrt(1 - (text_height / height) ** 2) + 4
    return {
        "fixedsize": "true",
        "width": f"{max(width, 30) / 72:.3f}",
        "height": f"{height / 72:.3f}",
    }


def _add_edge(graph: Any, edge: Edge, colours: Colours) -> None:
    words = [edge.label] if edge.label else []
    style = {}
    if edge.stretched:
        words.append(edge.stretching)
        style = {
            "style": "dashed",
            "fontcolor": colours["stretched"],
            "color": colours["stretched"],
        }
    # Spaces separate it from the line.
    beside = plain(*(f" {word} " for word in words)) if words else None
    graph.edge(edge.tail, edge.head, label=beside, **style)


def _group(frame: Frame, colours: Colours) -> Any:
    import graphviz

    group = graphviz.Digraph(f"cluster_{frame.key}")
    group.attr(
        label=plain(" ".join((frame.label, *frame.lines))),
        color=colours["frame"],
        fillcolor=colours["frame fill"],
        fontcolor=colours["grey"],
        **{"class": "frame", **FRAME},
    )
    return group


def _from_the_outputs(view: View) -> list[Box]:
    """The boxes in an order in which Graphviz places operands from top to bottom."""
    boxes = {box.key: box for box in view.boxes}
    tails: dict[str, list[str]] = {key: [] for key in boxes}
    for edge in view.edges:
        tails[edge.head].append(edge.tail)
    used = {edge.tail for edge in view.edges}
    # The outputs come off the stack first. The others are for boxes that lead to no output.
    last_first = list(reversed(boxes))
    stack = [key for key in last_first if key in used] + [k for k in last_first if k not in used]
    order: dict[str, Box] = {}
    while stack:
        key = stack.pop()
        if key not in order:
            order[key] = boxes[key]
            stack += reversed(tails[key])
    return list(order.values())
