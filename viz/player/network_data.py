"""The diagram of a model as plain data: its links with the graph, and its weights over time."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import astuple
from typing import Any

import numpy as np

from tinygrad_course.errors import DrawingError
from tinygrad_course.inspect import Node, module_path, tensor_of
from tinygrad_course.nn import Module, Parameter

from ..graph.names import Notation
from ..graph.regions import Region
from ..network import states
from ..network.layers import Floats, Net, read
from ..network.wording import Wording
from .graph_data import GraphData, Item
from .observed import LeafValue


class NetworkData:
    """A model as neurons and layers, linked with graphs that it computed.

    parameters      the names of its parameters in the diagram

    Raises: DrawingError for a model that can't be drawn as layers of units.
    """

    def __init__(self, model: Module, notation: Notation) -> None:
        self._model = model
        net = read(model)
        self._wording = Wording(net, notation)
        self.parameters = {parameter: parameter.name or "" for parameter in model.parameters()}
        modules = {module_path(module): module for module in model.modules()}
        self._columns: dict[
            Module | None, list[int]
        ] = {}  # several for a module that is used again
        for column, layer in enumerate(net.layers, start=1):
            self._columns.setdefault(modules[layer.path], []).append(column)
        self._states: list[Net] = []

    def parts(self, graph: GraphData) -> dict[str, Any]:
        """The items of a graph that the diagram shows as well.

        layers          by column, its items; the last one is the output of its units
        parameters      by name, the leaf

        Raises: DrawingError if no part of the model is in the graph.
        """
        parameters = {
            name: graph.index_of[node]
            for node in graph.order
            if node.primitive is None and (name := self._name_of(node)) is not None
        }
        columns = self._columns_of(graph)
        if not columns and not parameters:
            kind = type(self._model).__name__
            raise DrawingError(
                f"network= is {kind}, but nothing of it is in the graph: give the model that computed it, "
                f"called as model(x) and not under no_grad()"
            )
        layers: list[list[int]] = [[] for _ in range(self._wording.last + 1)]
        for node, column in columns.items():
            layers[column].append(graph.index_of[node])
        known = {*layers[1], *parameters.values()}
        given = (edge["from"] for i in layers[1] for edge in graph.items[i]["parents"])
        layers[0] = sorted({i for i in given if i not in known and _is_array(graph.items[i])})
        return {"layers": layers, "parameters": parameters}

    def _columns_of(self, graph: GraphData) -> dict[Node, int]:
        """The column of each operation: that of its layer; after the layers, that of its operands."""
        calls: Counter[Module | None] = Counter()
        by_region: dict[Region, int] = {}
        for region in graph.regions:
            columns = self._columns.get(region.module)
            if columns:
                by_region[region] = columns[calls[region.module] % len(columns)]
                calls[region.module] += 1
        found: dict[Node, int] = {}
        for node in graph.order:
            if node.primitive is None:
                continue
            around = list(graph.region_of[node].around())
            column = next((by_region[region] for region in around if region in by_region), 0)
            if any(region.module is self._model for region in around):
                before = (found.get(parent, 0) for parent in node.parents if parent is not None)
                column = column or max(before, default=0)
            if column:
                found[node] = column
        return found

    def note(self, leaves: Mapping[Node, LeafValue]) -> tuple[int, int]:
        """The states of the weights that a pass used, and of the present ones, as indices."""
        now = read(self._model)
        used = {
            name: np.asarray(used.copy, np.float64)
            for leaf, used in leaves.items()
            if used.copy is not None and (name := self._name_of(leaf)) is not None
        }
        return self._state(now.with_parameters(used)), self._state(now)

    def _name_of(self, leaf: Node) -> str | None:
        """The name of a parameter of the model; None for any other leaf."""
        tensor = tensor_of(leaf)
        return self.parameters.get(tensor) if isinstance(tensor, Parameter) else None

    def _state(self, net: Net) -> int:
        """The index of a state, a new one unless it is equal to the last."""
        if not self._states or not _are_equal(self._states[-1], net):
            self._states.append(net)
        return len(self._states) - 1

    def data(self) -> dict[str, Any]:
        """The data for the page: the diagram, and its differences between states."""
        drawn = states.draw(self._wording, self._states)
        differences = [astuple(difference) for difference in drawn.differences]
        return {"svg": drawn.svg, "differences": differences, "states": drawn.states}


def _is_array(item: Item) -> bool:
    return not item.get("number", False)


def _are_equal(one: Net, other: Net) -> bool:
    pairs = zip(_arrays(one), _arrays(other), strict=True)
    return all(np.array_equal(x, y, equal_nan=True) for x, y in pairs)


def _arrays(net: Net) -> Iterator[Floats]:
    for layer in net.layers:
        yield layer.weights
        if layer.biases is not None:
            yield layer.biases
