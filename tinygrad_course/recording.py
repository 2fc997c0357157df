"""How the application of a primitive becomes a node of the graph.

`record` handles any primitive; the operators of Python have faster recorders of their own, in
operators.py.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np

from .errors import DtypeError
from .grad_mode import is_grad_enabled
from .graph import Node, outline_of
from .primitive import Array, Primitive
from .shape_errors import shape_error

if TYPE_CHECKING:
    from .tensor import Tensor as Tensor  # put in place by tensor.py itself, which stands above

_new = object.__new__
_SCALARS = (int, float, bool)


def leaf(tensor: "Tensor") -> Node:
    """The node of a tensor that requires a gradient and was not computed from anything."""
    node = Node()
    node.primitive = None
    node.parents = node.saved = ()
    node.outline = outline_of(tensor._data)
    node.value = tensor._data if node.outline.small else None
    node.owner = ref(tensor)
    node._name = tensor.name
    return node


def record(
    primitive: Primitive[..., Any], operands: Sequence[Any], parameters: dict[str, Any]
) -> "Tensor":
    """Run `primitive` on the operands' values; remember the application if a gradient needs it."""
    values: list[Any] = []
    parents: list[Node | None] = []
    tracked = 0  # a bit for each operand that needs a gradient
    for operand in operands:
        if isinstance(operand, Tensor):
            if operand._node is not None:
                tracked |= 1 << len(parents)
            values.append(operand._data)
            parents.append(operand._node)
        else:
            values.append(array_like(operand))
            parents.append(None)
    try:
        out = primitive.function(*values, **parameters)
    except ValueError as error:
        raise shape_error(primitive, operands, parameters, error) from error
    result: Tensor = _new(Tensor)
    result._data = out
    result._node = None
    if not tracked or not is_grad_enabled():
        return result
    node = Node()
    node.primitive = primitive
    node.parents = tuple(parents)
    if primitive.defaults:
        node._parameters = parameters = {**primitive.defaults, **parameters}
    shapes = tuple(map(np.shape, values)) if primitive.needs_shapes else None
    keeps, keeps_out = primitive.keeps(tracked)
    if primitive.variadic:
        keeps *= len(values)
    kept = [value if keep else None for value, keep in zip(values, keeps)]
    node.saved = (*kept, out if keeps_out else None, shapes, parameters)
    node.outline = outline = outline_of(out)
    if outline.dtype.kind != "f":
        raise DtypeError(
            f"{primitive.name}: the result would be {outline.dtype}, through which no gradient "
            f"flows: say .detach() before if that is meant"
        )
    node.value = out if outline.small else None
    node.owner = None
    if None in parents:
        node._constants = tuple(map(constant, operands, parents))
    result._node = node
    return result


class Constant:
    """What is remembered of an operand without a node, for drawings: not its data if it is large."""

    __slots__ = ("name", "outline", "value")

    def __init__(self, array: Array, name: str | None) -> None:
        self.name = name
        self.outline = outline_of(array)
        self.value = array if self.outline.small else None


def constant(operand: Any, parent: Node | None) -> Any:
    """The `Constant` that stands for `operand`; a Python scalar or None stands for itself."""
    if parent is not None:
        return None
    if operand is None or operand.__class__ in _SCALARS:
        return operand
    if isinstance(operand, Tensor):
        return Constant(operand._data, operand.name)
    return Constant(np.asarray(operand), None)


def array_like(operand: Any) -> Any:
    """Arrays of any kind and scalars as they are; lists and the like as NumPy arrays.

    Raises: DtypeError for what is not real numbers: complex ones, objects, text, dates.
    """
    if operand is None or operand.__class__ in _SCALARS:
        return operand
    array = operand if hasattr(operand, "__array_ufunc__") else np.asarray(operand)
    dtype = getattr(array, "dtype", None)
    if dtype is not None and dtype.kind not in "fiub":
        raise DtypeError(
            f"tensors hold real numbers or booleans, and an operand is {dtype}"
            + (": take .real, .imag or np.abs" if dtype.kind == "c" else "")
        )
    return array
