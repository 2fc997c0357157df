"""What the one box of a folded region says, and the heading of the frame of an open one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from tinygrad_course.engine.graph import Node

from .. import text
from . import describe
from .regions import Region

MOST_KINDS = 5
"""How many kinds of operation a summary names."""

WIDEST = 60
"""A module and its settings are cut at this many characters."""


def heading(region: Region) -> tuple[str, ...]:
    """The path, and what module it is: "layers.0", "Linear(in_features=2, …)"."""
    module = region.module
    if module is None:
        return (text.name(region.label),)
    kind = text.name(f"{type(module).__name__}({module.extra_repr()})".replace("()", ""), WIDEST)
    return tuple(filter(None, (text.name(region.label), kind)))


def lines(region: Region) -> tuple[str, ...]:
    """Name, formula, parameters and shapes of a folded region."""
    nodes = list(region.all_nodes())
    if region.kind == "middle":
        return (f"{describe.contents(nodes)} not drawn", *_kinds(nodes))
    if region.kind == "repeat":
        part = region.inner[: len(region.inner) // region.times] or region.inner[:1]
        names = [heading(inner)[-1] for inner in part]
        head: tuple[str, ...] = (text.name(region.label), " → ".join(names))
    else:
        head = heading(region)
    return (*head, *_formula(region), *_counts(nodes), *_shapes(nodes))


def _formula(region: Region) -> Iterator[str]:
    """What the docstring of a module's class begins with, where that is a formula."""
    module = region.module
    if module is not None:
        first = (type(module).__doc__ or "").strip().split("\n\n")[0]
        line = " ".join(first.split())
        if line and len(line) <= text.LONGEST and not line.endswith("."):
            yield text.name(line)


def _counts(nodes: Sequence[Node]) -> Iterator[str]:
    parameters = sum(_size(node) for node in nodes if node.primitive is None)
    if parameters:
        yield text.count(parameters, "parameter")
    yield text.count(sum(node.primitive is not None for node in nodes), "operation")


def _size(node: Node) -> int:
    size = 1
    for n in node.shape:
        size *= n
    return size


def _shapes(nodes: Sequence[Node]) -> Iterator[str]:
    """What goes in and what comes out: (8, 3) → (8, 4)."""
    inside = set(nodes)
    used = {parent for node in nodes for parent in node.parents if parent in inside}
    given = [
        shape
        for node in nodes
        for shape in (*_outside(node, inside), *describe.constant_shapes(node))
        if shape
    ]
    results = [node.shape for node in nodes if node.primitive is not None and node not in used]
    if results:
        yield f"{_listed(dict.fromkeys(given))} → {_listed(dict.fromkeys(results))}".strip()


def _outside(node: Node, inside: set[Node]) -> Iterator[tuple[int, ...]]:
    return (p.shape for p in node.parents if p is not None and p not in inside)


def _listed(shapes: Iterable[tuple[int, ...]]) -> str:
    several = [str(shape) for shape in shapes]
    return ", ".join(several[:2] + ["…"] * (len(several) > 2))


def _kinds(nodes: Iterable[Node]) -> Iterator[str]:
    """The most frequent operations."""
    kinds = Counter(node.primitive.name for node in nodes if node.primitive is not None)
    for name, n in kinds.most_common(MOST_KINDS):
        yield f"{n:,} × {name}"
    others = len(kinds) - MOST_KINDS
    if others > 0:
        yield f"and {text.count(others, 'other kind')}"
