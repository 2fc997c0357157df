"""A graph as plain data: everything that is the same in each step of training."""

import linecache
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tinygrad_course import inspect
from tinygrad_course.inspect import Node

from .. import text
from ..graph import describe
from ..graph.builder import MOST_CONSTANTS
from ..graph.regions import Region, outside_of_modules, regions_of

FITS = 30
"""A graph of more boxes than this is folded at first."""

Item = dict[str, Any]


class GraphData:
    """The nodes and constants of a graph as items, and its regions; the page refers to them by index."""

    def __init__(
        self,
        order: Sequence[Node],
        names_by_id: Mapping[int, str],
        locations: Mapping[Node, tuple[str, int]],
    ) -> None:
        self.order = order
        self.index_of: dict[object, int] = {}
        self.constants: dict[int, Any] = {}  # by the index of their item
        self.items: list[Item] = []
        self._names_by_id = names_by_id
        self._locations = locations
        self._unnamed = {"w": 0, "c": 0, "v": 0}
        program, self.region_of = regions_of(order)
        self.regions = [r for r in program.within() if r is program or any(r.all_nodes())]
        self._region_index = {region: i for i, region in enumerate(self.regions)}
        for node in order:
            self._add(node)

    def data(self, depth: int | None) -> dict[str, Any]:
        """The data for the page. Regions deeper than `depth` are folded at first."""
        depth = self._deepest_that_fits() if depth is None else depth
        return {
            "items": self.items,
            "order": [self.index_of[node] for node in self.order],
            "regions": [self._region(region, region.depth <= depth) for region in self.regions],
        }

    def _deepest_that_fits(self) -> int:
        """The largest depth to which open regions have at most FITS boxes, or 0."""
        depth = max(region.depth for region in self.regions)
        while depth > 0 and self._boxes(depth) > FITS:
            depth -= 1
        return depth

    def _boxes(self, depth: int) -> int:
        visible = [region for region in self.regions if region.depth <= depth]
        folded = sum(region.depth == depth + 1 for region in self.regions)
        return folded + sum(
            item["region"] in map(self._region_index.get, visible) for item in self.items
        )

    def _region(self, region: Region, is_open: bool) -> Item:
        head, *lines = describe.heading(region) or ("",)
        return {
            "kind": region.kind,
            "label": head,
            "lines": lines,
            "folded": describe.fold_lines(region),
            "outer": None if region.outer is None else self._region_index[region.outer],
            "open": is_open,
        }

    def _add(self, node: Node) -> None:
        region = self.region_of[node]
        parents = list(self._parents(node, region))
        item = {
            "kind": "leaf" if node.primitive is None else "result",
            "spec": text.spec(node.shape, node.dtype),
            "shape": text.parameter(tuple(node.shape)) if node.shape else "",
            "region": self._region_index[region],
            **self._name(id(node), "w" if node.primitive is None else "v", node.name),
        }
        if node.primitive is not None:
            item |= {
                "symbol": describe.symbol(node),
                "operation": node.primitive.name,
                "parameters": describe.parameters(node),
                "formula": inspect.formula(node),
                "vjp": inspect.rules(node),
                "parents": parents,
                **self._location(node),
            }
        self.index_of[node] = len(self.items)
        self.items.append(item)

    def _parents(self, node: Node, region: Region) -> Any:
        """An edge per operand: its item, its label, and the axes along which it is broadcast."""
        if node.primitive is None:
            return
        constants = node.constants or (None,) * len(node.parents)
        drawn = [id(c) for c in constants if c is not None][:MOST_CONSTANTS]
        names = node.primitive.operands * (len(constants) if node.primitive.variadic else 1)
        labels = describe.operand_labels(node)
        for i, (parent, constant) in enumerate(zip(node.parents, constants)):
            operand = constant if parent is None else parent
            if operand is None or (parent is None and id(constant) not in drawn):
                continue
            start = self.index_of[parent] if parent else self._constant(constant, region)
            yield {
                "from": start,
                "operand": i,
                "name": names[i],
                "label": labels[i],
                "stretched": describe.stretched(node, operand),
            }

    def _constant(self, constant: Any, region: Region) -> int:
        """The index of a constant's item, which is added at first use."""
        found = describe.of_constant(constant)
        index = self.index_of.setdefault(found.identity, len(self.items))
        if index == len(self.items):
            self.constants[index] = constant
            is_number = not found.spec  # a scalar shows nothing but its value
            outer = region if is_number else outside_of_modules(region)
            name = (
                {"name": found.value.lines[0], "number": True}
                if is_number
                else self._name(found.id_of_data, "c", found.name)
            )
            shape = "" if is_number else text.parameter(constant.spec.shape)
            self.items.append(
                {
                    "kind": "constant",
                    "spec": found.spec,
                    "shape": shape.replace("()", ""),
                    "region": self._region_index[outer],
                    **name,
                }
            )
        return index

    def _name(self, key: int, letter: str, own: str | None) -> Item:
        """The given name, or a letter with a number: v₁, v₂ …"""
        given = self._names_by_id.get(key, own)
        if given:
            return {"name": text.name(given)}
        self._unnamed[letter] += 1
        return {"name": f"{letter}{text.subscript(self._unnamed[letter])}", "unnamed": True}

    def _location(self, node: Node) -> Item:
        """The line of the user's code, without the file's folder, since the page may be published."""
        file, line = self._locations.get(node) or _parsed(node.location)
        if not file:
            return {}
        return {
            "location": f"{Path(file).name}:{line}",
            "source": linecache.getline(file, line).strip(),
        }


def _parsed(location: str | None) -> tuple[str, int]:
    file, _, line = (location or "").rpartition(":")
    return file, int(line or 0)
