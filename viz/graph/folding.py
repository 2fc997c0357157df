"""Which regions of a graph are drawn as one box: by depth, by name, or because the graph is too large.

    depth=0       each model is one box
    depth=1       each layer is one box
    collapse=…    the named regions are, by path, block name or class of the module
    neither       nothing is folded, unless there are more than `limit` boxes: then as deep as fits

Equal folded layers in a row become one box. If even the outermost regions are too many, or if there are
no regions, the middle of the graph is left out.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from tinygrad_course.inspect import Node

from .. import text
from .regions import Region, regions_of
from .repeats import fold_repeats, ranks

AT_EACH_END = 10
"""How many nodes are drawn at the beginning and at the end if the middle is left out."""


@dataclass
class Folding:
    """The regions of a graph, which of them are folded, and a note about it."""

    program: Region
    region_of: dict[Node, Region]
    folded: set[Region] = field(default_factory=set)
    note: str = ""

    def fold_around(self, region: Region) -> Region | None:
        """The outermost folded region around a region; None if it is open."""
        found = None
        for around in region.around():
            if around in self.folded:
                found = around
        return found


def fold(
    order: Sequence[Node],
    outputs: Collection[Node],
    *,
    depth: int | None,
    collapse: Collection[str],
    limit: int,
) -> Folding:
    """Choose which regions to fold, in a graph in topological order."""
    folding = (
        _to_depth(order, collapse, depth)
        if depth is not None
        else _as_deep_as_fits(order, collapse, limit)
    )
    if _size(folding, limit) > limit:
        _leave_out_the_middle(folding, order, outputs)
        folding.note = f"more than {text.count(limit, 'box')}: the middle of the graph is left out"
    return folding


def _as_deep_as_fits(order: Sequence[Node], collapse: Collection[str], limit: int) -> Folding:
    program, region_of = regions_of(order)
    deepest = max(region.depth for region in program.within())
    everything = Folding(program, region_of, _folded(program, collapse, deepest))
    if _size(everything, limit) <= limit:
        return everything
    best = _to_depth(order, collapse, 0)
    is_open = (r for r in program.within() if everything.fold_around(r) is None)
    regions_at = Counter(region.depth for region in is_open)
    for depth in range(1, deepest):
        if regions_at[depth] > limit:
            break  # each has at least one box
        deeper = _to_depth(order, collapse, depth)
        if _size(deeper, limit) > limit:
            break
        best = deeper
    best.note = f"more than {text.count(limit, 'box')}: {best.note}"
    return best


def _to_depth(order: Sequence[Node], collapse: Collection[str], depth: int) -> Folding:
    program, region_of = regions_of(order)
    folded = _folded(program, collapse, depth)
    rank = ranks(order)
    for region in list(program.within()):
        if not any(r in folded for r in region.around()):
            fold_repeats(region, folded, region_of, rank)
    return Folding(program, region_of, folded, f"folded to depth {depth}" if folded else "")


def _is_named(region: Region, names: Collection[str]) -> bool:
    labels = filter(None, (region.label, region.class_name))
    return region.depth > 0 and any(name in names for name in labels)


def _folded(program: Region, names: Collection[str], depth: int) -> set[Region]:
    """The regions that are deeper than `depth`, and those that were named."""
    return {r for r in program.within() if r.depth > depth or _is_named(r, names)}


def boxes_of(node: Node) -> int:
    """How many boxes a node takes: one for a leaf; for a result also its operation and its constants."""
    if node.primitive is None:
        return 1
    return 2 + sum(constant is not None for constant in node.constants or ())


def _size(folding: Folding, limit: int) -> int:
    """How many boxes a drawing has; counting stops above `limit`."""
    size = 0
    waiting = [folding.program]
    while waiting and size <= limit:
        region = waiting.pop()
        if region in folding.folded:
            size += 1
        else:
            size += sum(map(boxes_of, region.nodes))
            waiting += region.inner
    return size


def _leave_out_the_middle(
    folding: Folding, order: Sequence[Node], outputs: Collection[Node]
) -> None:
    """Put all nodes but the first ones, the last ones and the outputs into one folded region."""
    kept = {*order[:AT_EACH_END], *order[-AT_EACH_END:], *list(outputs)[:AT_EACH_END]}
    middle = Region("middle", "", folding.program)
    folding.folded.add(middle)
    for node in order:
        # Nodes that are kept are drawn unfolded, even if the regions around them were folded.
        folding.region_of[node] = region = folding.program if node in kept else middle
        region.nodes.append(node)
