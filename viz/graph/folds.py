"""What the one box of a folded region says, and the heading of the frame of an open one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import prod

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
    module, kind = region.module, region.class_name
    if module is not None and module.extra_repr():
        kind = f"{kind}({module.extra_repr()})"
    return tuple(filter(None, (text.name(region.label), text.name(kind, WIDEST)))) or ("",)


def lines(region: Region) -> tuple[str, ...]:
    """Name, formula, parameters and shapes of a folded region."""
    nodes = list(region.all_nodes())
    if region.kind == "middle":
        return (f"{describe.contents(nodes)} not drawn", *kinds(nodes))
    head, formula = heading(region), _formula(region)
    if region.kind == "repeat":
        first, *others = region.part
        if others:
            head = (*head, text.name(" → ".join(map(_in_short, region.part)), WIDEST))
        elif isinstance(first, Region):
            head, formula = (*head, heading(first)[-1]), _formula(first)
    in_all = " in all" * (region.times > 1)
    counts = (f"{count}{in_all}" for count in _counts(nodes))
    said = (*head, formula, *counts, *_shapes(nodes))
    return tuple(filter(None, dict.fromkeys(said)))  # equal blocks are called like each of them


def _in_short(step: Region | Node) -> str:
    """The class of the module, the name of the block, or the operation."""
    return step.class_name or step.label if isinstance(step, Region) else describe.symbol(step)


def _formula(region: Region) -> str:
    """What the docstring of a module's class begins with, if it is a formula; or a row of operations."""
    if region.module is not None:
        doc = (type(region.module).__doc__ or "").strip()
        # ",  with x a logit" and the like stand behind it, after two spaces.
        formula = " ".join(doc.split("\n\n")[0].split(",  ")[0].split())
        if formula and len(formula) <= text.LONGEST and not formula.endswith("."):
            return text.name(formula)
    operations = [node for node in region.nodes if node.primitive is not None]
    if region.inner or not 2 <= len(operations) <= MOST_KINDS:
        return ""
    is_chain = all(before in node.parents for before, node in pairwise(operations))
    return text.name(" → ".join(map(describe.symbol, operations))) if is_chain else ""


def _counts(nodes: Sequence[Node]) -> Iterator[str]:
    parameters = sum(prod(node.shape) for node in nodes if node.primitive is None)
    if parameters:
        yield text.count(parameters, "parameter")
    yield text.count(sum(node.primitive is not None for node in nodes), "operation")


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
    if any((*given, *results)):  # of single numbers there is nothing to say
        yield f"{_listed(dict.fromkeys(given))} → {_listed(dict.fromkeys(results))}".strip()


def _outside(node: Node, inside: set[Node]) -> Iterator[tuple[int, ...]]:
    return (p.shape for p in node.parents if p is not None and p not in inside)


def _listed(shapes: Iterable[tuple[int, ...]]) -> str:
    several = [str(shape) for shape in shapes]
    return ", ".join(several[:2] + ["…"] * (len(several) > 2))


def kinds(nodes: Iterable[Node]) -> Iterator[str]:
    """The most frequent operations."""
    kinds = Counter(node.primitive.name for node in nodes if node.primitive is not None)
    for name, n in kinds.most_common(MOST_KINDS):
        yield f"{n:,} × {name}"
    others = len(kinds) - MOST_KINDS
    if others > 0:
        yield f"and {text.count(others, 'other kind')}"
