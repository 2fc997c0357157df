"""Regions of a graph: the tree of modules and named blocks that recorded its nodes.

    program ── MLP ─┬─ layers.0 ── linear
                    ├─ activation ── relu
                    └─ layers.1 ── linear

An operation belongs to the scope that recorded it. A parameter belongs to the innermost region that
contains all its uses. What a model is given from outside, such as its input, is outside of its region.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tinygrad_course.inspect import Node, Scope, tensor_of
from tinygrad_course.nn import Module, Parameter

Kind: TypeAlias = Literal["program", "module", "block", "repeat", "middle"]


@dataclass(eq=False)
class Region:
    """A part of the graph: its own nodes, and the regions inside it.

    label       the path of a module, the name of a block
    class_name  of the module
    module      the module, if it still exists
    times       how many equal parts a "repeat" stands for
    part        the regions, and the operations outside of them, that make one such part
    """

    kind: Kind
    label: str
    outer: "Region | None" = None
    class_name: str = ""
    module: Module | None = None
    times: int = 1
    part: "tuple[Region | Node, ...]" = ()
    nodes: list[Node] = field(default_factory=list)
    inner: list["Region"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.depth: int = 0 if self.outer is None else self.outer.depth + 1
        if self.outer is not None:
            self.outer.inner.append(self)

    def around(self) -> "Iterator[Region]":
        """This region and all regions around it, from the inside out."""
        region: Region | None = self
        while region is not None:
            yield region
            region = region.outer

    def within(self) -> "Iterator[Region]":
        """This region and all regions in it, outer ones first."""
        waiting = [self]
        while waiting:
            region = waiting.pop()
            yield region
            waiting += reversed(region.inner)

    def all_nodes(self) -> Iterator[Node]:
        """The nodes of this region and of all regions in it."""
        return (node for region in self.within() for node in region.nodes)


def regions_of(order: Sequence[Node]) -> tuple[Region, dict[Node, Region]]:
    """The tree of regions of a graph in topological order, and the region of each node."""
    program = Region("program", "")
    by_scope: dict[int, Region] = {}
    region_of: dict[Node, Region] = {}
    for node in order:
        if node.primitive is None:
            continue
        region_of[node] = region = _of_scope(node.scope, program, by_scope)
        for parent in node.parents:
            if parent is not None and parent.primitive is None:
                region_of[parent] = _common(region_of.get(parent, region), region)
    for node in order:
        if node.primitive is None:
            region_of[node] = _of_leaf(node, region_of.get(node, program))
        region_of[node].nodes.append(node)
    return program, region_of


def _of_scope(scope: "Scope | None", program: Region, by_scope: dict[int, Region]) -> Region:
    missing: list[Scope] = []
    while scope is not None and scope[1] is not None and id(scope) not in by_scope:
        missing.append(scope)
        scope = scope[1]
    region = program if scope is None else by_scope.get(id(scope), program)
    for scope in reversed(missing):
        block = scope[0]
        kind: Kind = "module" if block.is_module else "block"
        by_scope[id(scope)] = region = Region(
            kind, block.label, region, block.class_name, block.module
        )
    return region


def _common(one: Region, other: Region) -> Region:
    """The innermost region around both."""
    while one is not other:
        if one.depth < other.depth:
            one, other = other, one
        assert one.outer is not None  # both are in the program
        one = one.outer
    return one


def _of_leaf(leaf: Node, region: Region) -> Region:
    """A parameter belongs to its module; any other leaf was given to the outermost module."""
    return region if isinstance(tensor_of(leaf), Parameter) else outside_of_modules(region)


def outside_of_modules(region: Region) -> Region:
    """The region around the outermost module, to which the module's inputs belong."""
    modules = [r for r in region.around() if r.kind == "module"]
    return (modules[-1].outer or region) if modules else region
