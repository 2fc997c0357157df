"""How the application of a primitive becomes a node of the graph: the parts that all recorders use.

The recorders themselves are in recorders.py, generated for each primitive; only those of any number
of operands share `record_variadic`, which shows in plain words what the others do.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np

from ..errors import DtypeError, RuleError
from ..primitive import Array, Primitive
from .graph import SMALL, Node, Outline, outline_of
from .operands import SCALARS, array_like
from .scopes import Watched, recording_mode
from .shape_errors import shape_error
from .writes import FOREVER, clock

if TYPE_CHECKING:
    from ..tensor import Tensor as Tensor  # put in place by tensor.py itself, which stands above
    from ..tensor.contents import Contents

_new = object.__new__


def leaf(tensor: "Contents") -> Node:
    """The node of a tensor that requires a gradient and was not computed from anything."""
    node = Node()
    node.primitive = None
    node.parents = node.saved = ()
    node.outline = outline = outline_of(tensor._data)
    node.value = tensor._data if outline.small else None
    node.owner = ref(tensor)
    node.born = FOREVER
    node._name = getattr(tensor, "_name", None)
    node._hooks = None
    return node


def lift(value: Array, node: Node) -> "Tensor":
    """A saved array as the tensor that it was, so that a rule is recorded in its turn."""
    tensor: Tensor = _new(Tensor)
    tensor._data = value
    tensor._node = node
    return tensor


def outside(data: Array) -> "Tensor":
    """Tensor(data) without a look at the data, which is the engine's own."""
    tensor: Tensor = _new(Tensor)
    tensor._data = data
    tensor._given = True
    tensor._node = None
    return tensor


def record_variadic(
    primitive: Primitive[..., Any], operands: Sequence[Any], parameters: dict[str, Any]
) -> "Tensor":
    """Run a primitive of any number of operands; remember the application if a gradient needs it."""
    values: list[Any] = []
    parents: list[Node | None] = []
    for operand in operands:
        if isinstance(operand, Tensor):
            values.append(operand._data)
            parents.append(operand._node)
        else:
            values.append(array_like(operand))
            parents.append(None)
    try:
        out = primitive.function(*values, **parameters)
    except ValueError as error:
        raise shape_error(primitive, operands, parameters, error) from error
    if not hasattr(out, "dtype"):
        raise no_array(primitive, out)
    result: Tensor = _new(Tensor)
    result._data = out
    if parents.count(None) == len(parents) or not (mode := recording_mode()):
        result._node = None
        return result
    if not primitive.wants:
        raise RuleError(
            f"{primitive!r} has no rules yet: declare them with {primitive.name}.vjp(...)"
        )
    parameters = {**primitive.defaults, **parameters}
    result._node = node = Node()
    node.primitive = primitive
    node.parents = tuple(parents)
    node.saved = (
        *(values if primitive.operands[0] in primitive.wanted else [None] * len(values)),
        out if "out" in primitive.wanted else None,
        tuple(map(shape_of, values)) if primitive.needs_shapes else None,
        parameters,
    )
    node.outline = outline = outline_of(out)
    if not outline.is_float:
        raise no_gradient_through(primitive, outline)
    node.value = out if outline.small else None
    node.owner = None
    node.born = clock.now
    node._parameters = {name: outlined(value) for name, value in parameters.items()}
    if None in parents:
        node._constants = tuple(
            constant(operand) if parent is None else None
            for operand, parent in zip(operands, parents)
        )
    if isinstance(mode, Watched):
        mode.recorded(node, values, out)
    else:
        node._scope = mode
    return result


def no_gradient_through(primitive: Primitive[..., Any], outline: Outline) -> DtypeError:
    """The error for a result that is not floating point."""
    return DtypeError(
        f"{primitive.name}: the result would be {outline.dtype}, through which no gradient "
        f"flows: say .detach() before if that is meant"
    )


def no_array(primitive: Primitive[..., Any], out: Any) -> RuleError:
    """The error for a result that is none."""
    return RuleError(
        f"the function of {primitive.name!r} returned {out!r}: it must return one array, or a NumPy scalar "
        f"(np.stack makes one array of several)"
    )


class Constant:
    """What is remembered of an operand without a node, for drawings: not its data if it is large."""

    __slots__ = ("name", "outline", "value")

    def __init__(self, array: Array, name: str | None) -> None:
        self.name = name
        self.outline = outline_of(array)
        self.value = array if self.outline.small else None


def constant(operand: Any) -> Any:
    """The `Constant` that stands for `operand`; a Python scalar or None stands for itself."""
    if operand is None or operand.__class__ in SCALARS:
        return operand
    if isinstance(operand, Tensor):
        # A batch is the operand of many operations: the tensor keeps its own.
        known: Constant | None = getattr(operand, "_constant", None)
        if known is None:
            known = operand._constant = Constant(operand._data, operand.name)
        return known
    is_array = hasattr(operand, "__array_ufunc__")
    return Constant(operand if is_array else np.asarray(operand), None)


def outlined(parameter: Any) -> Any:
    """A parameter for drawings, which show no more of an array than shape and dtype: of a large one, that."""
    if isinstance(parameter, np.ndarray):
        outline = outline_of(parameter)
        return parameter if outline.small else outline
    if parameter.__class__ is list and len(parameter) > SMALL:
        return outline_of(np.asarray(parameter))
    if parameter.__class__ in (tuple, list):
        return parameter.__class__(map(outlined, parameter))
    return parameter


def is_outlined(parameter: Any) -> bool:
    """Whether that is all that is left of a parameter, or of a part of it."""
    parts = parameter if isinstance(parameter, (tuple, list)) else ()
    return isinstance(parameter, Outline) or any(map(is_outlined, parts))


def is_recorded(x: Any) -> bool:
    """Whether x is a Tensor that requires a gradient."""
    return isinstance(x, Tensor) and x._node is not None


def value_of(x: Any) -> Any:
    """The array in a Tensor, or in each of a list of them; anything else as it is."""
    if isinstance(x, (list, tuple)):
        return type(x)(map(value_of, x)) if type(x) in (list, tuple) else x
    return x._data if isinstance(x, Tensor) else x


def shape_of(value: Any) -> tuple[int, ...]:
    """The shape of an array; that of a Python number is (), None's as well."""
    return getattr(value, "shape", ())
