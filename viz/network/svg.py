"""A net as SVG: circles in columns, lines between them, a legend below.

Every unit and every line has a title, and `data-…` attributes that connect it with the nodes of a graph.
Layers count from 0, the input layer; units count from 1:

    data-layer, data-unit    of a unit, or of the unit at the end of a line; headings have a layer only
    data-from                the unit at the start of a line, in the layer before
    data-path                the module that computes a unit, such as "layers.0"; inputs have none
    data-activation          the module of the unit's activation, if it is a module
    data-parameter           the parameter of which a line or a bias is an element: "layers.0.weight"

There are no ids, since a page may contain several drawings.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal
from xml.etree.ElementTree import Element, tostring

from ..formats.svg import NAMESPACE
from ..themes import Theme
from . import lines, style, units
from .layout import RADIUS, ColumnLayout, columns
from .lines import LineScale
from .markup import LINE, NORMAL, SMALL, TINY, add, coordinate, width, write
from .wording import Wording

MARGIN = 20.0

ABOVE, BELOW = RADIUS + 1.3 * TINY, RADIUS + 1.4 * LINE
"""The distances from the centre of a unit to the top of its bias, and to the heading below its column."""

SIZES = (NORMAL, SMALL, TINY)
"""The font sizes of the rows of a heading."""


def draw(wording: Wording, theme: Theme, *, weights: bool) -> str:
    """The drawing as an <svg> element."""
    root = element(wording, theme, lines.line_scale([wording.net]), weights=weights)
    return tostring(root, encoding="unicode")


def element(
    wording: Wording, theme: Theme | Literal["page"], scale: LineScale, *, weights: bool
) -> Element:
    """The drawing as an element tree; `scale` is the common scale of all states of the net."""
    headings = [wording.heading(column) for column in range(wording.last + 1)]
    widths = [max(map(width, heading, SIZES)) for heading in headings]
    layouts = columns(wording.net, widths)

    root = Element("svg", {"xmlns": NAMESPACE, "class": f"{style.CLASS} {theme}", "role": "img"})
    add(root, "title", wording.caption)
    add(root, "desc", wording.description)
    add(root, "style", style.css(theme))
    paper = add(root, "rect", class_="paper", rx=8)
    for column, ends in enumerate(pairwise(layouts), start=1):
        lines.draw(root, wording, column, ends, scale, weights=weights)
    for column, layout in enumerate(layouts):
        units.draw(root, wording, column, layout, weights=weights)

    half = max(y for layout in layouts for y in layout.units.values())
    top, y = -half - ABOVE - MARGIN, half + BELOW
    for column, (layout, heading) in enumerate(zip(layouts, headings, strict=True)):
        for row, (words, size) in enumerate(zip(heading, SIZES)):
            kind = "quiet" if row else "heading"
            line = y + row * LINE
            write(root, words, layout.x, line, size, class_=kind, data_layer=column)
    y += LINE * (len(SIZES) + 0.6)

    kinds = scale.kinds if weights else ()
    rows = wording.explanations(weights=weights)
    needed, height = legend_size(wording.caption, kinds, rows)
    left, right = _ends(wording, layouts, widths)
    middle, reach = (left + right) / 2, max(right - left, needed) / 2 + MARGIN
    draw_legend(root, wording.caption, kinds, rows, middle, y)
    bottom = y - LINE / 2 + height + MARGIN

    extent = {"width": coordinate(2 * reach), "height": coordinate(bottom - top)}
    corner = {"x": coordinate(middle - reach), "y": coordinate(top)}
    paper.attrib |= corner | extent
    root.attrib |= extent | {"viewBox": " ".join((corner | extent).values())}
    return root


def _ends(
    wording: Wording, layouts: Sequence[ColumnLayout], widths: Sequence[float]
) -> tuple[float, float]:
    """The left end of the first column and the right end of the last, with the text beside and below."""
    first, last = layouts[0], layouts[-1]
    left = max(units.room_beside(wording, 0, first), widths[0] / 2)
    right = max(units.room_beside(wording, wording.last, last), widths[-1] / 2)
    return first.x - left, last.x + right


# --- the legend ------------------------------------------------------------------------------------


LINE_MEANINGS = {
    "positive": "w > 0",
    "negative": "w < 0",
    "zero": "w = 0",
    "undefined": "w is NaN or infinite",
}
"""The meanings of the kinds of lines."""

SAMPLE = 26.0
"""The length of a sample line."""

CLOSE, APART = 6.0, 18.0
"""The space between a sample and its text, and between that and the next sample."""


def legend_size(caption: str, kinds: Sequence[str], rows: Iterable[str]) -> tuple[float, float]:
    """Width and height of the legend."""
    lengths = [width(caption, NORMAL), _samples(kinds), *(width(row, SMALL) for row in rows)]
    return max(lengths), LINE * (len(lengths) - (not kinds) + 0.4)


def draw_legend(
    parent: Element, caption: str, kinds: Sequence[str], rows: Iterable[str], x: float, y: float
) -> None:
    """Draw the caption, a sample of each kind of line, and the rows, centred at x and below y."""
    legend = add(parent, "g", class_="legend")
    write(legend, caption, x, y, class_="caption")
    y += 0.4 * LINE
    if kinds:
        y += LINE
        left = x - _samples(kinds) / 2
        for kind in kinds:
            right = left + SAMPLE
            add(legend, "line", class_=f"sample {kind}", x1=left, y1=y, x2=right, y2=y)
            write(
                legend, LINE_MEANINGS[kind], right + CLOSE, y, SMALL, anchor="start", class_="quiet"
            )
            left = right + CLOSE + width(LINE_MEANINGS[kind], SMALL) + APART
    for row in rows:
        y += LINE
        write(legend, row, x, y, SMALL, class_="quiet")


def _samples(kinds: Sequence[str]) -> float:
    """The width of the row of samples."""
    each = (SAMPLE + CLOSE + width(LINE_MEANINGS[kind], SMALL) for kind in kinds)
    return sum(each) + APART * max(len(kinds) - 1, 0)
