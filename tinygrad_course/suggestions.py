"""What to write instead of a name that does not exist: the AttributeErrors of the public surface.

A public module says `__getattr__ = suggestions.for_module(__name__)`, hidden from type checkers, which would
believe that it had every attribute. A class gets an `Absent` for each name in its table, because a
`__getattr__` of a class slows all of its attributes down.
"""

import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from types import ModuleType
from typing import Any, NoReturn

import numpy as np

from .composition import composed
from .names_elsewhere import INSTEAD
from .primitive import of_numpy

_ROOT = __package__ or ""
_PACKAGES = ("nn", "nn.functional", "nn.init", "optim", "data", "training", "inspect")
_PUBLIC = (_ROOT, *(f"{_ROOT}.{package}" for package in _PACKAGES))


def for_module(module: str) -> Callable[[str], NoReturn]:
    """The `__getattr__` of a public module."""

    def __getattr__(name: str) -> NoReturn:
        message = f"module {module!r} has no attribute {name!r}"
        if not name.startswith("__"):  # Python itself asks for such names
            message += _hint(module, name)
        raise AttributeError(message)

    return __getattr__


def _hint(module: str, name: str) -> str:
    if name in INSTEAD.get(module, {}):
        return f": write {INSTEAD[module][name]}"
    if hasattr(sys.modules[module], "__path__") and find_spec(f"{module}.{name}"):
        return f" yet: import {module}.{name} first"
    found = list(_elsewhere(module, name)) or _alike(module, name)
    return f": did you mean {' or '.join(found)}?" if found else ""


def _elsewhere(module: str, name: str) -> Iterator[str]:
    """The same name in other letters, in another module, or in NumPy."""
    for place in sorted(_PUBLIC, key=lambda place: place != module):
        for known in getattr(sys.modules.get(place), "__all__", ()):
            if known.lower() == name.lower():
                yield known if place == module else f"{place}.{known}"
    if any(getattr(np, name, None) in functions for functions in (of_numpy, composed)):
        yield f"np.{name}, which takes Tensors"


def _alike(module: str, name: str) -> list[str]:
    from difflib import get_close_matches  # where it is used: it takes milliseconds to import

    known = {known.lower(): known for known in getattr(sys.modules[module], "__all__", ())}
    return [known[match] for match in get_close_matches(name.lower(), known, n=2, cutoff=0.7)]


class Absent:
    """An attribute that a class does not have: reading it says what to write instead."""

    def __init__(self, instead: str) -> None:
        self.instead = instead

    def __set_name__(self, owner: type, name: str) -> None:
        self.message = f"{owner.__name__!r} object has no attribute {name!r}: "
        self.message += f"write {self.instead.format(name=name)}"

    def __get__(self, instance: object, owner: type | None = None) -> "Absent":
        if instance is None:
            return self
        raise AttributeError(self.message)

    def __repr__(self) -> str:
        return f"<{self.message}>"


def add_absent(kind: type) -> None:
    """Give a class the `Absent` attributes of its table."""
    for name, instead in INSTEAD[kind.__name__].items():
        absent = Absent(instead)
        setattr(kind, name, absent)
        absent.__set_name__(kind, name)


class NotCallable(ModuleType):
    """A module with the name of a function in other libraries: calling it says what to write instead."""

    def __call__(self, *arguments: Any, **keywords: Any) -> NoReturn:
        package, _, name = self.__name__.rpartition(".")
        raise TypeError(
            f"{self.__name__} is a module, and can't be called: write {INSTEAD[package][name]}"
        )
