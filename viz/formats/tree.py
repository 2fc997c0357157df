"""A view as a text tree for terminals: each result with what it was computed from below it.

    loss = Σ  () float64  value 0.5
    └─ × (2,) float64
       ├─ w  leaf (2,) float64  value [1.0  2.0]
       └─ x  constant (2,) float64

What is used more than once is written out once; then ↑ points back to it.
"""

from collections.abc import Iterator

from ..graph.boxes import ArrayBox, Box, FoldBox, OperationBox, View


def source(view: View) -> str:
    """The tree of every output, one below the other."""
    return "\n".join([view.title, *_lines(view), *filter(None, [view.note])]) + "\n"


def _lines(view: View) -> Iterator[str]:
    boxes = {box.key: box for box in view.boxes}
    tails: dict[str, list[str]] = {key: [] for key in boxes}
    for edge in view.edges:
        tails[edge.head].append(edge.tail)
    used = {edge.tail for edge in view.edges}
    written: dict[str, int] = {}
    waiting = [(key, "", "") for key in reversed(boxes) if key not in used]
    waiting = waiting or [(key, "", "") for key in list(boxes)[-1:]]  # they lead in a circle
    while waiting:  # not by recursion: a chain is as deep as it is long
        key, branch, below = waiting.pop()
        box, operation, parents = _through_operation(boxes[key], boxes, tails)
        again = key in written and bool(parents)
        number = written.setdefault(key, len(written) + 1)
        yield f"{branch}{_line(box, operation, number, again)}"
        if again:
            continue
        for i, parent in reversed(list(enumerate(parents))):
            is_last = i == len(parents) - 1
            # A chain stays at the left edge: each line of it would stand further right.
            inner, rest = ("└─ ", "   ") if is_last else ("├─ ", "│  ")
            if len(parents) == 1:
                inner, rest = "└─ ", ""
            waiting.append((parent, below + inner, below + rest))


def _through_operation(
    box: Box, boxes: dict[str, Box], tails: dict[str, list[str]]
) -> tuple[Box, OperationBox | None, list[str]]:
    """A result together with the operation that made it, and what that was given."""
    parents = tails[box.key]
    if isinstance(box, ArrayBox) and len(parents) == 1:
        operation = boxes[parents[0]]
        if isinstance(operation, OperationBox):
            return box, operation, tails[operation.key]
    return box, None, parents


def _line(box: Box, operation: OperationBox | None, number: int, again: bool) -> str:
    if isinstance(box, FoldBox):
        words = [f"× {box.times}"] * (box.times > 1) + list(box.lines)
        return f"({number}) ▣ {', '.join(words)}" if not again else f"↑ ({number}) {box.lines[0]}"
    if isinstance(box, OperationBox):
        return " ".join((box.symbol, *box.parameters))
    made = " ".join((operation.symbol, *operation.parameters)) if operation else ""
    name = " = ".join(filter(None, (box.name, made)))
    if again:
        return f"↑ ({number}) {name}"
    mark = f"({number})" if operation else box.kind
    words = [mark, name, box.outline, *_numbers(box), *(operation.costs if operation else ())]
    return "  ".join(filter(None, words))


def _numbers(box: ArrayBox) -> Iterator[str]:
    for title, numbers in (("value", box.value), ("grad", box.gradient)):
        if numbers.lines:
            yield f"{title} {' '.join(numbers.lines)}"
