"""Sorting: sort, partition."""

from typing import Any

import numpy as np

from ..primitive import Array, primitive


@primitive("sort", np.sort, signature="(n)->(n)", broadcasts=False)
def sort(x: Array, *, axis: int | None = -1, kind: Any = None, stable: Any = None) -> Array:
    """z = the elements in ascending order;   x̄ = z̄, each element's at its own position

    Without an axis, x is flattened first, as in NumPy.

    Numerics: equal elements receive their cotangents in their original order.
    """
    return np.sort(x, axis=axis, kind=kind, stable=stable)


@primitive("partition", np.partition)
def partition(x: Array, *, kth: Any, axis: int | None = -1) -> Array:
    """z = the smaller elements, those that sort would put at `kth`, the larger ones;   x̄ = z̄, each
    element's at its own position

    Numerics: equal elements receive their cotangents in their original order.
    """
    return np.partition(x, kth, axis=axis)


def _put_back(g: Array, x: Array, out: Array, axis: int | None) -> Array:
    """Cotangents of elements that were moved along an axis, at their original positions."""
    # The k-th smallest element before is the k-th smallest after, which gives its new position.
    rank = np.argsort(np.argsort(x, axis=axis, kind="stable"), axis=axis)
    positions = np.take_along_axis(np.argsort(out, axis=axis, kind="stable"), rank, axis=axis)
    return np.take_along_axis(g, positions, axis=axis).reshape(x.shape)


sort.vjp(x=_put_back)
partition.vjp(x=_put_back)
