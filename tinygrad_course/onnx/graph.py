"""An ONNX graph while it is made: `Value`s with operators, nodes, and initializers, each one once.

    x = graph.input("x", np.float32, ("batch", 4))
    y = x * 2.0 + graph.op("Tanh", x)

A NumPy array or a number beside a value becomes an initializer in the dtype of that value.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
import onnx
from numpy.typing import DTypeLike
from onnx import helper, numpy_helper

from ..errors import ExportError

OPSET = 17
"""The version of ONNX' operators: runtimes since 2022 have it."""
ML_OPSET = 3
"""That of the operators of the domain ai.onnx.ml, of which only preparations need one."""
IR_VERSION = 8
"""The version of the file format that belongs to this opset."""
ML = "ai.onnx.ml"

LARGEST = 2**31 - 2**20
"""Bytes of initializers: a file is one message of Protocol Buffers, which ends at 2 GiB."""

IN_SINGLE = (
    *("Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Conv", "Cosh", "Det", "Erf", "Sinh"),
    "Tan",
)
"""What ONNX has in double precision, but onnxruntime on a CPU in single precision alone, where nothing else
computes the same: double precision is converted before and after."""

_PREDICATES = frozenset(
    [
        "And",
        "Or",
        "Not",
        "Equal",
        "Greater",
        "GreaterOrEqual",
        "Less",
        "LessOrEqual",
        "IsNaN",
        "IsInf",
    ]
)


class Value:
    """An array of the graph. Its operators add nodes."""

    __slots__ = ("dtype", "graph", "name")

    def __init__(self, graph: "Graph", name: str, dtype: np.dtype[Any]) -> None:
        self.graph = graph
        self.name = name
        self.dtype = dtype

    def __add__(self, other: Any) -> "Value":
        return self.graph.op("Add", self, other)

    def __radd__(self, other: Any) -> "Value":
        return self.graph.op("Add", other, self)

    def __sub__(self, other: Any) -> "Value":
        return self.graph.op("Sub", self, other)

    def __rsub__(self, other: Any) -> "Value":
        return self.graph.op("Sub", other, self)

    def __mul__(self, other: Any) -> "Value":
        return self.graph.op("Mul", self, other)

    def __rmul__(self, other: Any) -> "Value":
        return self.graph.op("Mul", other, self)

    def __truediv__(self, other: Any) -> "Value":
        return self.graph.op("Div", self, other)

    def __rtruediv__(self, other: Any) -> "Value":
        return self.graph.op("Div", other, self)

    def __neg__(self) -> "Value":
        return self.graph.op("Neg", self)

    def __abs__(self) -> "Value":
        return self.graph.op("Abs", self)

    def __lt__(self, other: Any) -> "Value":
        return self.graph.op("Less", self, other)

    def __gt__(self, other: Any) -> "Value":
        return self.graph.op("Greater", self, other)

    def equals(self, other: Any) -> "Value":
        """Where both are equal."""
        return self.graph.op("Equal", self, other)


class Graph:
    """Nodes, initializers, inputs and outputs, in the order in which they were made."""

    def __init__(self) -> None:
        self.block = ""
        """The path of the module to which the nodes that are made now belong; they are named after it."""
        self._nodes: list[onnx.NodeProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._initializers: dict[tuple[Any, ...], tuple[Value, onnx.TensorProto]] = {}
        self._names: set[str] = set()
        self._bytes = 0
        self._uses_ml = False

    # --- making values ------------------------------------------------------------------------

    def reserve(self, names: Sequence[str]) -> None:
        """Keep the names of inputs and outputs from being taken for anything else.

        Raises: ExportError for a name that stands there twice, and for an empty one.
        """
        for name in names:
            if not name or name in self._names:
                raise ExportError(
                    f"{name!r} can't be the name of an input or output: each needs a name of its own. "
                    f"output_names=[…] names the outputs; inputs are called as the parameters of forward, or "
                    f"the columns of the table"
                )
            self._names.add(name)

    def input(self, name: str, dtype: DTypeLike, shape: Sequence[int | str]) -> Value:
        """An input under a reserved name; a name in the shape is an axis whose length is free."""
        value = Value(self, name, np.dtype(dtype))
        self._inputs.append(_described(value, shape))
        return value

    def constant(self, array: Any, name: str = "constant") -> Value:
        """An initializer. Equal ones are one, under the name of the first."""
        held = np.ascontiguousarray(array).reshape(np.shape(array))
        key = (held.dtype.str, held.shape, blake2b(held).digest())
        if key not in self._initializers:
            self._bytes += held.nbytes
            if self._bytes > LARGEST:
                raise ExportError(
                    f"the parameters of the model are more than {LARGEST / 1e9:.1f} GB, and a file of ONNX "
                    f"holds 2 GiB: export its parts, or give it dtype=np.float32"
                )
            value = Value(self, self._unique(name), held.dtype)
            self._initializers[key] = value, numpy_helper.from_array(held, value.name)
        return self._initializers[key][0]

    def op(
        self, kind: str, *inputs: Any, dtype: DTypeLike | None = None, **attributes: Any
    ) -> Value:
        """A node with one output, of the dtype of its first input unless another is given."""
        values = self._operands(inputs)
        first = next(value for value in values if value is not None)
        if kind in IN_SINGLE and first.dtype == np.float64:
            single = [v and self.cast(v, np.float32) for v in values]
            return self.cast(self._node(kind, single, np.dtype(np.float32), attributes), np.float64)
        made = np.bool_ if kind in _PREDICATES else first.dtype if dtype is None else dtype
        return self._node(kind, values, np.dtype(made), attributes)

    def first_of_two(self, kind: str, *inputs: Any, **attributes: Any) -> Value:
        """A node with two outputs, of which the first is used."""
        made = self.op(kind, *inputs, **attributes)
        self._nodes[-1].output.append(self._unique(f"{made.name}_second"))
        return made

    def cast(self, value: Value, dtype: DTypeLike) -> Value:
        """The value in another dtype; itself, if it has that."""
        wanted = np.dtype(dtype)
        if value.dtype == wanted:
            return value
        return self._node("Cast", [value], wanted, {"to": element_type(wanted)})

    def where(self, condition: Value, x: Any, y: Any) -> Value:
        """x where the condition holds, else y."""
        x, y = self._operands((x, y))
        return self._node("Where", [condition, x, y], x.dtype, {})

    def _operands(self, inputs: Sequence[Any]) -> list[Any]:
        """Values, with arrays and numbers as initializers in the dtype of the first floating-point value."""
        values = [x for x in inputs if isinstance(x, Value)]
        floating = [x.dtype for x in values if x.dtype.kind == "f"]
        dtype = floating[0] if floating else values[0].dtype if values else np.dtype(np.float32)
        made: list[Any] = []
        for x in inputs:
            if x is not None and not isinstance(x, Value):
                array = np.asarray(x)
                is_number = array.dtype.kind == "f" or not isinstance(x, np.ndarray)
                x = self.constant(array.astype(dtype) if is_number else array)
            made.append(x)
        return made

    def _node(
        self,
        kind: str,
        values: Sequence[Value | None],
        dtype: np.dtype[Any],
        attributes: Mapping[str, Any],
    ) -> Value:
        domain = attributes.get("domain", "")
        self._uses_ml |= domain == ML
        name = self._unique(f"{self.block}/{kind}" if self.block else kind)
        names = ["" if value is None else value.name for value in values]
        self._nodes.append(helper.make_node(kind, names, [name], name, **attributes))
        return Value(self, name, dtype)

    def _unique(self, wanted: str) -> str:
        name, count = wanted, 0
        while name in self._names:
            count += 1
            name = f"{wanted}_{count}"
        self._names.add(name)
        return name

    # --- the model ----------------------------------------------------------------------------

    def output(self, value: Value, name: str, shape: Sequence[int | str]) -> None:
        """Make a value an output of the graph, under this reserved name."""
        named = self._node("Identity", [value], value.dtype, {})
        self._nodes[-1].output[0] = named.name = name
        self._outputs.append(_described(named, shape))

    def model(self, name: str, metadata: Mapping[str, str], version: str) -> onnx.ModelProto:
        """The whole graph as a model. Nodes whose results nothing uses are left out."""
        graph = helper.make_graph(
            _without_identities(_used(self._nodes, self._outputs), self._outputs),
            name,
            self._inputs,
            self._outputs,
        )
        needed = {x for node in graph.node for x in node.input}
        graph.initializer.extend(t for v, t in self._initializers.values() if v.name in needed)
        opsets = [helper.make_opsetid("", OPSET)]
        if self._uses_ml:
            opsets.append(helper.make_opsetid(ML, ML_OPSET))
        model = helper.make_model(
            graph,
            producer_name="tinygrad_course",
            producer_version=version,
            opset_imports=opsets,
            ir_version=IR_VERSION,
        )
        helper.set_model_props(model, dict(metadata))
        return model


def element_type(dtype: np.dtype[Any]) -> int:
    """ONNX' number for a dtype."""
    if dtype.kind in "OUT":
        return int(onnx.TensorProto.STRING)
    return int(helper.np_dtype_to_tensor_dtype(dtype))


def _described(value: Value, shape: Sequence[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(value.name, element_type(value.dtype), list(shape))


def _used(
    nodes: Sequence[onnx.NodeProto], outputs: Sequence[onnx.ValueInfoProto]
) -> list[onnx.NodeProto]:
    """The nodes that the outputs depend on."""
    needed = {output.name for output in outputs}
    kept = []
    for node in reversed(nodes):
        if not needed.isdisjoint(node.output):
            needed.update(node.input)
            kept.append(node)
    return kept[::-1]


def _without_identities(
    nodes: Sequence[onnx.NodeProto], outputs: Sequence[onnx.ValueInfoProto]
) -> list[onnx.NodeProto]:
    """The nodes without the last identity before an output, where the node before can take its name."""
    makers = {node.output[0]: node for node in nodes}
    taken: dict[str, str] = {}
    for node in nodes:
        if node.op_type == "Identity" and node.input[0] in makers and node.input[0] not in taken:
            taken[node.input[0]] = node.output[0]
    kept = []
    for node in nodes:
        if node.op_type == "Identity" and taken.get(node.input[0]) == node.output[0]:
            continue
        for names in (node.input, node.output):
            for i, name in enumerate(names):
                names[i] = taken.get(name, name)
        kept.append(node)
    return kept
