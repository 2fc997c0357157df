"""The text in boxes and at edges, in the two kinds of labels that the DOT language has."""

from collections.abc import Iterable, Iterator
from html import escape

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
    """Centred lines, as a plain label. DOT decodes character entities in it."""
    from graphviz import nohtml  # where it is used: it takes time to import

    label: str = nohtml("\\n".join(map(_escaped, lines)))
    return label


def flush_left(*lines: str) -> str:
    """The same with lines flush left."""
    return "".join(f"{_escaped(line)}\\l" for line in lines)


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("&", "&amp;")


def _rows(box: ArrayBox, theme: themes.Theme) -> list[str]:
    colours = themes.COLOURS[theme]
    if not box.spec:  # a scalar shows nothing but its value
        return [_row(_html(line)) for line in box.value.lines]
    rows = [_row(f"<b>{_html(box.name)}</b>")] if box.name else []
    rows.append(_row(_coloured(colours["grey"], box.spec)))
    title = "value now " if box.is_changed else "value "
    rows += _entry(title, colours["grey"], box.value, theme)
    rows += _entry("grad ", colours["gradient"], box.gradient, theme)
    return rows


def _entry(title: str, colour: str, summary: ArraySummary, theme: themes.Theme) -> Iterator[str]:
    """A titled entry of one or more lines, and a heat map if there is one."""
    titles = (title, *[""] * len(summary.lines))
    for title, line in zip(titles, summary.lines[: MOST_ROWS + 1]):
        yield (
            f'<tr><td align="left">{_coloured(colour, title)}</td>'
            f'<td align="left">{_html(line)}</td></tr>'
        )
    if summary.heat:
        yield f'<tr><td></td><td align="left">{_heat_map(summary, theme)}</td></tr>'


def _heat_map(summary: ArraySummary, theme: themes.Theme) -> str:
    """A heat map as cells of a table, which Graphviz can draw in every format."""
    rows = ("".join(_cell(level, theme) for level in row) for row in summary.heat)
    return _table((f"<tr>{row}</tr>" for row in rows), padding=0)


def _cell(level: int | None, theme: themes.Theme) -> str:
    size = f'width="{CELL}" height="{CELL}"'
    if level is None:
        return f'<td {size} fixedsize="true"><font point-size="{CELL}">×</font></td>'
    return f'<td {size} bgcolor="{themes.tint(level, theme)}"></td>'


def _in_brackets(rows: Iterable[str]) -> str:
    """An HTML-like label, which DOT writes in angle brackets instead of quotes."""
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
    """Text for an HTML-like label, in which DOT replaces backslash sequences too."""
    return escape(text).replace("\\", "\\\\")
