"""A composition is a NumPy function that is written in terms of others, and so needs no rule.

    @composition(np.vstack)
    def vstack(tup):
        '''z = the arrays one below the other, each at least 2-D'''
        return np.concatenate(np.atleast_2d(*tup))

With a Tensor among the arguments, NumPy's function runs as its composition, whose operations have rules.
A composition has NumPy's parameters, under the same names. Those that it leaves out may only have NumPy's
default values.
"""

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

composed: dict[Callable[..., Any], Callable[..., Any]] = {}
"""The composition of each NumPy function that has one."""


extended: dict[Callable[..., Any], Callable[..., Any]] = {}
"""The composition for further arguments of each NumPy function whose primitive lacks some."""


def extension(*numpy_functions: Callable[..., Any]) -> Callable[[F], F]:
    """Register a function as the composition of those calls that use more than the primitive's arguments."""

    def register(function: F) -> F:
        extended.update(dict.fromkeys(numpy_functions, function))
        return function

    return register


def composition(*numpy_functions: Callable[..., Any]) -> Callable[[F], F]:
    """Register a function as the composition of `numpy_functions`."""

    def register(function: F) -> F:
        composed.update(dict.fromkeys(numpy_functions, function))
        return function

    return register


def numpy_named(*names: str) -> tuple[Any, ...]:
    """The NumPy functions with these names, such as "linalg.cross", that this version of NumPy has."""
    import numpy as np

    functions: list[Any] = []
    for name in names:
        function: Any = np
        for part in name.split("."):
            function = getattr(function, part, None)
        if function is not None:
            functions.append(function)
    return tuple(functions)
