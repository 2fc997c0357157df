"""A file of rules run once more with a mutation in it, and which rules came out different."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from tinygrad_course import Tensor
from tinygrad_course.composition import composed
from tinygrad_course.primitive import Primitive, of_numpy, registry

AnyPrimitive = Primitive[..., Any]


def _detached(x: Any) -> Any:
    """x without its history: right in value, wrong in the second order."""
    return x.detach() if isinstance(x, Tensor) else x


def _overwriting(array: Any, result: Any) -> Any:
    """The result, after something else was written into an array that the rule was given."""
    if isinstance(array, np.ndarray):
        result = np.array(result)
        array[...] = ~array if array.dtype == bool else array + 1
    return result


INJECTED = {"_detached": _detached, "_overwriting": _overwriting}
"""What mutations may call."""


def executed(
    module: ModuleType, text: str, reached: Callable[[], None] = lambda: None
) -> tuple[dict[str, Any], dict[str, AnyPrimitive]]:
    """The names that `text` defines in place of a module's own, and the primitives that it declares.

    The registry stays as it is.
    """
    names: dict[str, Any] = {
        "__name__": module.__name__,
        "__package__": module.__package__,
        "_reached": reached,
        **INJECTED,
    }
    with _registers_kept(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd syntax
        before = dict(registry)
        exec(compile(text, str(module.__file__), "exec"), names)
        made = {name: new for name, new in registry.items() if new is not before.get(name)}
    for name, new in made.items():
        # As the package does with its own.
        new.trusted = name in before and before[name].trusted
    return names, made


@contextmanager
def _registers_kept() -> Iterator[None]:
    registers: tuple[dict[Any, Any], ...] = (registry, of_numpy, composed)
    before = [dict(register) for register in registers]
    try:
        yield
    finally:
        for register, entries in zip(registers, before, strict=True):
            register.clear()
            register.update(entries)


def essence(value: Any, module: str) -> Any:
    """All that decides what a rule does: its code, and what of its module this reaches."""
    return _Essence(module).of(value)


class _Essence:
    def __init__(self, module: str) -> None:
        self.module = module
        self.seen: set[int] = set()

    def of(self, value: Any) -> Any:
        if isinstance(value, Primitive):
            return "primitive", value.name
        if isinstance(value, partial):
            return "partial", self.of(value.func), self.of(value.args), self.of(value.keywords)
        if isinstance(value, FunctionType) and value.__module__ == self.module:
            return self._function(value)
        if hasattr(value, "__wrapped__") and not isinstance(value, type):
            return "wrapped", self.of(value.__wrapped__)
        if isinstance(value, CodeType):
            constants = tuple(map(self.of, value.co_consts))
            return value.co_code, value.co_names, value.co_varnames, value.co_freevars, constants
        if isinstance(value, (tuple, list)):
            return type(value).__name__, *map(self.of, value)
        if isinstance(value, dict):
            return "dict", *((self.of(k), self.of(v)) for k, v in value.items())
        if isinstance(value, (type, ModuleType)):
            return value.__module__ if isinstance(value, type) else "", value.__name__
        return (type(value).__name__, repr(value))

    def _function(self, function: FunctionType) -> Any:
        if id(function) in self.seen:
            return "again", function.__name__
        self.seen.add(id(function))
        cells = [cell.cell_contents for cell in function.__closure__ or ()]
        reached = [
            (name, self.of(function.__globals__[name]))
            for name in _names_in(function.__code__)
            if name in function.__globals__
        ]
        return (
            self.of(function.__code__),
            self.of(function.__defaults__),
            self.of(function.__kwdefaults__),
            self.of(cells),
            tuple(reached),
        )


def _names_in(code: CodeType) -> list[str]:
    """The global names that code uses, that of its inner functions included."""
    inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return sorted({*code.co_names, *(name for c in inner for name in _names_in(c))})
