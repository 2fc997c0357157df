"""The methods that a Tensor shares with `numpy.ndarray`, and the softmax family.

`@method` generates what a method runs from NumPy's function of the same meaning, and its docstring from
that of the primitive: see methods.py. Methods with a body take their arguments in other ways than
NumPy's functions, or give plain arrays.
"""

from typing import Any, Generic, Literal, NoReturn, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..ops import activations, arithmetic, extremes, reduction, shaping
from ..primitive import Axis
from .methods import explaining, formula_of, method
from .numpy_protocols import refused_arguments

Tensor = TypeVar("Tensor")
"""The class that inherits these methods: the results are of it."""


_numpy: Any = np  # whose stubs know nothing of tensors


def _shape_of(arguments: tuple[Any, ...]) -> Any:
    """NumPy's methods take both x.reshape(2, 3) and x.reshape((2, 3))."""
    return arguments[0] if len(arguments) == 1 else arguments


class ArrayMethods(Generic[Tensor]):
    """What both an ndarray and a Tensor can do, by the same names and arguments."""

    __slots__ = ()

    _data: Any

    # --- reductions ---------------------------------------------------------------------------

    @method(np.sum)
    def sum(
        self,
        axis: Axis = None,
        dtype: Any = None,
        *,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> Tensor:
        """The sum along an axis, several, or all: x.sum(axis=0, keepdims=True)."""

    @method(np.mean)
    def mean(
        self,
        axis: Axis = None,
        dtype: Any = None,
        *,
        keepdims: bool = False,
        where: Any = True,
    ) -> Tensor:
        """The mean along an axis, several, or all."""

    @method(np.prod)
    def prod(
        self,
        axis: Axis = None,
        dtype: Any = None,
        *,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> Tensor:
        """The product along an axis, several, or all."""

    @method(np.max)
    def max(
        self,
        axis: Axis = None,
        *,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> Tensor:
        """The maximum along an axis, several, or all."""

    @method(np.min)
    def min(
        self,
        axis: Axis = None,
        *,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> Tensor:
        """The minimum along an axis, several, or all."""

    @method(np.var)
    def var(
        self,
        axis: Axis = None,
        dtype: Any = None,
        *,
        ddof: float = 0,
        keepdims: bool = False,
        where: Any = True,
        mean: Any = None,
        correction: float | None = None,
    ) -> Tensor:
        """The variance along an axis, several, or all; of a sample with ddof=1."""

    @method(np.std)
    def std(
        self,
        axis: Axis = None,
        dtype: Any = None,
        *,
        ddof: float = 0,
        keepdims: bool = False,
        where: Any = True,
        mean: Any = None,
        correction: float | None = None,
    ) -> Tensor:
        """The standard deviation along an axis, several, or all; of a sample with ddof=1."""

    @method(reduction.logsumexp)
    def logsumexp(self, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
        """The logarithm of the sum of exponentials along an axis, several, or all."""

    @method(np.cumsum)
    def cumsum(self, axis: int | None = None, dtype: Any = None) -> Tensor:
        """The running sums along an axis."""

    @method(np.cumprod)
    def cumprod(self, axis: int | None = None, dtype: Any = None) -> Tensor:
        """The running products along an axis."""

    # --- shapes -------------------------------------------------------------------------------

    @formula_of(shaping.reshape)
    def reshape(self, *shape: Any, order: Literal["C"] = "C", copy: None = None) -> Tensor:
        """The same elements in another shape: x.reshape(2, -1) or x.reshape((2, -1)).

        Raises: ShapeError for a shape of another size; UnsupportedError for another order, or a copy.
        """
        if order != "C":
            return _numpy.reshape(self, _shape_of(shape), order=order)
        if copy is not None:
            return _numpy.reshape(self, _shape_of(shape), copy=copy)
        return shaping.reshape(self, shape=_shape_of(shape))

    @formula_of(shaping.ravel)
    def ravel(self, order: Literal["C"] = "C") -> Tensor:
        """All elements in a row."""
        if isinstance(order, int):
            raise TypeError(
                "x.flatten() and x.ravel() put all elements in a row, in an order such as 'C': to keep the "
                "first axis, write x.reshape(len(x), -1)"
            )
        if order != "C":
            return _numpy.ravel(self, order)
        return shaping.reshape(self, shape=(-1,))

    flatten = ravel

    @formula_of(shaping.transpose)
    def transpose(self, *axes: Any) -> Tensor:
        """The axes in another order: x.transpose(0, 2, 1) or x.transpose((0, 2, 1))."""
        return shaping.transpose(self, axes=_shape_of(axes) if axes else None)

    @property
    @formula_of(shaping.transpose)
    def T(self) -> Tensor:
        """The axes in reverse order: of a matrix the transpose."""
        return shaping.transpose(self)

    @property
    @formula_of(shaping.matrix_transpose)
    def mT(self) -> Tensor:
        """The transpose of each matrix in a stack of them."""
        return shaping.swapaxes(self, axis1=-1, axis2=-2)

    @method(np.swapaxes)
    def swapaxes(self, axis1: int, axis2: int) -> Tensor:
        """Two axes in each other's place."""

    @method(np.squeeze)
    def squeeze(self, axis: Axis = None) -> Tensor:
        """Without the axes of length 1, or without those that `axis` names."""

    @formula_of(shaping.astype)
    def astype(
        self,
        dtype: Any,
        order: Literal["K"] = "K",
        casting: Literal["unsafe"] = "unsafe",
        subok: Literal[True] = True,
        copy: bool = True,
    ) -> Tensor:
        """The same numbers in another dtype: x.astype(np.float32).

        `copy` makes no difference, because no result of an operation is written into.
        """
        if (order, casting, subok) != ("K", "unsafe", True):
            values = {"order": (order, "K"), "casting": (casting, "unsafe"), "subok": (subok, True)}
            refused = [name for name, (given, default) in values.items() if given != default]
            raise refused_arguments("numpy.ndarray.astype", refused, "dtype, copy")
        return shaping.astype(self, dtype=dtype)

    @formula_of(shaping.copy)
    def copy(self, order: Literal["C", "K"] = "C") -> Tensor:
        """The same numbers in memory of their own, as a result in the graph; see also `detach`."""
        if order not in ("C", "K"):
            return _numpy.copy(self, order)
        return shaping.copy(self)

    @formula_of(arithmetic.positive)
    def conjugate(self) -> Tensor:
        """The same numbers: they are real."""
        return arithmetic.positive(self)

    conj = conjugate

    # --- selections ---------------------------------------------------------------------------

    @method(np.take)
    def take(self, indices: Any, axis: int | None = None, *, mode: str = "raise") -> Tensor:
        """The elements at some indices along an axis; without one, of all elements in a row."""

    @method(np.repeat)
    def repeat(self, repeats: Any, axis: int | None = None) -> Tensor:
        """Each element several times in a row, along an axis; without one, of all elements in a row."""

    @method(np.compress, own="a")
    def compress(self, condition: Any, axis: int | None = None) -> Tensor:
        """The slices along an axis where a condition is true."""

    @method(np.choose)
    def choose(self, choices: Any, *, mode: str = "raise") -> Tensor:
        """For each element, the array of `choices` that it is the number of."""

    @method(np.diagonal)
    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
        """A diagonal of the matrices that lie along two axes."""

    @method(np.trace)
    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
        """The sum of a diagonal."""

    # --- products, bounds and rounding --------------------------------------------------------

    @method(np.dot)
    def dot(self, b: Any) -> Tensor:
        """The product of vectors or matrices; see also `@`."""

    @formula_of(extremes.clip)
    def clip(
        self, min: Any = None, max: Any = None, out: None = None, **refused: NoReturn
    ) -> Tensor:
        """Each element, but not below `min` and not above `max`."""
        if out is not None or refused:
            return _numpy.clip(self, min, max, out=out, **refused)
        return extremes.clip(self, min, max)

    @method(np.round)
    def round(self, decimals: int = 0) -> Tensor:
        """Each element rounded to some decimals."""

    # --- no derivative: plain arrays ----------------------------------------------------------

    @explaining
    def argmax(self, axis: int | None = None, out: Any = None, *, keepdims: bool = False) -> Any:
        """The index of the maximum, in a plain array. Without an axis, of all elements in a row."""
        if out is not None:
            return _numpy.argmax(self, axis, out, keepdims=keepdims)
        return self._data.argmax(axis=axis, keepdims=keepdims)

    @explaining
    def argmin(self, axis: int | None = None, out: Any = None, *, keepdims: bool = False) -> Any:
        """The index of the minimum, in a plain array. Without an axis, of all elements in a row."""
        if out is not None:
            return _numpy.argmin(self, axis, out, keepdims=keepdims)
        return self._data.argmin(axis=axis, keepdims=keepdims)

    @explaining
    def argsort(
        self,
        axis: int | None = -1,
        kind: Any = None,
        order: None = None,
        *,
        stable: Any = None,
        descending: bool | None = None,
    ) -> NDArray[np.intp]:
        """The indices that sort an axis, in a plain array: see `numpy.argsort`.

        `descending` is for NumPy 2.5 and newer.
        """
        since_2_5 = {} if descending is None else {"descending": descending}
        return self._data.argsort(axis, kind, order, stable=stable, **since_2_5)

    @explaining
    def argpartition(
        self, kth: Any, axis: int | None = -1, kind: Any = "introselect", order: None = None
    ) -> NDArray[np.intp]:
        """The indices that partition an axis, in a plain array: see `numpy.argpartition`."""
        return self._data.argpartition(kth, axis, kind, order)

    def nonzero(self) -> tuple[NDArray[np.intp], ...]:
        """The indices of what is not 0, a plain array for each axis."""
        return self._data.nonzero()

    def searchsorted(
        self, v: Any, side: Literal["left", "right"] = "left", sorter: Any = None
    ) -> NDArray[np.intp]:
        """Where in this sorted vector numbers belong, in a plain array: see `numpy.searchsorted`."""
        return _numpy.searchsorted(self._data, v, side, sorter)

    @explaining
    def all(
        self, axis: Axis = None, out: Any = None, keepdims: bool = False, *, where: Any = True
    ) -> Any:
        """Whether all elements along an axis, several, or all are true, in a plain array."""
        if out is not None or where is not True:
            return _numpy.all(self, axis, out, keepdims, where=where)
        return self._data.all(axis=axis, keepdims=keepdims)

    @explaining
    def any(
        self, axis: Axis = None, out: Any = None, keepdims: bool = False, *, where: Any = True
    ) -> Any:
        """Whether any element along an axis, several, or all is true, in a plain array."""
        if out is not None or where is not True:
            return _numpy.any(self, axis, out, keepdims, where=where)
        return self._data.any(axis=axis, keepdims=keepdims)

    # --- the field's own ----------------------------------------------------------------------

    @method(activations.softmax)
    def softmax(self, axis: int = -1) -> Tensor:
        """Probabilities from logits: positive, with the sum 1 along an axis."""

    @method(activations.log_softmax)
    def log_softmax(self, axis: int = -1) -> Tensor:
        """The logarithms of `softmax`, exact where the probabilities round to 0."""
