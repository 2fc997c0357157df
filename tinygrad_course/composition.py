"""A composition is a NumPy function that is written in terms of others, and needs no rule of its own.

    @composition(np.vstack)
    def vstack(tup):
        '''z = the arrays one below the other, each at least 2-D'''
        return np.concatenate(np.atleast_2d(*tup))

With a Tensor among the arguments, NumPy's function runs as its composition, whose parts find their
own rules. Its parameters are NumPy's, by the same names; those that it leaves out are refused where
they are given anything but NumPy's default.
"""

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

composed: dict[Callable[..., Any], Callable[..., Any]] = {}
"""The composition that a NumPy function runs as."""


def composition(*numpy_functions: Callable[..., Any]) -> Callable[[F], F]:
    """Register a function of arrays as what `numpy_functions` mean for Tensors."""

    def register(function: F) -> F:
        composed.update(dict.fromkeys(numpy_functions, function))
        return function

    return register


def numpy_named(*names: str) -> tuple[Any, ...]:
    """Those of NumPy's functions that this version of NumPy has: numpy_named("matvec", "linalg.cross")."""
    import numpy as np

    found: list[Any] = []
    for name in names:
        holder: Any = np
        for part in name.split("."):
            holder = getattr(holder, part, None)
        if holder is not None:
            found.append(holder)
    return tuple(found)
