"""Selecting elements, and its transpose: putting them back where they came from."""

from typing import Any

import numpy as np

from ..primitive import Array, primitive


@primitive("[ ]")
def getitem(x: Array, *, index: Any) -> Array:
    """z = x[index], basic, integer, boolean or mixed;   x̄ = z̄ added at index into zeros"""
    return x[index]


@primitive("[ ]ᵀ")
def scatter_add(x: Array, *, index: Any, shape: tuple[int, ...]) -> Array:
    """z = zeros(shape);  z[index] += x, repeated indices adding up;   x̄ = z̄[index]"""
    z: Array = np.zeros(shape, dtype=x.dtype)
    if _selects_each_once(index):
        z[index] = x
    else:
        np.add.at(z, index, x)
    return z


# Each is the transpose of the other, and so the other's rule.
getitem.vjp(x=lambda g, x_shape, index: scatter_add(g, index=index, shape=x_shape))
scatter_add.vjp(x=lambda g, index: g[index])


def _selects_each_once(index: Any) -> bool:
    """Whether no element can be selected twice: slices, numbers and masks, but no integer arrays."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None
        or part is Ellipsis
        or isinstance(part, (slice, int, np.integer))
        or getattr(part, "dtype", None) == np.bool_
        for part in parts
    )
