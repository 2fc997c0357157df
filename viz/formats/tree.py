"""A view as a text tree for terminals: below each result, what it was computed from.

    loss = Σ  () float64  value 11.0  grad –
    of ×  (2,) float64  value [3.0  8.0]  grad –
    ├─ leaf w  (2,) float64  value [1.0  2.0]  grad –
    └─ constant x  (2,) float64  value [3.0  4.0]

What is used more than once gets a number and is written once; ↑ refers back to it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple

from ..graph.boxes import ArrayBox, Box, Edge, FoldBox, OperationBox, View
from ..graph.summary import ArraySummary


def source(view: View) -> str:
    """The tree of every output, one below the other."""
    note = ["", view.note] if view.note else []
    return "\n".join([view.title, "", *_Tree(view).lines(), *note]) + "\n"


class _Branch(NamedTuple):
    """A line to write: the edge that it shows, and the text left of it and of the lines below."""

    edge: Edge
    left: str = ""
    below: str = ""
    frame: str = ""  # of the line above


class _Tree:
    """The state while the tree of a view is written."""

    def __init__(self, view: View) -> None:
        self.boxes = {box.key: box for box in view.boxes}
        self.frames = {frame.key: frame.label for frame in view.frames}
        self.into: dict[str, list[Edge]] = {key: [] for key in self.boxes}
        for edge in view.edges:
            self.into[edge.head].append(edge)
        self.uses = Counter(edge.tail for edge in view.edges)
        self.mark_numbers = count(1)
        self.marks: dict[
            str, str
        ] = {}  # of written boxes: (1), (2), … if they are used again, else ""

    def lines(self) -> Iterator[str]:
        # If every box is used, folds form a cycle.
        outputs = [key for key in self.boxes if key not in self.uses] or list(self.boxes)[-1:]
        waiting = [_Branch(Edge(key, "")) for key in reversed(outputs)]
        while waiting:  # not recursively: a chain is as deep as it is long
            branch = waiting.pop()
            box = self.boxes[branch.edge.tail]
            operation = self._maker(box)
            operands = self.into[operation.key if operation else box.key]
            if box.key in self.marks:
                words = ("↑", self.marks[box.key], _head(box, operation))
                yield branch.left + " ".join(filter(None, words))
                continue
            yield branch.left + self._line(branch, box, operation)
            gap = "│  " if len(operands) > 1 else "   "
            yield from (branch.below + gap + row for row in _rows(box))
            waiting += reversed(list(_branches(operands, branch.below, box.frame)))

    def _maker(self, box: Box) -> OperationBox | None:
        """The operation that computed a result."""
        edges = self.into[box.key]
        maker = self.boxes[edges[0].tail] if isinstance(box, ArrayBox) and edges else None
        return maker if isinstance(maker, OperationBox) else None

    def _line(self, branch: _Branch, box: Box, operation: OperationBox | None) -> str:
        mark = f"({next(self.mark_numbers)})" if self.uses[box.key] > 1 else ""
        self.marks[box.key] = mark
        words = [" ".join(filter(None, (mark, _head(box, operation))))]
        if isinstance(box, ArrayBox):
            words += [box.spec, *_entries(box)]
            words += ["output"] if box.is_output and self.uses[box.key] else []
        elif isinstance(box, FoldBox):
            words += box.lines[1:]
        words += operation.costs if operation else ()
        words.append(branch.edge.stretching)
        if self.into[box.key] and box.frame != branch.frame and box.frame:
            words.append(f"in {self.frames[box.frame]}")
        return "  ".join(filter(None, words))


def _branches(operands: Sequence[Edge], below: str, frame: str) -> Iterator[_Branch]:
    """Operands, one below the other. A single one continues at the same depth, since chains are long."""
    if len(operands) == 1:
        yield _Branch(operands[0], below + "of ", below, frame)
        return
    for edge in operands[:-1]:
        yield _Branch(edge, below + "├─ ", below + "│  ", frame)
    for edge in operands[-1:]:
        yield _Branch(edge, below + "└─ ", below + "   ", frame)


def _head(box: Box, operation: OperationBox | None) -> str:
    if isinstance(box, FoldBox):
        return " ".join(("▣", *(f"× {box.times}",) * (box.times > 1), box.lines[0]))
    if isinstance(box, OperationBox):
        return " ".join((box.symbol, *box.parameters))
    if operation is None:
        return " ".join(filter(None, (box.kind, box.name)))
    made = ", ".join((operation.symbol, *operation.parameters))
    return " = ".join(filter(None, (box.name, made)))


def _titled(box: ArrayBox) -> list[tuple[str, ArraySummary]]:
    title = "value now" if box.is_changed else "value" if box.spec else ""
    titled = [(title, box.value), ("grad", box.gradient)]
    return [(title, summary) for title, summary in titled if summary.lines]


def _is_wide(box: ArrayBox) -> bool:
    """Whether it shows a matrix, which does not fit into one line."""
    shown = (summary.lines for _, summary in _titled(box))
    return any(len(lines) > 1 and lines[0].startswith("[") for lines in shown)


def _entries(box: ArrayBox) -> Iterator[str]:
    """Value and gradient in the line of the box."""
    if not _is_wide(box):
        for title, summary in _titled(box):
            yield f"{title} {', '.join(summary.lines)}".strip()


def _rows(box: Box) -> Iterator[str]:
    """Value and gradient in lines below."""
    if isinstance(box, ArrayBox) and _is_wide(box):
        width = max(len(title) for title, _ in _titled(box))
        for title, summary in _titled(box):
            for line in summary.lines:
                yield f"{title.ljust(width)} {line}"
                title = ""
