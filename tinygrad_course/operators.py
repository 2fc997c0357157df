"""Recorders for Python's operators and for functions of one operand, generated from two templates.

On small arrays the cost of an operation is all Python. With the operator written out, and the
choice of what to save made once instead of at every call, a tracked `a * b` costs 2.5 times
NumPy's own instead of 3.6 times. What a recorder does otherwise is what `recording.record` does.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from textwrap import indent
from typing import TYPE_CHECKING, Any

import numpy as np

from . import recording
from .primitive import Primitive
from .recording import array_like, record

if TYPE_CHECKING:
    from .tensor import Tensor


def apply(
    primitive: Primitive[..., Any], operands: Sequence[Any], parameters: dict[str, Any]
) -> "Tensor":
    """`record`, by the fastest recorder that there is."""
    # What is trusted keeps the shape and dtype of its operand, as the recorder takes for granted.
    if primitive.trusted and primitive.signature == "()->()" and not primitive.defaults:
        return _elementwise(primitive)(*operands, **parameters)
    return record(primitive, operands, parameters)


@cache
def _elementwise(primitive: Primitive[..., Any]) -> "Callable[[Tensor], Tensor]":
    return _compiled(primitive, _UNARY, _unary_parts(primitive, "primitive.function(x)"))


def operand(other: Any) -> Any:
    """The right operand of an operator, or NotImplemented if it wants to handle that itself."""
    if getattr(other, "__array_ufunc__", np) is None:
        return NotImplemented
    return array_like(other)


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
            {y} = operand(other)
            if {y} is NotImplemented:
                return NotImplemented
    try:
        out = {expression}
    except ValueError as error:
        raise shape_error(primitive, ({operands}), {{}}, error) from error
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
    """A method for an operation on one operand that keeps shape and dtype; `expression` in x."""
    method: Any = _AtFirstUse(primitive, _UNARY, _unary_parts(primitive, expression))
    return method


def _unary_parts(primitive: Primitive[..., Any], expression: str) -> dict[str, str]:
    return {"expression": expression, "saved": _saved_source(primitive, primitive.needs[0])}


def binary(
    primitive: Primitive[..., Any], expression: str, reflected: bool = False
) -> "Callable[[Tensor, Any], Tensor]":
    """A method for an operator of two operands; `expression` in x and y."""
    need_x, need_y = primitive.needs
    mine, theirs = ("y", "x") if reflected else ("x", "y")
    operands = ("other", "self") if reflected else ("self", "other")
    parts = {
        "expression": expression,
        "x": mine,
        "y": theirs,
        "operands": ", ".join(operands),
        "operand_x": operands[0],
        "operand_y": operands[1],
        "outline": (
            "x_node.outline if x_node.outline is y_node.outline else outline_of(out)"
            if primitive.signature == "(),()->()"
            else "outline_of(out)"
        ),
        "saved_both": _saved_source(primitive, need_x | need_y),
        "saved_x": _saved_source(primitive, need_x),
        "saved_y": _saved_source(primitive, need_y),
    }
    method: Any = _AtFirstUse(primitive, _BINARY, parts)
    return method


def _saved_source(primitive: Primitive[..., Any], needed: frozenset[str]) -> str:
    """The source of the saved tuple, as `record` makes it, but cut off after what is needed."""
    # The templates call the operands x and y, whatever the primitive calls them.
    variables = dict(zip(primitive.operands, "xy"))
    kept = [v if name in needed else "None" for name, v in (*variables.items(), ("out", "out"))]
    if primitive.needs_shapes:
        kept.append("".join(f"{v}.shape, " for v in variables.values()).join("()"))
    while kept and kept[-1] == "None":
        kept.pop()
    return f"({', '.join(kept)},)" if kept else "()"


class _AtFirstUse:
    """A method of Tensor that is compiled, and put in its own place, when it is first called.

    Importing the package would otherwise compile them all, which takes as long as all its files.
    """

    def __init__(
        self, primitive: Primitive[..., Any], template: str, parts: Mapping[str, str]
    ) -> None:
        self.recipe = primitive, template, parts

    def __set_name__(self, owner: type, name: str) -> None:
        self.owner, self.name = owner, name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        method = _compiled(*self.recipe)
        setattr(self.owner, self.name, method)
        return method.__get__(instance, owner)


def _compiled(primitive: Primitive[..., Any], template: str, parts: Mapping[str, str]) -> Any:
    body = indent(template.format(**parts), "    ")
    maker: dict[str, Any] = {}
    # In the globals of recording.py, where the generated code finds Tensor once it exists.
    exec(f"def make(primitive, operand):{body}\n    return operator", vars(recording), maker)
    return maker["make"](primitive, operand)
