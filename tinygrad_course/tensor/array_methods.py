"""The methods that a Tensor shares with `numpy.ndarray`, and those of the field.

Each one hands over to its primitive, which asks its operands who they are: nothing here knows
`Tensor`, which inherits these methods.
"""

from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from .tensor import Tensor


def _shape_of(arguments: tuple[Any, ...]) -> Any:
    """NumPy's methods take both x.reshape(2, 3) and x.reshape((2, 3))."""
    return arguments[0] if len(arguments) == 1 else arguments


class ArrayMethods:
    """What both an ndarray and a Tensor can do, by the same names and arguments."""

    __slots__ = ()

    _data: Any

    # reductions
    def sum(self, axis: Axis = None, *, keepdims: bool = False) -> "Tensor":
        return reduction.sum(self, axis=axis, keepdims=keepdims)

    def mean(self, axis: Axis = None, *, keepdims: bool = False) -> "Tensor":
        return reduction.mean(self, axis=axis, keepdims=keepdims)

    def prod(self, axis: Axis = None, *, keepdims: bool = False) -> "Tensor":
        return reduction.prod(self, axis=axis, keepdims=keepdims)

    def max(self, axis: Axis = None, *, keepdims: bool = False) -> "Tensor":
        return reduction.max(self, axis=axis, keepdims=keepdims)

    def min(self, axis: Axis = None, *, keepdims: bool = False) -> "Tensor":
        return reduction.min(self, axis=axis, keepdims=keepdims)

    def var(self, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> "Tensor":
        return reduction.var(self, axis=axis, ddof=ddof, keepdims=keepdims)

    def std(self, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> "Tensor":
        return reduction.std(self, axis=axis, ddof=ddof, keepdims=keepdims)

    def logsumexp(self, axis: Axis = None, *, keepdims: bool = False) -> "Tensor":
        return reduction.logsumexp(self, axis=axis, keepdims=keepdims)

    def cumsum(self, axis: int | None = None) -> "Tensor":
        return scans.cumsum(self, axis=axis)

    def cumprod(self, axis: int | None = None) -> "Tensor":
        return scans.cumprod(self, axis=axis)

    # shapes
    def reshape(self, *shape: Any) -> "Tensor":
        return shaping.reshape(self, shape=_shape_of(shape))

    def ravel(self) -> "Tensor":
        return shaping.reshape(self, shape=(-1,))

    flatten = ravel

    def transpose(self, *axes: Any) -> "Tensor":
        return shaping.transpose(self, axes=_shape_of(axes) if axes else None)

    def swapaxes(self, axis1: int, axis2: int) -> "Tensor":
        return shaping.swapaxes(self, axis1=axis1, axis2=axis2)

    def squeeze(self, axis: Axis = None) -> "Tensor":
        return shaping.squeeze(self, axis=axis)

    def astype(self, dtype: Any) -> "Tensor":
        return shaping.astype(self, dtype=dtype)

    @property
    def T(self) -> "Tensor":
        return shaping.transpose(self)

    @property
    def mT(self) -> "Tensor":
        return shaping.swapaxes(self, axis1=-1, axis2=-2)

    def copy(self) -> "Tensor":
        return shaping.copy(self)

    def conjugate(self) -> "Tensor":
        return arithmetic.positive(self)

    conj = conjugate

    # selections
    def take(self, indices: Any, axis: int | None = None, mode: str = "raise") -> "Tensor":
        return indexing.take(self, indices, axis, mode)

    def repeat(self, repeats: Any, axis: int | None = None) -> "Tensor":
        return padding.repeat(self, repeats, axis)

    def compress(self, condition: Any, axis: int | None = None) -> "Tensor":
        return selection.compress(condition, self, axis)

    def choose(self, choices: Any, mode: str = "raise") -> "Tensor":
        return selection.choose(self, choices, mode)

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> "Tensor":
        return selection.diagonal(self, offset, axis1, axis2)

    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> "Tensor":
        return selection.trace(self, offset, axis1, axis2)

    # products and bounds
    def dot(self, other: Any) -> "Tensor":
        return products.dot(self, other)

    def clip(self, min: Any = None, max: Any = None) -> "Tensor":
        return clip(self, min, max)

    def round(self, decimals: int = 0) -> "Tensor":
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
    def softmax(self, axis: int = -1) -> "Tensor":
        return activations.softmax(self, axis=axis)

    def log_softmax(self, axis: int = -1) -> "Tensor":
        return activations.log_softmax(self, axis=axis)
