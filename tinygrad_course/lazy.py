"""Arrays whose numbers come later, such as Dask's: while a graph is built, nobody asks for them.

A rule that takes a shorter way for some values asks `known`, and goes the way that is right for all
values if that can't be told yet. What can't do without the numbers asks for them with `as_numpy`.
"""

from typing import Any

import numpy as np

from .errors import UnsupportedError


def is_concrete(x: Any) -> bool:
    """Whether the numbers of x are there to be looked at: it is NumPy's, or a Python number."""
    return isinstance(x, (np.ndarray, np.generic, int, float))


def known(condition: Any) -> bool:
    """Whether a condition is known to hold; False as well for one that is computed later."""
    return is_concrete(condition) and bool(condition)


def as_numpy(x: Any) -> Any:
    """x as an array of NumPy's.

    Raises: UnsupportedError for one that is computed later, instead of computing it in silence.
    """
    held = getattr(x, "_data", x)
    if hasattr(held, "__array_function__") and not is_concrete(held):
        raise UnsupportedError(
            f"the shape of the result, or the way to it, depends on numbers that are computed later "
            f"({held!r}): compute them first, with np.asarray, or choose elements with np.where"
        )
    return np.asarray(x)
