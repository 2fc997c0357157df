"""Equal layers in a row, which fold into one box: "× 12"."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

from tinygrad_course.inspect import Node, operands

from .regions import Region

FEWEST = 3
"""The least number of equal parts that are folded."""

LONGEST_PART = 6
"""The most operations and folded regions that a part consists of."""

Fingerprint: TypeAlias = Hashable


@dataclass(frozen=True)
class _Member:
    """A member of an open region: an operation, or a region inside it."""

    fingerprint: Fingerprint
    nodes: tuple[Node, ...]
    region: Region | None


def fold_repeats(
    region: Region, folded: set[Region], region_of: dict[Node, Region], rank: Mapping[Node, int]
) -> None:
    """Put the repeats in an open region into new regions, which are folded as well."""
    if not any(inner in folded for inner in region.inner):
        return
    # A layer may be a single operation; but a repeat needs at least one folded region.
    members = _in_order(region, folded, rank)
    for start, length, times in list(_runs(members)):
        run = members[start : start + length * times]
        if any(member.region for member in run) and _is_chain(run, length):
            _gather(run, times, region, folded, region_of)


def _in_order(region: Region, folded: set[Region], rank: Mapping[Node, int]) -> list[_Member]:
    members = [
        _Member(_fingerprint((node,)), (node,), None)
        for node in region.nodes
        if node.primitive is not None
    ]
    for inner in region.inner:
        nodes = tuple(inner.all_nodes())
        # An open region is equal to no other, and a folded one to no operation outside of a region.
        fingerprint = ("folded", _fingerprint(nodes)) if inner in folded else inner
        members.append(_Member(fingerprint, nodes, inner))

    def rank_and_name(member: _Member) -> tuple[int, str]:
        name = member.region.label if member.region is not None else repr(member.nodes[0])
        return max((rank.get(node, 0) for node in member.nodes), default=0), name

    return sorted(members, key=rank_and_name)


def _fingerprint(nodes: Sequence[Node]) -> Fingerprint:
    """Equal for parts that compute the same function."""
    position = {node: i for i, node in enumerate(nodes)}
    return tuple(
        (
            node.primitive and node.primitive.name,
            node.spec,
            repr(node.parameters),
            *(_operand(operand, position) for operand in operands(node)),
        )
        for node in nodes
    )


def _operand(operand: Any, position: Mapping[Node, int]) -> Hashable:
    """Where in the part an operand comes from; for one from outside its spec, for a number the number."""
    spec = getattr(operand, "spec", None)
    return position.get(operand, spec) if spec is not None else repr(operand)


def _runs(members: Sequence[_Member]) -> Iterator[tuple[int, int, int]]:
    """The longest runs of equal parts: start, length of a part, number of parts."""
    fingerprints = [member.fingerprint for member in members]
    start = 0
    while start < len(members):
        best = (0, 1, 1)  # what a run covers, the length of a part, their number
        for length in range(1, LONGEST_PART + 1):
            end = start + length
            while end < len(members) and fingerprints[end] == fingerprints[end - length]:
                end += 1
            times = (end - start) // length
            if times >= FEWEST:
                best = max(best, (times * length, length, times), key=lambda run: run[0])
        covered, length, times = best
        if covered:
            yield start, length, times
        start += max(covered, 1)


def _is_chain(run: Sequence[_Member], length: int) -> bool:
    """Whether each part uses what the part before it computed."""
    parts = [
        {node for member in run[i : i + length] for node in member.nodes}
        for i in range(0, len(run), length)
    ]
    return all(
        any(parent in before for node in part for parent in node.parents)
        for before, part in pairwise(parts)
    )


def _gather(
    run: Sequence[_Member],
    times: int,
    region: Region,
    folded: set[Region],
    region_of: dict[Node, Region],
) -> None:
    """Replace the run by one folded region."""
    part = run[: len(run) // times]
    repeat = Region(
        "repeat",
        _label(run, part),
        region,
        times=times,
        part=tuple(member.region or member.nodes[0] for member in part),
    )
    folded.add(repeat)
    inner = {member.region: None for member in run if member.region is not None}
    region.inner = [r for r in region.inner if r not in inner]
    for moved in inner:
        moved.outer = repeat
        repeat.inner.append(moved)
        for within in moved.within():
            assert within.outer is not None
            within.depth = within.outer.depth + 1
    own = {node for member in run if member.region is None for node in member.nodes}
    # The parameters of single operations, such as w in x @ w, go with their only users.
    inside = own.union(*(moved.all_nodes() for moved in inner))
    used_inside = {p for node in own for p in node.parents}
    used_outside = {p for node in region.all_nodes() if node not in inside for p in node.parents}
    leaves = {p for p in used_inside - used_outside if p is not None and p.primitive is None}
    repeat.nodes = [node for node in region.nodes if node in own or node in leaves]
    region.nodes = [node for node in region.nodes if node not in own and node not in leaves]
    region_of |= dict.fromkeys(repeat.nodes, repeat)


def _label(run: Sequence[_Member], part: Sequence[_Member]) -> str:
    """layers.1 … layers.11, by the first region whose label differs between parts; else all labels: w, u."""
    names = [
        [member.region.label for member in run[i :: len(part)] if member.region]
        for i in range(len(part))
    ]
    for first, *_, last in filter(None, names):
        if first != last:
            return f"{first} … {last}"
    return ", ".join(each[0] for each in names if each)


def ranks(order: Sequence[Node]) -> dict[Node, int]:
    """The rank of each operation in the order of computation, so that equal steps have equal distances.

    On the longest path, and for what reads from it, the rank is the number of operations up to it. What
    only feeds the path has the rank just before its use, although it could be computed earlier:

        w ─ + ─ tanh ─ + ─ tanh        each w is one before its +, which shows
            w ─────────┘               that w, +, tanh occurs twice
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
    rank = {node: earliest[node] if node in behind else last for node in parents}
    for node in reversed(parents):
        for parent in parents[node]:
            if parent not in behind:
                rank[parent] = min(rank[parent], rank[node] - 1)
    return rank
