"""Lazy arrays, such as Dask's, whose values are computed later. Recording a graph does not compute them.

A rule that has a faster path for some values tests them with `known`, and takes the path that is right
for all values if the array is lazy. Code that needs the values asks for them with `as_numpy`.
"""

from typing import Any

import numpy as np

from .errors import UnsupportedError


def is_concrete(x: Any) -> bool:
    """Whether the values of x can be read now: it is a NumPy array or scalar, or a Python number."""
    return isinstance(x, (np.ndarray, np.generic, int, float))


def known(condition: Any) -> bool:
    """Whether a condition is known to hold: False if it does not, and if it is lazy."""
    return is_concrete(condition) and bool(condition)


def as_numpy(x: Any) -> Any:
    """x as a NumPy array.

    Raises: UnsupportedError for a lazy array, instead of silently computing it.
    """
    held = getattr(x, "_data", x)
    if hasattr(held, "__array_function__") and not is_concrete(held):
        raise UnsupportedError(
            f"the shape of the result, or the way to compute it, depends on values that are computed later "
            f"({held!r}): compute them first, with np.asarray, or choose elements with np.where"
        )
    return np.asarray(x)
