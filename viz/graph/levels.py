"""How far down a computation each operation stands, so that equal steps have equal distances.

Operations on the longest way stand where it has brought them, and so does what reads from them. What
only feeds them stands right before them, and not at the beginning where it could be computed:

    w ─ + ─ tanh ─ + ─ tanh        both w stand one before their +,
        w ─────────┘               which is how one sees that w, +, tanh is there twice
"""

from collections.abc import Sequence

from tinygrad_course.engine.graph import Node


def levels(order: Sequence[Node]) -> dict[Node, int]:
    """The level of each operation of a graph in topological order."""
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
