"""A view in the DOT language: the one place that decides how things look.

Leaves, constants, operations and results differ in shape first, and in colour for those who see it
(tints of the palette of Okabe and Ito, which people with any colour vision tell apart).
"""

from html import escape
from typing import Literal, TypeAlias

import graphviz

from .view import ArrayBox, Box, OperationBox, SummaryBox, View

Direction: TypeAlias = Literal["LR", "RL", "TB", "BT"]

INK, GREY, LINE, GRADIENT = "#1a1a1a", "#5c5c5c", "#808080", "#a33b00"

# A monospaced font, whose width is the same wherever the drawing is looked at: other text is laid
# out with one machine's font and overflows its box on the next.
FONT = "Courier"

GRAPH = {"bgcolor": "transparent", "nodesep": "0.28", "ranksep": "0.38", "pad": "0.1"}
NODE = {
    "fontname": FONT,
    "fontsize": "12",
    "fontcolor": INK,
    "style": "filled",
    "penwidth": "1.3",
    "margin": "0.06,0.04",
}
EDGE = {
    "fontname": FONT,
    "fontsize": "10",
    "fontcolor": GREY,
    "color": LINE,
    "arrowsize": "0.65",
}
STYLES = {
    "leaf": {"shape": "box", "penwidth": "2", "color": "#e69f00", "fillcolor": "#fdf4df"},
    "constant": {
        "shape": "note",
        "color": "#808080",
        "fillcolor": "#f5f5f5",
        "width": "0.35",
        "height": "0.3",
    },
    "result": {
        "shape": "box",
        "style": "rounded,filled",
        "color": "#0072b2",
        "fillcolor": "#eaf3f9",
    },
    "operation": {
        "shape": "ellipse",
        "fontsize": "14",
        "color": "#4d4d4d",
        "fillcolor": "#ffffff",
        "margin": "0.02,0.02",
        "height": "0.42",
        "width": "0.42",
    },
    "summary": {
        "shape": "box3d",
        "style": "filled,dashed",
        "color": "#4d4d4d",
        "fillcolor": "#ffffff",
        "margin": "0.2,0.1",
    },
}


def source(view: View, direction: Direction = "LR") -> str:
    """The view as DOT source; the same for the same graph."""
    graph = graphviz.Digraph(
        "graph", graph_attr={**GRAPH, "rankdir": direction}, node_attr=NODE, edge_attr=EDGE
    )
    for box in _from_the_outputs(view):
        kind = _kind(box)
        style = dict(STYLES[kind])
        if isinstance(box, ArrayBox) and box.is_output:
            style["peripheries"] = "2"
        if isinstance(box, OperationBox) and len(box.symbol) <= 2 and not box.parameters:
            style["fixedsize"] = "true"  # a circle, also where the symbol's width is only guessed
        graph.node(box.key, _label(box), **{"class": kind, **style})
    for edge in view.edges:
        label = _plain(f" {edge.label} ") if edge.label else None  # spaces keep it off the line
        graph.edge(edge.tail, edge.head, label=label)
    text: str = graph.source
    return text


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


def _kind(box: Box) -> str:
    if isinstance(box, ArrayBox):
        return box.kind
    return "operation" if isinstance(box, OperationBox) else "summary"


def _label(box: Box) -> str:
    if isinstance(box, OperationBox):
        return _plain(box.symbol, *box.parameters)
    if isinstance(box, SummaryBox):
        return _plain(*box.lines)
    rows = [_row(f"<b>{_html(box.name)}</b>")] if box.name else []
    if box.outline:
        rows.append(_row(_coloured(GREY, box.outline)))
    if box.name or box.outline:
        rows += _rows("value now " if box.is_changed else "value ", GREY, box.value)
        rows += _rows("grad ", GRADIENT, box.gradient)
    else:
        rows.append(_row(*map(_html, box.value)))
    return f'<<table border="0" cellspacing="0" cellpadding="1">{"".join(rows)}</table>>'


def _rows(title: str, colour: str, lines: tuple[str, ...]) -> list[str]:
    """A titled entry of one or more lines."""
    titles = (title, *[""] * len(lines))
    return [
        f'<tr><td align="left">{_coloured(colour, title)}</td>'
        f'<td align="left">{_html(line)}</td></tr>'
        for title, line in zip(titles, lines)
    ]


def _row(html: str) -> str:
    return f'<tr><td colspan="2" align="left">{html}</td></tr>'


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
