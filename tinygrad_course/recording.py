"""How an application becomes a node: the recorders.

`record` handles any primitive. The operators of Python (`a * b`, `-a`) get recorders of their own,
generated from the two templates below, because on small arrays their cost is all Python: with the
operator written out and the choice of what to save made once, a tracked `a * b` costs 2.5 times
NumPy's own instead of 3.6 times.
"""

from collections.abc import Callable, Sequence
from functools import cache
from textwrap import indent
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np

from .errors import DtypeError, RuleError, ShapeError, TinygradCourseError
from .grad_mode import is_grad_enabled
from .graph import Node, outline_of
from .primitive import Array, Primitive

if TYPE_CHECKING:
    from .tensor import Tensor as Tensor  # put in place by tensor.py itself, which stands above

_new = object.__new__
_SCALARS = (int, float, bool)
_NOTHING_SAVED: tuple[Any, ...] = ()


def leaf(tensor: "Tensor") -> Node:
    """The node of a tensor that requires a gradient and was not computed from anything."""
    node = Node()
    node.primitive = None
    node.parents = node.saved = ()
    node.outline = outline_of(tensor._data)
    node.value = tensor._data if node.outline.small else None
    node.owner = ref(tensor)
    node.name = tensor.name
    return node


def record(
    primitive: Primitive[..., Any], operands: Sequence[Any], parameters: dict[str, Any]
) -> "Tensor":
    """Run `primitive` on the operands' values; remember the application if a gradient needs it."""
    if primitive.signature == "()->()" and not primitive.defaults and primitive.needs:
        return _elementwise(primitive, primitive.needs)(*operands, **parameters)
    values = [x._data if isinstance(x, Tensor) else _array_like(x) for x in operands]
    try:
        out = primitive.function(*values, **parameters)
    except ValueError as error:
        raise _shape_error(primitive, operands, parameters, error) from error
    result: Tensor = _new(Tensor)
    result._data = out
    result._node = None
    if is_grad_enabled():
        parents = tuple(x._node if isinstance(x, Tensor) else None for x in operands)
        if any(parents):
            parameters = {**primitive.defaults, **parameters}
            result._node = node = Node()
            node.primitive = primitive
            node.parents = parents
            node.parameters = parameters
            node.saved = _saved(primitive, parents, values, out, parameters)
            node.outline = outline = outline_of(out)
            if outline.dtype.kind != "f":
                raise DtypeError(
                    f"{primitive.name}: the result would be {outline.dtype}, through which no gradient "
                    f"flows: say .detach() before if that is meant"
                )
            node.value = out if outline.small else None
            node.owner = None
            if None in parents:
                node.constants = tuple(map(constant, operands, parents))
    return result


def _saved(
    primitive: Primitive[..., Any],
    parents: Sequence[Node | None],
    values: Sequence[Array],
    out: Array,
    parameters: dict[str, Any],
) -> tuple[Any, ...]:
    """Operands, output, operand shapes, parameters; None for what no rule in use names."""
    if primitive.variadic:
        needed = primitive.needs[0]
        kept = values if primitive.operands[0] in needed else [None] * len(values)
    else:
        if not primitive.needs:
            raise RuleError(f"{primitive!r} has no rules yet: declare them with .vjp(...)")
        needed = frozenset().union(
            *(needs for needs, parent in zip(primitive.needs, parents, strict=False) if parent)
        )
        kept = [
            value if name in needed else None
            for name, value in zip(primitive.operands, values, strict=False)
        ]
    shapes = tuple(getattr(v, "shape", ()) for v in values) if primitive.needs_shapes else None
    return (*kept, out if "out" in needed else None, shapes, parameters)


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


def _array_like(operand: Any) -> Any:
    """Arrays of any kind and scalars as they are; lists and the like as NumPy arrays.

    Raises: DtypeError for complex numbers, whose derivatives are another matter.
    """
    if operand is None or operand.__class__ in _SCALARS:
        return operand
    array = operand if hasattr(operand, "__array_ufunc__") else np.asarray(operand)
    dtype = getattr(array, "dtype", None)
    if dtype is not None and dtype.kind == "c":
        raise DtypeError(
            f"tensors are real, and an operand is {dtype}: take .real, .imag or np.abs"
        )
    return array


def _operand(other: Any) -> Any:
    """The right operand of an operator, or NotImplemented if it wants to handle that itself."""
    if getattr(other, "__array_ufunc__", np) is None:
        return NotImplemented
    return _array_like(other)


def _shape_error(
    primitive: Primitive[..., Any],
    operands: Sequence[Any],
    parameters: dict[str, Any],
    error: ValueError,
) -> ValueError:
    """NumPy's ValueError with what it leaves out: which tensors, and what to do."""
    if isinstance(error, TinygradCourseError):
        return error
    shown = " and ".join(
        f"{name!r} {np.shape(getattr(x, '_data', x))}"
        for name, x in _named(primitive, operands)
        if x is not None
    )
    given = "".join(f", {name}={value!r}" for name, value in parameters.items())
    return ShapeError(
        f"{primitive.name}: the shapes of {shown}{given} don't fit ({error}). "
        f"{_way_out(primitive, operands)}"
    )


def _named(primitive: Primitive[..., Any], operands: Sequence[Any]) -> list[tuple[str, Any]]:
    names = primitive.operands * len(operands) if primitive.variadic else primitive.operands
    return [(getattr(x, "name", None) or name, x) for name, x in zip(names, operands, strict=False)]


def _way_out(primitive: Primitive[..., Any], operands: Sequence[Any]) -> str:
    shapes = [np.shape(getattr(x, "_data", x)) for x in operands]
    if primitive.name in ("matmul", "dot") and len(shapes) == 2:
        (*_, n), y = shapes[0] or (0,), shapes[1]
        if len(y) == 2 and y[1] == n:
            return "Did you mean the transpose of the second, .T?"
        return "The last axis of the first must be as long as the last but one of the second."
    if primitive.broadcasts:
        return (
            "Axes are compared from the right and must be equal or 1: reshape one of them, "
            "or add an axis with [:, None]."
        )
    return "Look at .shape of each, and reshape or transpose before."


_UNARY = """
def operator(self):
    x, parent = self._data, self._node
    out = {expression}
    result = _new(Tensor)
    result._data = out
    if parent is None or not is_grad_enabled():
        result._node = None
        return result
    result._node = node = Node()
    node.primitive = primitive
    node.parents = (parent,)
    node.saved = {saved}
    node.outline = outline = parent.outline
    node.value = out if outline.small else None
    node.owner = None
    return result
"""

_BINARY = """
def operator(self, other):
    {x}, {x}_node = self._data, self._node
    if other.__class__ is Tensor or isinstance(other, Tensor):
        {y}, {y}_node = other._data, other._node
    else:
        {y}, {y}_node = other, None
        if other.__class__ is not float:
            {y} = _operand(other)
            if {y} is NotImplemented:
                return NotImplemented
    try:
        out = {expression}
    except ValueError as error:
        raise _shape_error(primitive, ({operands}), {{}}, error) from error
    result = _new(Tensor)
    result._data = out
    if (x_node is None and y_node is None) or not is_grad_enabled():
        result._node = None
        return result
    result._node = node = Node()
    node.primitive = primitive
    node.parents = (x_node, y_node)
    if x_node is not None and y_node is not None:
        node.saved = {saved_both}
        outline = {outline}
    else:
        node.saved = {saved_x} if y_node is None else {saved_y}
        outline = {x}_node.outline if {y}.__class__ is float else outline_of(out)
        node._constants = (constant({operand_x}, x_node), constant({operand_y}, y_node))
    node.outline = outline
    node.value = out if outline.small else None
    node.owner = None
    return result
"""


def unary(
    primitive: Primitive[..., Any], expression: str = "primitive.function(x)"
) -> "Callable[[Tensor], Tensor]":
    """A recorder for an operation on one operand that keeps shape and dtype; `expression` in x."""
    return _compiled(
        primitive, _UNARY, expression=expression, saved=_saved_source(primitive, primitive.needs[0])
    )


def binary(
    primitive: Primitive[..., Any], expression: str, reflected: bool = False
) -> "Callable[[Tensor, Any], Tensor]":
    """A recorder for an operator of two operands; `expression` in x and y."""
    need_x, need_y = primitive.needs
    mine, theirs = ("y", "x") if reflected else ("x", "y")
    operands = ("other", "self") if reflected else ("self", "other")
    return _compiled(
        primitive,
        _BINARY,
        expression=expression,
        x=mine,
        y=theirs,
        operands=", ".join(operands),
        operand_x=operands[0],
        operand_y=operands[1],
        outline=(
            "x_node.outline if x_node.outline is y_node.outline else outline_of(out)"
            if primitive.signature == "(),()->()"
            else "outline_of(out)"
        ),
        saved_both=_saved_source(primitive, need_x | need_y),
        saved_x=_saved_source(primitive, need_x),
        saved_y=_saved_source(primitive, need_y),
    )


@cache
def _elementwise(
    primitive: Primitive[..., Any], needs: tuple[frozenset[str], ...]
) -> "Callable[[Tensor], Tensor]":
    """Its recorder; another one if `needs` change, because it has got other rules."""
    return unary(primitive)


def _saved_source(primitive: Primitive[..., Any], needed: frozenset[str]) -> str:
    """The source of the saved tuple, as `_saved` makes it, but cut off after what is needed."""
    # The templates call the operands x and y, whatever the primitive calls them.
    variables = dict(zip(primitive.operands, "xy"))
    kept = [v if name in needed else "None" for name, v in (*variables.items(), ("out", "out"))]
    if primitive.needs_shapes:
        kept.append("".join(f"{v}.shape, " for v in variables.values()).join("()"))
    while kept and kept[-1] == "None":
        kept.pop()
    return f"({', '.join(kept)},)" if kept else "_NOTHING_SAVED"


def _compiled(primitive: Primitive[..., Any], template: str, **parts: str) -> Any:
    body = indent(template.format(**parts), "    ")
    maker: dict[str, Any] = {}
    # In this module's globals, where the generated code finds Tensor once it exists.
    exec(f"def make(primitive):{body}\n    return operator", globals(), maker)
    return maker["make"](primitive)
