"""Splitting an array: split and related functions."""

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..composition import composition, numpy_named
from ..primitive import Array


def _parts(ary: Array, positions: list[Any], axis: int) -> list[Array]:
    """ary split along an axis into runs of positions."""
    runs = (slice(int(run[0]), int(run[-1]) + 1) if len(run) else slice(0) for run in positions)
    return [ary[(slice(None),) * axis + (run,)] for run in runs]


@composition(np.array_split)
def array_split(ary: Array, indices_or_sections: Any, axis: int = 0) -> list[Array]:
    """z = the parts of ary, a number of about equal length, or split before some indices"""
    axis = normalize_axis_index(axis, ary.ndim)
    return _parts(ary, np.array_split(np.arange(ary.shape[axis]), indices_or_sections), axis)


@composition(np.split)
def split(ary: Array, indices_or_sections: Any, axis: int = 0) -> list[Array]:
    """z = the parts of ary, a number of equal length, or split before some indices"""
    axis = normalize_axis_index(axis, ary.ndim)
    return _parts(ary, np.split(np.arange(ary.shape[axis]), indices_or_sections), axis)


@composition(np.vsplit)
def vsplit(ary: Array, indices_or_sections: Any) -> list[Array]:
    """z = the parts of ary that lie below each other"""
    if ary.ndim < 2:
        raise ValueError("vsplit only works on arrays of 2 or more dimensions")
    return np.split(ary, indices_or_sections)


@composition(np.hsplit)
def hsplit(ary: Array, indices_or_sections: Any) -> list[Array]:
    """z = the parts of ary that lie side by side; of a vector, along its only axis"""
    return np.split(ary, indices_or_sections, axis=1 if ary.ndim > 1 else 0)


@composition(np.dsplit)
def dsplit(ary: Array, indices_or_sections: Any) -> list[Array]:
    """z = the parts of ary that lie behind each other, along its third axis"""
    return np.split(ary, indices_or_sections, axis=2)


@composition(*numpy_named("unstack"))
def unstack(x: Array, axis: int = 0) -> tuple[Array, ...]:
    """z = the layers of x along an axis"""
    axis = normalize_axis_index(axis, x.ndim)
    return tuple(x[(slice(None),) * axis + (i,)] for i in range(x.shape[axis]))
