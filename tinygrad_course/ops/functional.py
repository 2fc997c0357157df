"""NumPy's functions that take functions: piecewise, apply_along_axis, apply_over_axes.

The functions run on parts of the arrays, and their results are joined.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..composition import composition
from ..lazy import as_numpy
from ..primitive import Array

Function = Callable[..., Any]


@composition(np.apply_along_axis)
def apply_along_axis(func1d: Function, axis: int, arr: Array, *args: Any, **kwargs: Any) -> Array:
    """z = func1d of each row of arr along an axis, whose place its result takes"""
    axis = normalize_axis_index(axis, arr.ndim)
    others = arr.shape[:axis] + arr.shape[axis + 1 :]
    if 0 in others:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    rows = ((*at[:axis], slice(None), *at[axis:]) for at in np.ndindex(*others))
    results = np.stack([func1d(arr[row], *args, **kwargs) for row in rows])
    own = results.shape[1:]
    results = results.reshape(others + own)
    if not own:
        return results
    behind = range(len(others), results.ndim)
    return np.moveaxis(results, tuple(behind), tuple(range(axis, axis + len(own))))


@composition(np.apply_over_axes)
def apply_over_axes(func: Function, a: Array, axes: int | Sequence[int]) -> Array:
    """z = func of a along one axis, then along the next; axes that it takes away come back, of length 1

    Raises: ValueError if func returns an array of another number of dimensions.
    """
    for axis in np.ravel(axes).tolist():
        axis = normalize_axis_index(axis, a.ndim)
        result = func(a, axis)
        if result.ndim != a.ndim:
            result = np.expand_dims(result, axis)
        if result.ndim != a.ndim:
            raise ValueError("function is not returning an array of the correct shape")
        a = result
    return a


@composition(np.piecewise)
def piecewise(x: Array, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> Array:
    """z = each function of those x that its condition is true for; 0 where none is

    Each function runs on its own x only, so it needs no values outside its domain.
    """
    elements = np.ravel(x)
    parts = [np.zeros(1, x.dtype)]

    def positions_for(function: Any) -> Function:
        """A function from elements to the positions of their values in the joined parts."""

        def positions(selected: Array) -> Array:
            own = elements[selected]
            values = function(own, *args, **kw) if callable(function) else function
            start = sum(map(len, parts))
            parts.append(np.broadcast_to(values, own.shape))
            return np.arange(start, start + len(own))

        return positions

    # NumPy's function on the numbers 0, 1, 2, … determines which function gets which elements.
    numbers = np.arange(x.size).reshape(x.shape)
    conditions = [*map(_plain, condlist)] if isinstance(condlist, list) else _plain(condlist)
    order = np.piecewise(numbers, conditions, [positions_for(f) for f in funclist])
    if len(parts) == 1:  # no function has run
        return np.where(False, x, 0)
    z = np.take(np.concatenate(parts), order)
    return z if z.dtype == x.dtype else z.astype(x.dtype)


def _plain(condition: Any) -> Any:
    return as_numpy(condition) if hasattr(condition, "__array_function__") else condition
