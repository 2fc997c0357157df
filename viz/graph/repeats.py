"""Equal layers one after the other: they fold into one, "× 12"."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

from tinygrad_course.engine.graph import Node

from . import describe
from .regions import Region

FEWEST = 3
"""So many equal parts are worth folding."""

LONGEST = 6
"""A part is at most so many operations and folded regions long."""

Signature: TypeAlias = Hashable


@dataclass(frozen=True)
class _Item:
    """What one sees of an open region: an operation in it, or a region in it that is folded."""

    signature: Signature
    nodes: tuple[Node, ...]
    region: Region | None


def fold_repeats(
    region: Region, folded: set[Region], home: dict[Node, Region], level: Mapping[Node, int]
) -> None:
    """Put what repeats in an open region into regions of their own, which are folded as well."""
    if not any(inner in folded for inner in region.inner):
        return
    # A layer that is one operation counts like one that is a module, but alone repeats nothing.
    items = _in_order(region, folded, level)
    for start, length, times in list(_runs(items)):
        run = items[start : start + length * times]
        if any(item.region for item in run) and _is_chain(run, length):
            _gather(run, times, region, folded, home)


def _in_order(region: Region, folded: set[Region], level: Mapping[Node, int]) -> list[_Item]:
    items = [
        _Item(_signature((node,)), (node,), None)
        for node in region.nodes
        if node.primitive is not None
    ]
    for inner in region.inner:
        nodes = tuple(inner.all_nodes())
        # One that stays open, or nothing, is equal to nothing.
        signature = _signature(nodes) if inner in folded else inner
        items.append(_Item(signature, nodes, inner))

    def place(item: _Item) -> tuple[int, str]:
        name = item.region.label if item.region is not None else repr(item.nodes[0])
        return max((level.get(node, 0) for node in item.nodes), default=0), name

    return sorted(items, key=place)


def _signature(nodes: Sequence[Node]) -> Signature:
    """Equal for parts that compute the same from other numbers."""
    place = {node: i for i, node in enumerate(nodes)}
    return tuple(
        (
            node.primitive and node.primitive.name,
            node.spec,
            repr(node.parameters),
            *(_operand(operand, place) for operand in describe.operands(node)),
        )
        for node in nodes
    )


def _operand(operand: Any, place: Mapping[Node, int]) -> Hashable:
    """Where in the part an operand comes from, or what is given to it: an array, or a number itself."""
    spec = getattr(operand, "spec", None)
    return place.get(operand, spec) if spec is not None else repr(operand)


def _runs(items: Sequence[_Item]) -> Iterator[tuple[int, int, int]]:
    """Where the longest runs of equal parts begin, how long a part is, and how many there are."""
    signatures = [item.signature for item in items]
    start = 0
    while start < len(items):
        best = (0, 1, 1)  # what a run covers, the length of a part, their number
        for length in range(1, LONGEST + 1):
            end = start + length
            while end < len(items) and signatures[end] == signatures[end - length]:
                end += 1
            times = (end - start) // length
            if times >= FEWEST:
                best = max(best, (times * length, length, times), key=lambda run: run[0])
        covered, length, times = best
        if covered:
            yield start, length, times
        start += max(covered, 1)


def _is_chain(run: Sequence[_Item], length: int) -> bool:
    """Whether each part goes on with what the one before it computed."""
    parts = [
        {node for item in run[i : i + length] for node in item.nodes}
        for i in range(0, len(run), length)
    ]
    return all(
        any(parent in before for node in part for parent in node.parents)
        for before, part in pairwise(parts)
    )


def _gather(
    run: Sequence[_Item],
    times: int,
    region: Region,
    folded: set[Region],
    home: dict[Node, Region],
) -> None:
    """One folded region in the place of the run."""
    part = run[: len(run) // times]
    repeat = Region(
        "repeat",
        _label(run, part),
        region,
        times=times,
        part=tuple(item.region or item.nodes[0] for item in part),
    )
    folded.add(repeat)
    inner = {item.region: None for item in run if item.region is not None}
    region.inner = [r for r in region.inner if r not in inner]
    for moved in inner:
        moved.outer = repeat
        repeat.inner.append(moved)
        for within in moved.within():
            assert within.outer is not None
            within.level = within.outer.level + 1
    own = {node for item in run if item.region is None for node in item.nodes}
    # The parameters of single operations, such as w in x @ w, go where their only users go.
    inside = own.union(*(moved.all_nodes() for moved in inner))
    used_inside = {p for node in own for p in node.parents}
    used_outside = {p for node in region.all_nodes() if node not in inside for p in node.parents}
    leaves = {p for p in used_inside - used_outside if p is not None and p.primitive is None}
    repeat.nodes = [node for node in region.nodes if node in own or node in leaves]
    region.nodes = [node for node in region.nodes if node not in own and node not in leaves]
    home |= dict.fromkeys(repeat.nodes, repeat)


def _label(run: Sequence[_Item], part: Sequence[_Item]) -> str:
    """layers.1 … layers.11, the first layer of a part whose name tells the parts apart; else all: w, u."""
    names = [
        [item.region.label for item in run[i :: len(part)] if item.region] for i in range(len(part))
    ]
    for first, *_, last in filter(None, names):
        if first != last:
            return f"{first} … {last}"
    return ", ".join(each[0] for each in names if each)


def levels(order: Sequence[Node]) -> dict[Node, int]:
    """How far along a graph each operation stands, so that equal steps have equal distances.

    Operations on the longest path stand where it brings them, and so does what reads from them. What
    only feeds them stands right before them, and not at the beginning where it could be computed:

        w ─ + ─ tanh ─ + ─ tanh        both w stand one before their +,
            w ─────────┘               which shows that w, +, tanh is there twice
    """
    parents = {
        node: [p for p in node.parents if p is not None and p.primitive is not None]
        for node in order
        if node.primitive is not None
    }
    earliest: dict[Node, int] = {}
    for node, needed in parents.items():
        earliest[node] = 1 + max((earliest[p] for p in needed), default=0)
    last = max(earliest.values(), default=0)
    latest = dict.fromkeys(parents, last)
    for node in reversed(parents):
        for parent in parents[node]:
            latest[parent] = min(latest[parent], latest[node] - 1)
    behind: set[Node] = set()  # on the longest way, or computed from what is
    for node, needed in parents.items():
        if earliest[node] == latest[node] or any(p in behind for p in needed):
            behind.add(node)
    level = {node: earliest[node] if node in behind else last for node in parents}
    for node in reversed(parents):
        for parent in parents[node]:
            if parent not in behind:
                level[parent] = min(level[parent], level[node] - 1)
    return level
