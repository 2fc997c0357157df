"""The methods that a Tensor shares with `numpy.ndarray`, and some that the field is used to.

Each calls its primitive, which asks its operands to record it. `TensorT` is the class that inherits these
methods: the results are of it.
"""

from typing import Any, Generic, TypeVar

import numpy as np

from ..ops import (
    activations,
    arithmetic,
    indexing,
    padding,
    products,
    reduction,
    rounding,
    scans,
    selection,
    shaping,
)
from ..ops.extremes import clip
from ..primitive import Axis

TensorT = TypeVar("TensorT")


def _shape_of(arguments: tuple[Any, ...]) -> Any:
    """NumPy's methods take both x.reshape(2, 3) and x.reshape((2, 3))."""
    return arguments[0] if len(arguments) == 1 else arguments


class ArrayMethods(Generic[TensorT]):
    """What both an ndarray and a Tensor can do, by the same names and arguments."""

    __slots__ = ()

    _data: Any

    # reductions
    def sum(self, axis: Axis = None, *, keepdims: bool = False) -> TensorT:
        return reduction.sum(self, axis=axis, keepdims=keepdims)

    def mean(self, axis: Axis = None, *, keepdims: bool = False) -> TensorT:
        return reduction.mean(self, axis=axis, keepdims=keepdims)

    def prod(self, axis: Axis = None, *, keepdims: bool = False) -> TensorT:
        return reduction.prod(self, axis=axis, keepdims=keepdims)

    def max(self, axis: Axis = None, *, keepdims: bool = False) -> TensorT:
        return reduction.max(self, axis=axis, keepdims=keepdims)

    def min(self, axis: Axis = None, *, keepdims: bool = False) -> TensorT:
        return reduction.min(self, axis=axis, keepdims=keepdims)

    def var(self, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> TensorT:
        return reduction.var(self, axis=axis, ddof=ddof, keepdims=keepdims)

    def std(self, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> TensorT:
        return reduction.std(self, axis=axis, ddof=ddof, keepdims=keepdims)

    def logsumexp(self, axis: Axis = None, *, keepdims: bool = False) -> TensorT:
        return reduction.logsumexp(self, axis=axis, keepdims=keepdims)

    def cumsum(self, axis: int | None = None) -> TensorT:
        return scans.cumsum(self, axis=axis)

    def cumprod(self, axis: int | None = None) -> TensorT:
        return scans.cumprod(self, axis=axis)

    # shapes
    def reshape(self, *shape: Any) -> TensorT:
        return shaping.reshape(self, shape=_shape_of(shape))

    def ravel(self) -> TensorT:
        return shaping.reshape(self, shape=(-1,))

    flatten = ravel

    def transpose(self, *axes: Any) -> TensorT:
        return shaping.transpose(self, axes=_shape_of(axes) if axes else None)

    def swapaxes(self, axis1: int, axis2: int) -> TensorT:
        return shaping.swapaxes(self, axis1=axis1, axis2=axis2)

    def squeeze(self, axis: Axis = None) -> TensorT:
        return shaping.squeeze(self, axis=axis)

    def astype(self, dtype: Any) -> TensorT:
        return shaping.astype(self, dtype=dtype)

    @property
    def T(self) -> TensorT:
        return shaping.transpose(self)

    @property
    def mT(self) -> TensorT:
        return shaping.swapaxes(self, axis1=-1, axis2=-2)

    def copy(self) -> TensorT:
        return shaping.copy(self)

    def conjugate(self) -> TensorT:
        return arithmetic.positive(self)

    conj = conjugate

    # selections
    def take(self, indices: Any, axis: int | None = None, mode: str = "raise") -> TensorT:
        return indexing.take(self, indices, axis, mode)

    def repeat(self, repeats: Any, axis: int | None = None) -> TensorT:
        return padding.repeat(self, repeats, axis)

    def compress(self, condition: Any, axis: int | None = None) -> TensorT:
        return selection.compress(condition, self, axis)

    def choose(self, choices: Any, mode: str = "raise") -> TensorT:
        return selection.choose(self, choices, mode)

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> TensorT:
        return selection.diagonal(self, offset, axis1, axis2)

    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> TensorT:
        return selection.trace(self, offset, axis1, axis2)

    # products and bounds
    def dot(self, other: Any) -> TensorT:
        return products.dot(self, other)

    def clip(self, min: Any = None, max: Any = None) -> TensorT:
        return clip(self, min, max)

    def round(self, decimals: int = 0) -> TensorT:
        return rounding.round(self, decimals=decimals)

    # no derivative: plain arrays
    def argmax(self, axis: int | None = None, *, keepdims: bool = False) -> Any:
        return self._data.argmax(axis=axis, keepdims=keepdims)

    def argmin(self, axis: int | None = None, *, keepdims: bool = False) -> Any:
        return self._data.argmin(axis=axis, keepdims=keepdims)

    def argsort(self, axis: int | None = -1, kind: Any = None, *, stable: Any = None) -> Any:
        return self._data.argsort(axis, kind, stable=stable)

    def argpartition(self, kth: Any, axis: int | None = -1) -> Any:
        return self._data.argpartition(kth, axis)

    def nonzero(self) -> Any:
        return self._data.nonzero()

    def searchsorted(self, v: Any, side: Any = "left", sorter: Any = None) -> Any:
        return np.searchsorted(self._data, v, side, sorter)

    def all(self, axis: Axis = None, *, keepdims: bool = False) -> Any:
        return self._data.all(axis=axis, keepdims=keepdims)

    def any(self, axis: Axis = None, *, keepdims: bool = False) -> Any:
        return self._data.any(axis=axis, keepdims=keepdims)

    # the field's own
    def softmax(self, axis: int = -1) -> TensorT:
        return activations.softmax(self, axis=axis)

    def log_softmax(self, axis: int = -1) -> TensorT:
        return activations.log_softmax(self, axis=axis)
