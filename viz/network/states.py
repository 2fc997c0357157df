"""A net whose weights change, as one drawing: the SVG of its first state and what differs in others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from xml.etree.ElementTree import tostring

from . import lines, svg
from .layers import Net
from .wording import Wording

TEXT = ""
"""The `name` of a difference in the text of an element, instead of an attribute."""


@dataclass(frozen=True)
class Difference:
    """A text or an attribute that differs between the drawings.

    element         the index of the element in document order
    name            the name of the attribute, or `TEXT`
    begin, end      the common beginning and end of a text
    """

    element: int
    name: str
    begin: str = ""
    end: str = ""


@dataclass(frozen=True)
class StateDrawings:
    """The drawings of all states of a net.

    svg             the first of them
    differences     what differs
    states          the value of each difference in each state, between `begin` and `end`; None for an
                    attribute that is missing
    """

    svg: str
    differences: list[Difference]
    states: list[list[str | None]]


def draw(wording: Wording, states: Sequence[Net]) -> StateDrawings:
    """Draw all states in the colours of the page around them, with a common scale of lines."""
    scale = lines.line_scale(states)
    wordings = (replace(wording, net=net, changes=len(states) > 1) for net in states)
    roots = [svg.element(one, "page", scale, weights=True) for one in wordings]
    alike = list(zip(*(root.iter() for root in roots), strict=True))
    differences: list[Difference] = []
    columns: list[list[str | None]] = []
    for number, elements in enumerate(alike):
        texts = [element.text or "" for element in elements]
        if len(set(texts)) > 1:
            begin = _common(texts)
            rests = [text.removeprefix(begin) for text in texts]
            end = _common(rest[::-1] for rest in rests)[::-1]
            differences.append(Difference(number, TEXT, begin, end))
            columns.append([rest.removesuffix(end) for rest in rests])
        for name in sorted({name for element in elements for name in element.attrib}):
            values = [element.get(name) for element in elements]
            if len(set(values)) > 1:
                differences.append(Difference(number, name))
                columns.append(values)
    shown = [[column[i] for column in columns] for i in range(len(roots))]
    return StateDrawings(tostring(roots[0], encoding="unicode"), differences, shown)


def _common(texts: Iterable[str]) -> str:
    """The common prefix."""
    texts = set(texts)
    pairs = zip(min(texts), max(texts))
    return "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
