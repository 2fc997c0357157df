"""Recorders: one function for each primitive, which runs it and remembers that it was run.

On small arrays the cost of an operation is all Python. A recorder that is written for its primitive,
with the choice of what to save made once instead of at every call, takes half the time of one that
asks the primitive each time. So they are generated from one template, each when it is first needed.
"""

import re
from collections.abc import Callable
from functools import partial
from textwrap import indent
from typing import TYPE_CHECKING, Any

import numpy as np

from ..primitive import Primitive
from . import recording
from .generated import compiled
from .operands import array_like
from .recording import record_variadic

if TYPE_CHECKING:
    from ..tensor import Tensor

Recorder = Callable[..., Any]


def recorder_of(primitive: Primitive[..., Any]) -> Recorder:
    """The recorder to call with the primitive's operands and parameters."""
    if primitive.recorder is None:
        if primitive.variadic or not primitive.wants:  # without rules nothing can be chosen
            primitive.recorder = partial(_any_number, primitive)
        else:
            primitive.recorder = _recorder(primitive, *_as_function(primitive))
    return primitive.recorder


def _any_number(primitive: Primitive[..., Any], *operands: Any, **parameters: Any) -> "Tensor":
    return record_variadic(primitive, operands, parameters)


def method(primitive: Primitive[..., Any]) -> "Callable[[Tensor], Tensor]":
    """A method of Tensor for a primitive of one operand."""
    made: Any = _AtFirstUse(lambda: recorder_of(primitive))
    return made


def operator(
    primitive: Primitive[..., Any], expression: str, reflected: bool = False
) -> "Callable[..., Tensor]":
    """A method of Tensor for one of Python's operators; `expression` is in the operands' names."""
    made: Any = _AtFirstUse(
        lambda: _recorder(primitive, *_as_operator(primitive, expression, reflected))
    )
    return made


class _AtFirstUse:
    """A method of Tensor that is compiled, and put in its own place, when it is first called.

    Importing the package would otherwise compile them all, which takes as long as all its files.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self.owner, self.name = owner, name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        method = self.make()
        setattr(self.owner, self.name, method)
        return method.__get__(instance, owner)


# --- the source, for a primitive of the operands x, y with a parameter axis ----------------------

_RECORDER = """\
def make(primitive, function, default, operand):
    def {name}({signature}):
{unpacked}
        try:
            _out = {expression}
        except ValueError as error:
            raise shape_error(primitive, ({operands},), {parameters}, error) from error
{checked}
        _result = _new(Tensor)
        _result._data = _out
        if ({untracked}) or not (_mode := recording_mode()):
            _result._node = None
            return _result
        _result._node = _node = Node()
        _node.primitive = primitive
        _node.parents = ({nodes},)
        _node.saved = {saved}
{outline}
        _node.outline = _outline
        _node.value = _out if _outline.small else None
        _node.owner = None
        _node.born = clock.now
        _node._scope = _mode
{rarely_needed}
        if _mode.__class__ is not tuple:
            _mode.recorded(_node, ({values},), _out)
        return _result
    {name}.__qualname__ = {name!r}
    return {name}
"""

_CHECKED = """\
if not hasattr(_out, "dtype"):
    raise no_array(primitive, _out)"""

_SELF = "_{x}, _{x}_node = {x}._data, {x}._node"

_OPERAND = """\
if {x}.__class__ is Tensor or isinstance({x}, Tensor):
    _{x}, _{x}_node = {x}._data, {x}._node
else:
    _{x}, _{x}_node = array_like({x}), None"""

_OTHER = """\
if {x}.__class__ is Tensor or isinstance({x}, Tensor):
    _{x}, _{x}_node = {x}._data, {x}._node
else:
    _{x}, _{x}_node = {x}, None
    if {x}.__class__ is not float:
        _{x} = operand({x})
        if _{x} is NotImplemented:
            return NotImplemented"""

_ANY_OUTLINE = """\
_outline = outline_of(_out)
if not _outline.is_float:
    raise no_gradient_through(primitive, _outline)"""

_OUTLINE_OF_X = "_outline = _{x}_node.outline"

_OUTLINE_OF_BOTH = """\
if _{x}_node is not None and _{y}_node is not None:
    _outline = _{x}_node.outline
    if _outline is not _{y}_node.outline:
        _outline = outline_of(_out)
elif _{y}.__class__ is float:
    _outline = _{x}_node.outline
else:
    _outline = outline_of(_out)"""

_CONSTANTS = """\
if {any_untracked}:
    _node._constants = ({constants},)"""


def _as_function(primitive: Primitive[..., Any]) -> tuple[str, str, str]:
    """Signature, unpacking and expression of a recorder that is called like the primitive."""
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
    """The same of a method, whose first operand is a Tensor, or the last where `reflected`."""
    own, *others = reversed(primitive.operands) if reflected else primitive.operands
    unpacked = "\n".join([_SELF.format(x=own), *(_OTHER.format(x=name) for name in others)])
    names = "|".join(primitive.operands)
    return ", ".join((own, *others)), unpacked, re.sub(rf"\b({names})\b", r"_\1", expression)


def _recorder(
    primitive: Primitive[..., Any], signature: str, unpacked: str, expression: str
) -> Recorder:
    names = primitive.operands
    parameters = ", ".join(f"{name!r}: {name}" for name in primitive.defaults)
    source = _RECORDER.format(
        name=primitive.name,
        signature=signature,
        unpacked=indent(unpacked, " " * 8),
        expression=expression,
        operands=", ".join(names),
        checked="" if primitive.trusted else indent(_CHECKED, " " * 8),
        parameters=f"{{{parameters}}}",
        untracked=" and ".join(f"_{name}_node is None" for name in names),
        nodes=", ".join(f"_{name}_node" for name in names),
        values=", ".join(f"_{name}" for name in names),
        saved=_saved(primitive),
        outline=indent(_outline(primitive), " " * 8),
        rarely_needed=indent(_rarely_needed(primitive), " " * 8),
    )
    # In the globals of recording.py, where the generated code finds Tensor once it exists.
    made = compiled(source, f"recorder of {primitive.name}", vars(recording))
    default = primitive.optional | primitive.defaults
    recorder: Recorder = made["make"](primitive, _fastest(primitive), default, _operand)
    return recorder


def _saved(primitive: Primitive[..., Any]) -> str:
    """The tuple of operands, output, shapes and parameters, cut off after what some rule asks for.

    What only the rules of operands without a node ask for is None.
    """
    values = [_if_used(primitive, name, f"_{name}") for name in primitive.operands]
    values.append(_if_used(primitive, "out", "_out"))
    shapes = "".join(f"shape_of(_{name}), " for name in primitive.operands)
    values.append(f"({shapes})" if primitive.needs_shapes else "None")
    parameters = ", ".join(f"{name!r}: {name}" for name in primitive.defaults)
    values.append(
        "None" if primitive.wanted.isdisjoint(primitive.defaults) else f"{{{parameters}}}"
    )
    while values and values[-1] == "None":
        values.pop()
    return f"({', '.join(values)},)" if values else "()"


def _if_used(primitive: Primitive[..., Any], value: str, variable: str) -> str:
    users = primitive.users(value)
    if not users or len(users) == len(primitive.operands):
        return variable if users else "None"
    used = " or ".join(f"_{primitive.operands[i]}_node is not None" for i in users)
    return f"{variable} if {used} else None"


def _outline(primitive: Primitive[..., Any]) -> str:
    # What is trusted keeps the shape and dtype of its operands, if it works element by element.
    if primitive.trusted and not primitive.defaults:
        if primitive.signature == "()->()":
            return _OUTLINE_OF_X.format(x=primitive.operands[0])
        if primitive.signature == "(),()->()":
            x, y = primitive.operands
            return _OUTLINE_OF_BOTH.format(x=x, y=y)
    return _ANY_OUTLINE


def _rarely_needed(primitive: Primitive[..., Any]) -> str:
    """What is for drawings and error messages alone."""
    names, lines = primitive.operands, []
    if primitive.defaults:
        shown = {
            name: f"outlined({name})" if name in primitive.open_to_arrays else name
            for name in primitive.defaults
        }
        parameters = ", ".join(f"{name!r}: {value}" for name, value in shown.items())
        lines.append(f"_node._parameters = {{{parameters}}}")
    if len(names) > 1:
        constants = (f"None if _{name}_node is not None else constant({name})" for name in names)
        untracked = " or ".join(f"_{name}_node is None" for name in names)
        lines.append(_CONSTANTS.format(any_untracked=untracked, constants=", ".join(constants)))
    return "\n".join(lines)


def _fastest(primitive: Primitive[..., Any]) -> Callable[..., Any]:
    """The ufunc itself where the function does nothing but call it."""
    first = primitive.numpy_functions[:1]
    is_ufunc = primitive.trusted and first and isinstance(first[0], np.ufunc)
    return first[0] if is_ufunc and not primitive.defaults else primitive.function


def _operand(other: Any) -> Any:
    """The other operand of an operator, or NotImplemented if it wants to handle that itself."""
    if getattr(other, "__array_ufunc__", np) is None:
        return NotImplemented
    return array_like(other)
