"""A view in the DOT language: the one place that decides how a drawn graph looks.

Leaves, constants, operations, results and folds differ in shape first, and in colour for those who
see it.
"""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any, Literal, TypeAlias

import graphviz

from .. import themes
from ..graph.boxes import ArrayBox, Box, Edge, FoldBox, Frame, OperationBox, View
from ..graph.numbers import Numbers
from ..text import MOST_ROWS

Direction: TypeAlias = Literal["LR", "RL", "TB", "BT"]
Colours: TypeAlias = Mapping[str, str]

# A monospaced font, whose width is the same wherever the drawing is looked at: other text is laid
# out with one machine's font and overflows its box on the next.
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
    "operation": {
        "shape": "ellipse",
        "fontsize": "14",
        "margin": "0.02,0.02",
        "height": "0.42",
        "width": "0.42",
    },
    "fold": {"shape": "box3d", "margin": "0.14,0.09"},
}
FRAME = {"style": "filled,rounded", "margin": "10"}

MANY = 200
"""A drawing of more boxes than this is laid out with fewer rounds, which take most of the time."""


def source(view: View, direction: Direction = "LR", theme: themes.Theme = "light") -> str:
    """The view as DOT source; the same for the same graph."""
    colours = themes.COLOURS[theme]
    hurry = {"nslimit": "2", "mclimit": "0.5", "maxiter": "50"} if len(view.boxes) > MANY else {}
    note = {"label": _plain(view.note), "labelloc": "b"} if view.note else {}
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
        _add_box(groups.get(box.frame, graph), box, colours)
    # From the innermost, since a group is copied into the one around it.
    for frame in reversed(view.frames):
        groups.get(frame.outer, graph).subgraph(groups[frame.key])
    for edge in view.edges:
        _add_edge(graph, edge, colours)
    text: str = graph.source
    return text


def kind_of(box: Box) -> str:
    """The name of the kind, which is a class in DOT and in SVG."""
    if isinstance(box, ArrayBox):
        return box.kind
    return "operation" if isinstance(box, OperationBox) else "fold"


def _add_box(graph: Any, box: Box, colours: Colours) -> None:
    kind = kind_of(box)
    style = {**STYLES[kind], "color": colours[kind], "fillcolor": colours[f"{kind} fill"]}
    if isinstance(box, ArrayBox) and box.is_output:
        style["peripheries"] = "2"
    if isinstance(box, OperationBox) and len(box.symbol) <= 2 and not box.parameters + box.costs:
        style["fixedsize"] = "true"  # a circle, also where the symbol's width is only guessed
    if isinstance(box, FoldBox) and box.kind == "middle":
        style["style"] = "filled,dashed"
    graph.node(box.key, _label(box, colours), **{"class": kind, **style})


def _add_edge(graph: Any, edge: Edge, colours: Colours) -> None:
    words = [edge.label] if edge.label else []
    style = {}
    if edge.stretched:
        axes = ", ".join(map(str, edge.stretched))
        words.append(f"stretched ax{'e' if len(edge.stretched) > 1 else 'i'}s {axes}")
        style = {
            "style": "dashed",
            "fontcolor": colours["stretched"],
            "color": colours["stretched"],
        }
    # Spaces keep it off the line.
    label = _plain(*(f" {word} " for word in words)) if words else None
    graph.edge(edge.tail, edge.head, label=label, **style)


def _group(frame: Frame, colours: Colours) -> Any:
    group = graphviz.Digraph(f"cluster_{frame.key}")
    group.attr(
        label=_plain(" ".join((frame.label, *frame.lines))),
        color=colours["frame"],
        fillcolor=colours["frame fill"],
        fontcolor=colours["grey"],
        **{"class": "frame", **FRAME},
    )
    return group


def _from_the_outputs(view: View) -> list[Box]:
    """The boxes in the order in which Graphviz sets operands above one another as they are read."""
    boxes = {box.key: box for box in view.boxes}
    tails: dict[str, list[str]] = {key: [] for key in boxes}
    for edge in view.edges:
        tails[edge.head].append(edge.tail)
    used = {edge.tail for edge in view.edges}
    # The outputs come off the stack first; the others wait there, lest one leads to no output.
    last_first = list(reversed(boxes))
    stack = [key for key in last_first if key in used] + [k for k in last_first if k not in used]
    order: dict[str, Box] = {}
    while stack:
        key = stack.pop()
        if key not in order:
            order[key] = boxes[key]
            stack += reversed(tails[key])
    return list(order.values())


def _label(box: Box, colours: Colours) -> str:
    if isinstance(box, OperationBox) and not box.costs:
        return _plain(box.symbol, *box.parameters)
    if isinstance(box, OperationBox):
        head = (_html(line) for line in (box.symbol, *box.parameters))
        return _table("".join(map(_centred, (*head, *_small(box.costs, colours)))))
    if isinstance(box, FoldBox):
        times = (f"<b>× {box.times}</b>",) * (box.times > 1)
        first, *others = box.lines
        lines = (*times, f"<b>{_html(first)}</b>", *_small(others, colours))
        return _table("".join(map(_centred, lines)))
    rows = [_row(f"<b>{_html(box.name)}</b>")] if box.name else []
    if box.outline:
        rows.append(_row(_coloured(colours["grey"], box.outline)))
    if box.name or box.outline:
        title = "value now " if box.is_changed else "value "
        rows += _entry(title, colours["grey"], box.value)
        rows += _entry("grad ", colours["gradient"], box.gradient)
    else:
        rows.append(_row(*map(_html, box.value.lines)))
    # A label must not be empty: a 0-d result without a name, in a drawing of shapes only.
    return _table("".join(rows) or _row(" "))


def _table(rows: str, padding: int = 1) -> str:
    return f'<<table border="0" cellspacing="0" cellpadding="{padding}">{rows}</table>>'


def _entry(title: str, colour: str, numbers: Numbers) -> list[str]:
    """A titled entry of one or more lines, and the picture of many numbers."""
    titles = (title, *[""] * len(numbers.lines))
    rows = [
        f'<tr><td align="left">{_coloured(colour, title)}</td>'
        f'<td align="left">{_html(line)}</td></tr>'
        for title, line in zip(titles, numbers.lines[: MOST_ROWS + 1])
    ]
    if numbers.heat:
        rows.append(f'<tr><td></td><td align="left">{_heat(numbers)}</td></tr>')
    return rows


def _heat(numbers: Numbers) -> str:
    """A heat map, in cells of a table, which every format of Graphviz can draw."""
    size = 'width="7" height="7" fixedsize="true"'
    rows = "".join(
        "<tr>"
        + "".join(f'<td {size} bgcolor="{themes.diverging(level)}"></td>' for level in row)
        + "</tr>"
        for row in numbers.heat
    )
    return f'<table border="0" cellborder="0" cellspacing="0" cellpadding="0">{rows}</table>'


def _row(html: str) -> str:
    return f'<tr><td colspan="2" align="left">{html}</td></tr>'


def _centred(html: str) -> str:
    return f"<tr><td>{html}</td></tr>"


def _small(lines: Iterable[str], colours: Colours) -> Iterator[str]:
    return (f'<font point-size="11" color="{colours["grey"]}">{_html(x)}</font>' for x in lines)


def _coloured(colour: str, text: str) -> str:
    return f'<font color="{colour}">{_html(text)}</font>' if text else ""


def _html(text: str) -> str:
    """Text for an HTML-like label, in which DOT still replaces backslash sequences."""
    return escape(text).replace("\\", "\\\\")


def _plain(*lines: str) -> str:
    """Lines for a label that is not HTML-like, in which DOT still reads character entities."""
    escaped: str = graphviz.nohtml(
        "\\n".join(line.replace("\\", "\\\\").replace("&", "&amp;") for line in lines)
    )
    return escaped
