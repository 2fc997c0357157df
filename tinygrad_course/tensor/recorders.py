"""Recorders: one function per primitive, which runs it and records the application.

On small arrays nearly all the cost of an operation is Python. A generated recorder, in which it is
already decided what to save, takes half the time of code that asks the primitive at each call. All
recorders come from one template. Each is compiled when it is first needed, for the class of its results.
"""

import re
from collections.abc import Callable
from functools import partial
from textwrap import indent
from typing import Any, Generic, TypeVar

import numpy as np

from ..engine.codegen import compiled
from ..engine.graph import Node, spec_of
from ..engine.mode import current_mode
from ..engine.saved import protected, source_of_tuple, source_to_save
from ..engine.writes import clock
from ..primitive import FLOATING_POINT_ERRORS, Primitive
from .base import TensorBase
from .nodes import (
    abstract,
    constant,
    no_array,
    no_gradient_through,
    operand_of,
    record_variadic,
    shape_of,
)
from .shape_errors import shape_error

Recorder = Callable[..., Any]
F = TypeVar("F", bound=Callable[..., Any])


def recorder_of(primitive: Primitive[..., Any], kind: type[TensorBase]) -> Recorder:
    """The recorder to call with the primitive's operands and parameters; it returns a `kind`."""
    if primitive.recorder is None:
        if primitive.variadic or not primitive.wants:  # without rules, nothing is saved
            primitive.recorder = partial(_record_variadic, kind, primitive)
        else:
            primitive.recorder = _recorder(primitive, kind, primitive.name, _as_function(primitive))
    return primitive.recorder


def _record_variadic(
    kind: type[TensorBase], primitive: Primitive[..., Any], *operands: Any, **parameters: Any
) -> TensorBase:
    return record_variadic(kind, primitive, operands, parameters)


class Operator(Generic[F]):
    """One of Python's operators as a method: `__add__ = Operator(arithmetic.add, "x + y")`.

    `expression` is in the names of the operands; by default it calls the primitive's function. F is the
    method as it is called. It is compiled when it is first used, and then replaces itself in the class. To
    compile all operators when the package is imported would double the import time.
    """

    def __init__(
        self,
        primitive: Primitive[..., Any],
        expression: str = "function(x)",
        reflected: bool = False,
    ) -> None:
        self.primitive = primitive
        self.expression = expression
        self.reflected = reflected

    def __set_name__(self, owner: type[TensorBase], name: str) -> None:
        self.owner, self.name = owner, name

    def __get__(self, instance: object, owner: type | None = None) -> F:
        method = self._compiled()
        setattr(self.owner, self.name, method)
        bound: F = method.__get__(instance, owner)
        return bound

    def _compiled(self) -> Any:
        name = f"{self.owner.__name__}.{self.name}"
        parts = _as_operator(self.primitive, self.expression, self.reflected)
        return _recorder(self.primitive, self.owner, name, parts)


# --- the source, for a primitive of the operands x, y with a parameter axis ----------------------

_RECORDER = """\
def make(Tensor, primitive, function, default, operand):
    def {name}({signature}):
{unpacked}
        try:
            _out = {expression}
        except ValueError as error:
            raise shape_error(primitive, {operands}, {parameters}, error) from error
{despite_underflow}
{checked}
        _result = _new(Tensor)
        _result._data = _out
        if ({untracked}) or not (_mode := current_mode()):
            _result._node = None
            return _result
        _result._node = _node = Node()
        _node.primitive = primitive
        _node.parents = {nodes}
        _node.saved = {saved}
{spec}
        _node.spec = _spec
        _node.value = _out if _spec.small else None
        _node.owner = None
        _node.born = clock.now
        _node._scope = _mode
{rarely_needed}
        if _mode.__class__ is not tuple:
            _mode.recorded(_node, {values}, _out)
        return _result
    return {name}
"""

_CHECKED = """\
if not hasattr(_out, "dtype"):
    raise no_array(primitive, _out)"""

_DESPITE_UNDERFLOW = """\
except FLOATING_POINT_ERRORS:
    with errstate(under="ignore"):
        _out = {expression}"""

_SELF = "_{x}, _{x}_node = {x}._data, {x}._node"

_OPERAND = """\
if {x}.__class__ is Tensor or isinstance({x}, Tensor):
    _{x}, _{x}_node = {x}._data, {x}._node
else:
    _{x}, _{x}_node = operand_of({x})"""

_OTHER = """\
if {x}.__class__ is Tensor or isinstance({x}, Tensor):
    _{x}, _{x}_node = {x}._data, {x}._node
else:
    _{x}, _{x}_node = {x}, None
    if {x}.__class__ is not float:
        _{x}, _{x}_node = operand({x})
        if _{x} is NotImplemented:
            return NotImplemented"""

_SPEC_OF_OUT = """\
_spec = spec_of(_out)
if not _spec.is_float:
    raise no_gradient_through(primitive, _spec)"""

_SPEC_OF_X = "_spec = _{x}_node.spec"

_SPEC_OF_BOTH = """\
if _{x}_node is not None and _{y}_node is not None:
    _spec = _{x}_node.spec
    if _spec is not _{y}_node.spec:
        _spec = spec_of(_out)
elif _{y}.__class__ is float:
    _spec = _{x}_node.spec
else:
    _spec = spec_of(_out)"""

_CONSTANTS = """\
if {any_untracked}:
    _node._constants = {constants}
    {protected}"""


_PROTECTED = "_node.saved = protected(_node.saved, _node.parents)"


def _as_function(primitive: Primitive[..., Any]) -> tuple[str, str, str]:
    """Signature, unpacking and expression of a recorder with the primitive's own signature."""
    names, parameters = primitive.operands, primitive.defaults
    signature = [f"{n}=default[{n!r}]" if n in primitive.optional else n for n in names]
    if parameters:
        signature += ["*", *(f"{name}=default[{name!r}]" for name in parameters)]
    arguments = [f"_{name}" for name in names] + [f"{name}={name}" for name in parameters]
    unpacked = "\n".join(_OPERAND.format(x=name) for name in names)
    return ", ".join(signature), unpacked, f"function({', '.join(arguments)})"


def _as_operator(
    primitive: Primitive[..., Any], expression: str, reflected: bool
) -> tuple[str, str, str]:
    """The same for a method, whose first operand is a Tensor, or the last if `reflected`."""
    own, *others = reversed(primitive.operands) if reflected else primitive.operands
    unpacked = "\n".join([_SELF.format(x=own), *(_OTHER.format(x=name) for name in others)])
    names = "|".join(primitive.operands)
    return ", ".join((own, *others)), unpacked, re.sub(rf"\b({names})\b", r"_\1", expression)


def _recorder(
    primitive: Primitive[..., Any],
    kind: type[TensorBase],
    qualname: str,
    parts: tuple[str, str, str],
) -> Recorder:
    signature, unpacked, expression = parts
    names = primitive.operands
    parameters = ", ".join(f"{name!r}: {name}" for name in primitive.defaults)
    name = qualname.rpartition(".")[2]
    source = _RECORDER.format(
        name=name,
        signature=signature,
        unpacked=indent(unpacked, " " * 8),
        expression=expression,
        operands=source_of_tuple(names),
        despite_underflow=indent(
            _DESPITE_UNDERFLOW.format(expression=expression) if primitive.means_underflow else "",
            " " * 8,
        ),
        checked="" if primitive.trusted else indent(_CHECKED, " " * 8),
        parameters=f"{{{parameters}}}",
        untracked=" and ".join(f"_{name}_node is None" for name in names),
        nodes=source_of_tuple([f"_{name}_node" for name in names]),
        values=source_of_tuple([f"_{name}" for name in names]),
        saved=source_to_save(primitive),
        spec=indent(_spec(primitive), " " * 8),
        rarely_needed=indent(_rarely_needed(primitive), " " * 8),
    )
    source = re.sub(r"\n\s*\n", "\n", source)  # remove the lines of empty parts
    made = compiled(source, f"recorder of {qualname}", _NAMES)
    default = primitive.optional | primitive.defaults
    recorder: Recorder = made["make"](kind, primitive, _fastest(primitive), default, _operand)
    recorder.__qualname__, recorder.__doc__ = qualname, primitive.__doc__
    return recorder


def _spec(primitive: Primitive[..., Any]) -> str:
    # A trusted element-wise primitive keeps the shape and dtype of its operands.
    if primitive.trusted and not primitive.defaults:
        if primitive.signature == "()->()":
            return _SPEC_OF_X.format(x=primitive.operands[0])
        if primitive.signature == "(),()->()":
            x, y = primitive.operands
            return _SPEC_OF_BOTH.format(x=x, y=y)
    return _SPEC_OF_OUT


def _rarely_needed(primitive: Primitive[..., Any]) -> str:
    """The source for parameters and constants, of which drawings and error messages tell."""
    names, lines = primitive.operands, []
    if primitive.defaults:
        shown = {
            name: f"{name} if {name} is None else abstract({name})"
            if name in primitive.open_to_arrays
            else name
            for name in primitive.defaults
        }
        parameters = ", ".join(f"{name!r}: {value}" for name, value in shown.items())
        lines.append(f"_node._parameters = {{{parameters}}}")
    if len(names) > 1:
        constants = [f"None if _{name}_node is not None else constant({name})" for name in names]
        untracked = " or ".join(f"_{name}_node is None" for name in names)
        lines.append(
            _CONSTANTS.format(
                any_untracked=untracked,
                constants=source_of_tuple(constants),
                protected=_PROTECTED if any(map(primitive.users, names)) else "",
            ).rstrip()
        )
    return "\n".join(lines)


def _fastest(primitive: Primitive[..., Any]) -> Callable[..., Any]:
    """The ufunc itself if the primitive's function only calls it."""
    first = primitive.numpy_functions[:1]
    is_ufunc = primitive.trusted and first and isinstance(first[0], np.ufunc)
    return first[0] if is_ufunc and not primitive.defaults else primitive.function


def _operand(other: Any) -> Any:
    """The other operand of an operator, or NotImplemented if that operand opts out of ufuncs."""
    if getattr(other, "__array_ufunc__", np) is None:
        return NotImplemented, None
    return operand_of(other)


_NAMES: dict[str, Any] = {
    "FLOATING_POINT_ERRORS": FLOATING_POINT_ERRORS,
    "errstate": np.errstate,
    "Node": Node,
    "_new": object.__new__,
    "abstract": abstract,
    "operand_of": operand_of,
    "clock": clock,
    "constant": constant,
    "current_mode": current_mode,
    "no_array": no_array,
    "no_gradient_through": no_gradient_through,
    "protected": protected,
    "shape_error": shape_error,
    "shape_of": shape_of,
    "spec_of": spec_of,
}
"""The globals of generated recorders."""
