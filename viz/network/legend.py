"""What stands below a net: its caption, and what its lines and numbers mean."""

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from .markup import LINE, NORMAL, SMALL, add, width, write

KINDS = {
    "positive": "w > 0",
    "negative": "w < 0",
    "zero": "w = 0",
    "undefined": "w is NaN or infinite",
}
"""What the kinds of lines mean."""

SAMPLE = 26.0
"""The length of a sample line."""

CLOSE, APART = 6.0, 18.0
"""From a sample to its words, and from there to the next sample."""


def size(caption: str, kinds: Sequence[str], rows: Iterable[str]) -> tuple[float, float]:
    """Width and height of what `draw` draws."""
    lengths = [width(caption, NORMAL), _samples(kinds), *(width(row, SMALL) for row in rows)]
    return max(lengths), LINE * (len(lengths) - (not kinds) + 0.4)


def draw(
    parent: Element, caption: str, kinds: Sequence[str], rows: Iterable[str], x: float, y: float
) -> None:
    """The caption, a sample of each kind of line, and the rows, around x and from y on downwards."""
    legend = add(parent, "g", class_="legend")
    write(legend, caption, x, y, class_="caption")
    y += 0.4 * LINE
    if kinds:
        y += LINE
        left = x - _samples(kinds) / 2
        for kind in kinds:
            right = left + SAMPLE
            add(legend, "line", class_=f"sample {kind}", x1=left, y1=y, x2=right, y2=y)
            write(legend, KINDS[kind], right + CLOSE, y, SMALL, anchor="start", class_="quiet")
            left = right + CLOSE + width(KINDS[kind], SMALL) + APART
    for row in rows:
        y += LINE
        write(legend, row, x, y, SMALL, class_="quiet")


def _samples(kinds: Sequence[str]) -> float:
    """The width of the row of samples."""
    each = (SAMPLE + CLOSE + width(KINDS[kind], SMALL) for kind in kinds)
    return sum(each) + APART * max(len(kinds) - 1, 0)
