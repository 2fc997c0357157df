"""The names of a module's attributes: its own methods can't be hidden, nor parameters be lost.

self.parameters = {"W1": …}     would end in "'dict' object is not callable" much later
layer.weight = array            would be used, but no longer trained or saved
"""

from functools import cache
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from ..engine.mode import Block
from ..errors import SettingError
from .buffer import Buffer
from .parameter import Parameter
from .preparation import Preparation
from .settings import is_data, shown

if TYPE_CHECKING:
    from .module import Module

_STATE = {
    "training": "whether it is in training mode",
    "preparation": "what prepares raw rows, a data.Preparation or None",
    "_block": "where it is in a model",
}
"""The attributes of every module that are neither methods nor properties."""

_INSTEAD = {"parameters": "weights", "modules": "layers", "children": "layers", "forward": "net"}
"""Names that say the same; others get an underscore at the end, or lose theirs at the front."""


def check_attribute(module: "Module", name: str, value: Any) -> None:
    """Raise SettingError if an assignment would hide a method of the module, or lose a parameter."""
    kind: Any = type(module)  # mypy takes the class of a class with __hash__ for not hashable
    if name in _reserved(kind):
        if not _may_stand_for(name, value):
            raise SettingError(_hiding(type(module).__name__, name, value))
        return
    held = vars(module).get(name)
    if isinstance(held, Buffer) and not (_is_part(value) or isinstance(value, Buffer)):
        raise SettingError(
            f"{type(module).__name__}.{name} is a Buffer, and {shown(value)} in its place would not be "
            f"saved: write module.{name}.update(…) to change its numbers, or module.{name} = nn.Buffer(…) "
            f"for another one"
        )
    if isinstance(held, Parameter) and not _is_part(value):
        raise SettingError(
            f"{type(module).__name__}.{name} is a Parameter, and {shown(value)} in its place would not be "
            f"trained: write module.{name}.data = … to change its numbers, or module.{name} = "
            f"nn.Parameter(…) for another one"
        )


def check_class(kind: type, base: type) -> None:
    """Raise SettingError if the body of a class hides methods of `base` or of its private names."""
    if _is_own(kind):
        return
    for name, value in vars(kind).items():
        if name not in _reserved(kind):
            continue
        is_method = callable(value) or isinstance(value, (classmethod, staticmethod))
        is_private_method = name.startswith("_") and is_method
        if is_private_method or not (is_method or _may_stand_for(name, value)):
            raise SettingError(_hiding(kind.__name__, name, value))


def no_settings(kind: str, settings: tuple[Any, ...], named: dict[str, Any]) -> str:
    """The message for arguments of a module that has none."""
    given = ", ".join([*map(shown, settings), *(f"{n}={shown(v)}" for n, v in named.items())])
    advice = f"make it first, and call it with data: {kind}()(x)"
    if not any(map(is_data, settings)):
        advice = f"write {kind}()"
    return f"{kind}({given}): {kind} has no settings: {advice}"


def _may_stand_for(name: str, value: Any) -> bool:
    """Whether a value may have the name of an attribute that every module has."""
    if name == "training":
        return isinstance(value, (bool, np.bool_))
    if name == "preparation":
        return value is None or isinstance(value, Preparation)
    if name == "_block":
        return value is None or isinstance(value, Block)
    if isinstance(value, type) or is_data(value) or not callable(value):
        return False
    # A module is callable, but has other arguments than a method; forward it can be.
    return name == "forward" or not hasattr(value, "named_parameters")


def _is_part(value: Any) -> bool:
    return value is None or isinstance(value, Parameter) or hasattr(value, "named_parameters")


def _hiding(kind: str, name: str, value: Any) -> str:
    instead = _INSTEAD.get(name, f"{name}_" if name[0] != "_" else f"my{name}")
    what = _STATE.get(name, "an attribute of every module")
    return (
        f"{kind}: {name} = {shown(value)} would hide {name}, {what}: choose another name, such as "
        f"self.{instead} = …"
    )


@cache
def _reserved(kind: type) -> frozenset[str]:
    """The names of methods, properties and state that the package's classes define."""
    return frozenset(
        name
        for base in kind.__mro__
        if _is_own(base)
        for name, value in vars(base).items()
        if not name.startswith("__")
        and (isinstance(value, (FunctionType, property)) or name in _STATE)
    )


def _is_own(kind: type) -> bool:
    return kind.__module__.partition(".")[0] == __name__.partition(".")[0]
