"""What stands in a box or at an edge, in the two kinds of labels that the DOT language has."""

from collections.abc import Iterable, Iterator
from html import escape

import graphviz

from .. import themes
from ..graph.boxes import ArrayBox, Box, FoldBox, OperationBox
from ..graph.summary import ArraySummary
from ..text import MOST_ROWS

CELL = 7
"""Width and height of a heat map's cell, in points."""


def label(box: Box, theme: themes.Theme) -> str:
    """The label of a box."""
    grey = themes.COLOURS[theme]["grey"]
    if isinstance(box, OperationBox):
        head = (box.symbol, *box.parameters)
        if not box.costs:
            return plain(*head)
        return _in_brackets(map(_centred, (*map(_html, head), *_small(box.costs, grey))))
    if isinstance(box, FoldBox):
        first, *others = box.lines
        times = (f"<b>× {box.times}</b>",) * (box.times > 1)
        return _in_brackets(
            map(_centred, (*times, f"<b>{_html(first)}</b>", *_small(others, grey)))
        )
    return _in_brackets(_rows(box, theme))


def plain(*lines: str) -> str:
    """Centred lines for a label that is not HTML-like, in which DOT still reads character entities."""
    label: str = graphviz.nohtml("\\n".join(map(_escaped, lines)))
    return label


def flush_left(*lines: str) -> str:
    """The same, each line beginning at the left."""
    return "".join(f"{_escaped(line)}\\l" for line in lines)


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("&", "&amp;")


def _rows(box: ArrayBox, theme: themes.Theme) -> list[str]:
    colours = themes.COLOURS[theme]
    if not box.spec:  # a number, which is all that there is to say
        return [_row(_html(line)) for line in box.value.lines]
    rows = [_row(f"<b>{_html(box.name)}</b>")] if box.name else []
    rows.append(_row(_coloured(colours["grey"], box.spec)))
    title = "value now " if box.is_changed else "value "
    rows += _entry(title, colours["grey"], box.value, theme)
    rows += _entry("grad ", colours["gradient"], box.gradient, theme)
    return rows


def _entry(title: str, colour: str, summary: ArraySummary, theme: themes.Theme) -> Iterator[str]:
    """A titled entry of one or more lines, and the picture of many numbers."""
    titles = (title, *[""] * len(summary.lines))
    for title, line in zip(titles, summary.lines[: MOST_ROWS + 1]):
        yield (
            f'<tr><td align="left">{_coloured(colour, title)}</td>'
            f'<td align="left">{_html(line)}</td></tr>'
        )
    if summary.heat:
        yield f'<tr><td></td><td align="left">{_heat_map(summary, theme)}</td></tr>'


def _heat_map(summary: ArraySummary, theme: themes.Theme) -> str:
    """A heat map, in cells of a table, which every format of Graphviz can draw."""
    rows = ("".join(_cell(level, theme) for level in row) for row in summary.heat)
    return _table((f"<tr>{row}</tr>" for row in rows), padding=0)


def _cell(level: int | None, theme: themes.Theme) -> str:
    size = f'width="{CELL}" height="{CELL}"'
    if level is None:
        return f'<td {size} fixedsize="true"><font point-size="{CELL}">×</font></td>'
    return f'<td {size} bgcolor="{themes.tint(level, theme)}"></td>'


def _in_brackets(rows: Iterable[str]) -> str:
    """An HTML-like label, which stands in angle brackets where others stand in quotes."""
    return f"<{_table(rows, padding=1)}>"


def _table(rows: Iterable[str], padding: int) -> str:
    body = "".join(rows)
    return f'<table border="0" cellspacing="0" cellpadding="{padding}">{body}</table>'


def _row(html: str) -> str:
    return f'<tr><td colspan="2" align="left">{html}</td></tr>'


def _centred(html: str) -> str:
    return f"<tr><td>{html}</td></tr>"


def _small(lines: Iterable[str], colour: str) -> Iterator[str]:
    return (f'<font point-size="11" color="{colour}">{_html(line)}</font>' for line in lines)


def _coloured(colour: str, text: str) -> str:
    return f'<font color="{colour}">{_html(text)}</font>' if text else ""


def _html(text: str) -> str:
    """Text for an HTML-like label, in which DOT still replaces backslash sequences."""
    return escape(text).replace("\\", "\\\\")
