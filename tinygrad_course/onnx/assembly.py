"""From two recordings to an ONNX graph: what depends on the input becomes nodes, all else initializers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import ExportError
from .call import Call
from .counterparts import COUNTERPARTS, WITHOUT
from .graph import Graph, Value
from .recording import WAY_OUT, Dims, Operation, Pair, is_same

ROWS = (5, 12)
"""How many rows the two recordings have.

They have no divisor in common, and parts of them differ as well: a half, a third, the rest by 2. So a length
of the one that is one of the other does not depend on the batch.
"""

Link = int | None
"""The position of the input or the operation that an operand is computed by; None for a constant."""


class Assembly:
    """The nodes of a model in a graph."""

    def __init__(
        self,
        graph: Graph,
        pair: Pair,
        inputs: Sequence[Value],
        names: Mapping[int, str],
        is_free: bool,
    ) -> None:
        """`names` are the paths of parameters and buffers by the id of their arrays; `is_free` says whether
        the recordings have different numbers of rows."""
        self.graph = graph
        self.pair = pair
        self.names = names
        self.is_free = is_free
        self.values: dict[int, Value] = {-1 - i: value for i, value in enumerate(inputs)}
        self.rows = self._rows(inputs[0]) if is_free else None
        self.links: list[list[Link]] = []
        """What each operation is computed from; indices that are computed count as further operands."""
        self.varying: set[int] = set(self.values)
        """What depends on an input."""

    def run(self, output_names: Sequence[str]) -> None:
        """Add everything that the outputs depend on, and the outputs."""
        for i in range(len(self.pair.one.operations)):
            self._find_links(i)
        outputs = [
            self._position(name, one, self.pair.two.outputs[name])
            for name, one in self.pair.one.outputs.items()
        ]
        for i in sorted(self._reached(outputs)):
            if i >= 0 and i in self.varying:
                self._add(i)
        for name, position in zip(output_names, outputs, strict=True):
            dims = self._dims(position)
            self.graph.output(self.values[position], name, self._described(position, dims))

    # --- what depends on what -----------------------------------------------------------------

    def _find_links(self, i: int) -> None:
        one, two = self.pair.one.operations[i], self.pair.two.operations[i]
        links: list[Link] = []
        for parent, a, b in zip(one.node.parents, one.operands, two.operands):
            position = None if parent is None else self.pair.one.at.get(parent)
            if position is not None:
                links.append(position)
            elif a is None or is_same(a, b):  # a parameter or a constant
                links.append(None)
            else:
                links.append(self._origin(i, a, b))
        for a, b in zip(indices(one), indices(two), strict=True):
            links.append(None if is_same(a, b) else self._origin(i, a, b))
        self.links.append(links)
        if not self.varying.isdisjoint(k for k in links if k is not None):
            self.varying.add(i)
        elif not is_same(one.out, two.out):
            self.pair.refuse_constant(one, one.out, two.out)

    def _origin(self, i: int, a: Any, b: Any) -> int:
        origin = self.pair.origin(i, a, b)
        if origin is None:
            self.pair.refuse_constant(self.pair.one.operations[i], a, b)
        return origin

    def _position(self, name: str, one: Any, two: Any) -> int:
        node = one.node
        position = self.pair.one.at.get(node) if node is not None else None
        if position is None:
            position = self.pair.origin(len(self.pair.one.operations), one._data, two._data)
        if position is None or position not in self.varying:
            raise ExportError(
                f"the output {name!r} of the model is not computed from its input by operations of Tensors: "
                f"no_grad, detach(), .data and .numpy() leave the graph, and a constant needs no model"
            )
        return position

    def _reached(self, roots: Sequence[int]) -> set[int]:
        seen: set[int] = set()
        stack = list(roots)
        while stack:
            position = stack.pop()
            if position not in seen:
                seen.add(position)
                if position >= 0:
                    stack += [k for k in self.links[position] if k is not None]
        return seen

    # --- nodes --------------------------------------------------------------------------------

    def _add(self, i: int) -> None:
        one, two = self.pair.one.operations[i], self.pair.two.operations[i]
        self.graph.block = one.block
        if one.name not in COUNTERPARTS or one.node.primitive is not _registered(one.name):
            why = WITHOUT.get(one.name, "it is an operation of your own, and ONNX does not know it")
            raise ExportError(
                f"{one.name} ({one.where}) has no counterpart in ONNX: {why}. {WAY_OUT}."
            )
        links = self.links[i]
        operands = [
            None if a is None else self._operand(one, a, link)
            for a, link in zip(one.operands, links)
        ]
        call = Call(
            self.graph,
            one.name,
            one.where,
            operands,
            [self.pair.dims(a, b) for a, b in zip(one.operands, two.operands)],
            self.pair.dims(one.out, two.out),
            one.node.dtype,
            (self._parameters(one, links), self._parameters(two, links)),
            self._multiples(i),
            self.rows,
        )
        optional = [None] * (
            0 if one.node.primitive is None else len(one.node.primitive.operands) - len(operands)
        )
        self.values[i] = COUNTERPARTS[one.name](call, *operands, *optional)

    def _operand(self, operation: Operation, a: Any, link: Link) -> Value:
        if link is not None and link in self.varying:
            value = self.values[link]
        else:
            array = np.asarray(a)
            value = self.graph.constant(array, self.names.get(id(a), f"{operation.name}_constant"))
        kinds = {"ldexp": "fb", "where": "fiu"}.get(operation.name, "fiub")
        is_float = value.dtype.kind in kinds
        return self.graph.cast(value, operation.node.dtype) if is_float else value

    def _parameters(self, operation: Operation, links: Sequence[Link]) -> dict[str, Any]:
        """The parameters, with values in the places of indices that are computed."""
        parameters = operation.parameters()
        if "index" in parameters:
            computed = iter(links[len(operation.operands) :])

            def placed(part: Any) -> Any:
                if not _is_index_array(part):
                    return part
                link = next(computed)
                return part if link is None else self.graph.cast(self.values[link], np.int64)

            index = parameters["index"]
            parameters["index"] = (
                tuple(map(placed, index)) if isinstance(index, tuple) else placed(index)
            )
        return parameters

    def _dims(self, position: int) -> Dims:
        return self.pair.dims(self.pair.one.value(position), self.pair.two.value(position))

    def _multiples(self, position: int) -> dict[int, int]:
        """For each axis that depends on the batch how many times the number of rows it is, if it is that."""
        one, two = (np.shape(r.value(position)) for r in (self.pair.one, self.pair.two))
        return {
            axis: n // ROWS[0]
            for axis, (n, m) in enumerate(zip(one, two))
            if n != m and n * ROWS[1] == m * ROWS[0] and n % ROWS[0] == 0
        }

    def _described(self, position: int, dims: Dims) -> list[int | str]:
        """A shape with names for the lengths that depend on the batch."""
        multiples = self._multiples(position)
        return [
            n if n is not None else _multiple(multiples.get(axis), axis)
            for axis, n in enumerate(dims)
        ]

    def _rows(self, x: Value) -> Value:
        shape = self.graph.op("Shape", x, dtype=np.int64)
        return self.graph.op("Gather", shape, np.array([0], np.int64), axis=0)


def _multiple(times: int | None, axis: int) -> str:
    if times is None:
        return f"length_{axis}"
    return "batch" if times == 1 else f"{times}*batch"


def _registered(name: str) -> Any:
    from ..primitive import registry

    return registry.get(name)


def _is_index_array(part: Any) -> bool:
    return isinstance(part, (np.ndarray, list)) and np.asarray(part).dtype.kind in "iu"


def indices(operation: Operation) -> list[Any]:
    """The integer arrays in the index of an operation."""
    if operation.name != "getitem":
        return []
    index = operation.parameters().get("index")
    parts = index if isinstance(index, tuple) else (index,)
    return [np.asarray(part) for part in parts if _is_index_array(part)]
