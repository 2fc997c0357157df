"""How the application of a primitive becomes a node of the graph: the common parts of all recorders.

The recorders are in recorders.py, generated per primitive. Variadic primitives, which take any number of
operands, share `record_variadic`, which does in plain Python what the generated recorders do.
"""

from collections.abc import Sequence
from typing import Any, TypeVar
from weakref import ref

import numpy as np

from ..engine.graph import SMALL, Node, Spec, spec_of
from ..engine.mode import Observed, current_mode
from ..engine.saved import packed, protected
from ..engine.writes import FOREVER, clock
from ..errors import DtypeError, RuleError
from ..ops.joining import stack
from ..primitive import Array, Primitive
from .base import TensorBase
from .operands import SCALARS, as_array, plain_array
from .shape_errors import shape_error

T = TypeVar("T", bound=TensorBase)

_new = object.__new__


def leaf(tensor: TensorBase) -> Node:
    """The node of a tensor that requires a gradient and was not computed from anything."""
    node = Node()
    node.primitive = None
    node.parents = node.saved = ()
    node.spec = spec = spec_of(tensor._data)
    node.value = tensor._data if spec.small else None
    node.owner = ref(tensor)
    node.born = FOREVER
    node._name = getattr(tensor, "_name", None)
    node._hooks = None
    return node


def tensor_at(kind: type[T], value: Array, node: Node | None) -> T:
    """A tensor with this value, which is not checked, and this node of the graph."""
    tensor = _new(kind)
    tensor._data = value
    tensor._node = node
    return tensor


def record_variadic(
    kind: type[T],
    primitive: Primitive[..., Any],
    operands: Sequence[Any],
    parameters: dict[str, Any],
) -> T:
    """Run a variadic primitive, and record the application if a gradient can flow through it."""
    values: list[Any] = []
    parents: list[Node | None] = []
    for operand in operands:
        if isinstance(operand, TensorBase):
            value, parent = operand._data, operand._node
        else:
            value, parent = operand_of(operand)
        values.append(value)
        parents.append(parent)
    try:
        out = primitive.function(*values, **parameters)
    except ValueError as error:
        raise shape_error(primitive, operands, parameters, error) from error
    if not hasattr(out, "dtype"):
        raise no_array(primitive, out)
    if parents.count(None) == len(parents) or not (mode := current_mode()):
        return tensor_at(kind, out, None)
    if not primitive.wants:
        raise RuleError(
            f"{primitive!r} has no rules yet: declare them with {primitive.name}.vjp(...)"
        )
    parameters = {**primitive.defaults, **parameters}
    node = Node()
    node.primitive = primitive
    node.parents = tuple(parents)
    node.saved = packed(
        values if primitive.operands[0] in primitive.wanted else [None] * len(values),
        out if "out" in primitive.wanted else None,
        tuple(map(shape_of, values)) if primitive.needs_shapes else None,
        parameters,
    )
    node.spec = spec = spec_of(out)
    if not spec.is_float:
        raise no_gradient_through(primitive, spec)
    node.value = out if spec.small else None
    node.owner = None
    node.born = clock.now
    node._parameters = {name: abstract(value) for name, value in parameters.items()}
    if None in parents:
        node._constants = tuple(
            constant(operand) if parent is None else None
            for operand, parent in zip(operands, parents)
        )
        node.saved = protected(node.saved, node.parents)
    if isinstance(mode, Observed):
        mode.recorded(node, values, out)
    else:
        node._scope = mode
    return tensor_at(kind, out, node)


def operand_of(x: Any) -> tuple[Any, Node | None]:
    """The array and the node of an operand that is no tensor: a list of tensors has a node."""
    if x.__class__ in (list, tuple) and holds_tensors(x):
        tensor = stacked(x)
        return tensor._data, tensor._node
    return plain_array(x), None


def holds_tensors(x: Any) -> bool:
    """Whether a list or tuple holds a tensor, or a list that does."""
    return any(
        isinstance(y, TensorBase) or (y.__class__ in (list, tuple) and holds_tensors(y)) for y in x
    )


def stacked(x: Any) -> Any:
    """A list of tensors and numbers as one tensor, as NumPy makes one array of a list of arrays."""
    parts = (stacked(y) if y.__class__ in (list, tuple) and holds_tensors(y) else y for y in x)
    return stack(*(y if isinstance(y, TensorBase) else np.asarray(y) for y in parts))


def no_gradient_through(primitive: Primitive[..., Any], spec: Spec) -> DtypeError:
    """The error for a result that is not floating point."""
    return DtypeError(
        f"{primitive.name}: the result would be {spec.dtype}, through which no gradient "
        f"flows: say .detach() before if that is meant"
    )


def no_array(primitive: Primitive[..., Any], out: Any) -> RuleError:
    """The error for a result that is not an array."""
    return RuleError(
        f"the function of {primitive.name!r} returned {out!r}: it must return one array, or a NumPy scalar "
        f"(np.stack makes one array of several)"
    )


class Constant:
    """What drawings show of an operand without a node: its name, its spec, and its value if it is small."""

    __slots__ = ("name", "spec", "value")

    def __init__(self, array: Array, name: str | None) -> None:
        self.name = name
        self.spec = spec_of(array)
        self.value = array if self.spec.small else None


def constant(operand: Any) -> Any:
    """The `Constant` that stands for `operand`; a Python scalar or None stands for itself."""
    if operand is None or operand.__class__ in SCALARS:
        return operand
    if isinstance(operand, TensorBase):
        # A batch may be the operand of many operations: all of them refer to one Constant.
        cached: Constant | None = getattr(operand, "_constant", None)
        if cached is None:
            cached = operand._constant = Constant(operand._data, operand.name)
        return cached
    array = as_array(operand)
    return Constant(array if hasattr(array, "dtype") else np.asarray(array), None)


def abstract(parameter: Any) -> Any:
    """A parameter for drawings: large arrays are replaced by their spec."""
    if isinstance(parameter, np.ndarray):
        spec = spec_of(parameter)
        return parameter if spec.small else spec
    if parameter.__class__ is list and len(parameter) > SMALL:
        return spec_of(np.asarray(parameter))
    if parameter.__class__ in (tuple, list):
        return parameter.__class__(map(abstract, parameter))
    return parameter


def is_abstract(parameter: Any) -> bool:
    """Whether the parameter, or a part of it, was replaced by its spec."""
    parts = parameter if isinstance(parameter, (tuple, list)) else ()
    return isinstance(parameter, Spec) or any(map(is_abstract, parts))


def is_recorded(x: Any) -> bool:
    """Whether x is a Tensor that requires a gradient."""
    return isinstance(x, TensorBase) and x._node is not None


def unwrapped(x: Any) -> Any:
    """The array of a Tensor, or of each Tensor in a list or tuple; anything else as it is."""
    if isinstance(x, (list, tuple)):
        return type(x)(map(unwrapped, x)) if type(x) in (list, tuple) else x
    return x._data if isinstance(x, TensorBase) else x


def shape_of(value: Any) -> tuple[int, ...]:
    """The shape of an array; () for a Python number or None."""
    return getattr(value, "shape", ())
