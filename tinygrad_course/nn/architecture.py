"""How a model is built, as data: the names of its classes and their settings, no code.

    {"class": "Sequential", "settings": {"layers": [
        {"class": "Linear", "settings": {"in_features": 4, "out_features": 3, "bias": true, …}},
        {"function": "relu"}]}}

The settings of a module are the parameters of its constructor, each kept in the attribute of the same name.
The classes are those of this package: reading a description executes nothing else.
"""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from .. import ops
from ..errors import TinygradCourseError
from ..primitive import registry
from .init import zeros
from .module import Module
from .parameter import Parameter

_NOT_KEPT = ("rng", "initializer")
"""Settings that only matter until the first weights are drawn."""


class NotDescribed(Exception):
    """A model that is more than classes of this package and their settings; says why."""


class ArchitectureError(ValueError):
    """A description that no model has."""


def described(model: Module) -> dict[str, Any]:
    """The description of a model. Raises: NotDescribed."""
    return _Describing().module(model)


def built(description: Any) -> Module:
    """A model with that description; its parameters are zeros.

    Raises: ArchitectureError if none can have it.
    """
    try:
        model = _value(description)
    except (TypeError, ValueError, TinygradCourseError, MemoryError, RecursionError) as error:
        raise ArchitectureError(str(error) or type(error).__name__) from None
    if not isinstance(model, Module):
        raise ArchitectureError(f"{description!r:.60} describes no module")
    return model


# --- a model into data ---------------------------------------------------------------------------


class _Describing:
    """One description: it meets each module once, since two places can't share one in it."""

    def __init__(self) -> None:
        self.seen: set[int] = set()

    def module(self, module: Module) -> dict[str, Any]:
        name = type(module).__name__
        if type(module) is not _classes().get(name):
            raise NotDescribed(f"{name} is a class of your own")
        if id(module) in self.seen:
            raise NotDescribed(f"a {name} is used in two places")
        self.seen.add(id(module))
        settings = {
            p.name: self.setting(module, p) for p in _parameters(module) if p.name not in _NOT_KEPT
        }
        return {"class": name, "settings": settings}

    def setting(self, module: Module, parameter: inspect.Parameter) -> Any:
        if parameter.name == "dtype":
            return str(_dtype(module))
        value = getattr(module, parameter.name)
        if parameter.annotation in (bool, "bool"):
            return isinstance(value, Parameter) or bool(value)
        return self.data(value)

    def data(self, value: Any) -> Any:
        if isinstance(value, Module):
            return self.module(value)
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, list | tuple):
            return [self.data(item) for item in value]
        for name, operation in _functions().items():
            if any(value is function for function in (operation, *operation.numpy_functions)):
                return {"function": name}
        name = getattr(value, "__name__", type(value).__name__)
        raise NotDescribed(f"{name} is neither a module nor a function of this package")


# --- data into a model ---------------------------------------------------------------------------


def _value(data: Any) -> Any:
    if isinstance(data, list):
        return [_value(item) for item in data]
    if not isinstance(data, dict):
        return data
    if data.keys() == {"function"}:
        return _found(_functions(), data["function"], "function")
    if data.keys() != {"class", "settings"} or not isinstance(data["settings"], dict):
        raise ValueError(f"{data!r:.60} is neither a module nor a function")
    made = _found(_classes(), data["class"], "module")
    settings = {name: _value(value) for name, value in data["settings"].items()}
    parameters = inspect.signature(made).parameters
    if "initializer" in parameters:
        settings["initializer"] = zeros  # the weights are read next
    several = [n for n, p in parameters.items() if p.kind is p.VAR_POSITIONAL and n in settings]
    for name in several:
        return made(*settings.pop(name), **settings)
    return made(**settings)


def _found(known: Mapping[str, Any], name: Any, kind: str) -> Any:
    if not isinstance(name, str) or name not in known:
        raise ValueError(f"this version has no {kind} {name!r:.60}")
    return known[name]


# --- what both know ------------------------------------------------------------------------------


def _parameters(module: Module) -> list[inspect.Parameter]:
    """Those of the constructor that are settings; *more and **others of one that refuses them are none."""
    parameters = inspect.signature(type(module)).parameters.values()
    open_ended = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p for p in parameters if p.kind not in open_ended or hasattr(module, p.name)]


def _dtype(module: Module) -> Any:
    return next((p.dtype for p in module.parameters()), np.dtype(np.float32))


def _classes() -> dict[str, type[Module]]:
    """The modules of this package that can be made."""
    return {made.__name__: made for made in _below(Module) if made.__module__.startswith(_OWN)}


_OWN = __name__.rpartition(".")[0] + "."
_OPS = ops.__name__ + "."


def _below(made: type[Module]) -> Iterator[type[Module]]:
    for below in made.__subclasses__():
        yield below
        yield from _below(below)


def _functions() -> dict[str, Any]:
    """The operations of this package that take one operand, and so may stand between layers."""
    return {
        name: operation
        for name, operation in registry.items()
        if operation.__module__.startswith(_OPS) and len(operation.operands) == 1
    }
