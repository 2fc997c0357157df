"""`Tensor`: an array that remembers how it was computed.

    x = Tensor([[1.0, 2.0]], name="x")
    w = Tensor([[0.5], [-0.5]], requires_grad=True, name="w")
    loss = np.tanh(x @ w).sum()
    loss.backward()
    w.grad

It is written like an ndarray: operators, methods and NumPy's own functions work on it. What makes
it more is one slot, the graph node that made it.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..engine import recording
from ..engine.graph import Node, check_lengths
from ..engine.operands import as_plain
from ..engine.recorders import method, operator, recorder_of
from ..errors import DetachError, DtypeError, GraphError
from ..ops import activations, arithmetic, exponential, indexing, products, rounding, trigonometric
from ..primitive import Primitive, of_numpy
from . import numpy_protocols
from .array_methods import ArrayMethods
from .backward import Gradients
from .conversions import Conversions
from .values import Values, copied, plain_index


def _comparison(name: str) -> Any:
    """Comparisons have no derivative: they give plain arrays."""

    def compare(self: "Tensor", other: Any) -> Any:
        return getattr(self._data, name)(other._data if isinstance(other, Tensor) else other)

    return compare


class Tensor(Values, Gradients, ArrayMethods, Conversions):
    """An n-dimensional array that records what is done to it.

    `data` is anything array-like, and keeps the dtype that NumPy gives it. An array is not copied,
    except for a leaf, which owns its numbers: with `requires_grad` it is one, and `backward()` on a
    result fills its `.grad`. `name` stands in drawings and error messages. Arrays that speak NumPy's
    protocols, such as Dask's, stay what they are, and so do the results and gradients made of them.

    Raises: DtypeError if a gradient is required of anything but floating-point numbers; ShapeError for
    an array that does not know its lengths yet; UnsupportedError for one with arithmetic of its own, such
    as a masked one.
    """

    __slots__ = ()

    def __init__(
        self,
        data: Any,
        *,
        dtype: Any = None,
        requires_grad: bool = False,
        name: str | None = None,
    ) -> None:
        if isinstance(data, Tensor):
            if data.requires_grad:
                raise DetachError(
                    f"Tensor({data._label()}) would leave the graph in silence: "
                    f"say .detach() if that is meant"
                )
            data = data._data
        given = data = as_plain(data)
        if not hasattr(data, "__array_function__"):
            data = np.asarray(data)
        if dtype is not None and data.dtype != dtype and data.dtype.kind != "c":
            data = data.astype(dtype)
        if data.dtype.kind not in "fiub":
            raise DtypeError(
                f"a Tensor holds real numbers or booleans, not {given.__class__.__name__} of "
                f"dtype {data.dtype}"
            )
        if not isinstance(data, np.ndarray):
            check_lengths(data.shape)
        # A Python number becomes a NumPy scalar, whose arithmetic costs a fifth of a 0-d array's.
        self._data: Any = data if data is given or data.ndim else data[()]
        self._given = True
        self._name = name
        self._node: Node | None = None
        if requires_grad:
            if data is given:
                self._data = copied(data)
            self._become_leaf()

    # --- operators ----------------------------------------------------------------------------

    __add__ = operator(arithmetic.add, "x + y")
    __radd__ = operator(arithmetic.add, "x + y", reflected=True)
    __sub__ = operator(arithmetic.subtract, "x - y")
    __rsub__ = operator(arithmetic.subtract, "x - y", reflected=True)
    __mul__ = operator(arithmetic.multiply, "x * y")
    __rmul__ = operator(arithmetic.multiply, "x * y", reflected=True)
    __truediv__ = operator(arithmetic.divide, "x / y")
    __rtruediv__ = operator(arithmetic.divide, "x / y", reflected=True)
    __floordiv__ = operator(arithmetic.floor_divide, "x // y")
    __rfloordiv__ = operator(arithmetic.floor_divide, "x // y", reflected=True)
    __mod__ = operator(arithmetic.remainder, "x % y")
    __rmod__ = operator(arithmetic.remainder, "x % y", reflected=True)
    __pow__ = operator(arithmetic.power, "x ** y")
    __rpow__ = operator(arithmetic.power, "x ** y", reflected=True)
    __matmul__ = operator(products.matmul, "x @ y")
    __rmatmul__ = operator(products.matmul, "x @ y", reflected=True)
    __neg__ = operator(arithmetic.negative, "-x")
    __floor__ = method(rounding.floor)
    __ceil__ = method(rounding.ceil)
    __trunc__ = method(rounding.trunc)
    exp = method(exponential.exp)
    log = method(exponential.log)
    tanh = method(trigonometric.tanh)
    relu = method(activations.relu)
    sigmoid = method(activations.sigmoid)

    def __iter__(self) -> "Iterator[Tensor]":
        if not self.ndim:
            raise TypeError(f"{self._label()} is a scalar: there is nothing to iterate over")
        return (self[i] for i in range(len(self)))

    def __pos__(self) -> "Tensor":
        return self

    def __abs__(self) -> "Tensor":
        return arithmetic.abs(self)

    def __divmod__(self, other: Any) -> "tuple[Tensor, Tensor]":
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> "tuple[Tensor, Tensor]":
        return other // self, other % self

    def __round__(self, decimals: int = 0) -> "Tensor":
        return rounding.round(self, decimals=decimals)

    def __getitem__(self, index: Any) -> "Tensor":
        return indexing.getitem(self, index=plain_index(index))

    __eq__ = _comparison("__eq__")
    __ne__ = _comparison("__ne__")
    __lt__ = _comparison("__lt__")
    __le__ = _comparison("__le__")
    __gt__ = _comparison("__gt__")
    __ge__ = _comparison("__ge__")
    # A tensor is itself, whatever its values: models keep tensors in dictionaries.
    __hash__ = object.__hash__

    def __reduce__(self) -> tuple[Any, ...]:
        """For copy, deepcopy and pickle: a copied leaf is a leaf of its own.

        Raises: GraphError for a computed tensor, whose copy would drag the whole graph along.
        """
        if not self.is_leaf:
            raise GraphError(
                f"{self._label()} was computed and can't be copied: .detach() it first"
            )
        made_from = (type(self), self._data, self.requires_grad, self.name, self.grad)
        # A subclass may have attributes of its own.
        return _rebuilt, made_from, getattr(self, "__dict__", None) or None

    # --- NumPy's protocols --------------------------------------------------------------------

    @staticmethod
    def __record__(
        primitive: Primitive[..., Any], operands: tuple[Any, ...], parameters: dict[str, Any]
    ) -> "Tensor":
        return (primitive.recorder or recorder_of(primitive))(*operands, **parameters)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        primitive = of_numpy.get(ufunc)
        if primitive is not None and method == "__call__" and not kwargs:
            return (primitive.recorder or recorder_of(primitive))(*inputs)
        return numpy_protocols.ufunc_call(ufunc, method, inputs, kwargs)

    def __array_function__(
        self, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        return numpy_protocols.function_call(function, args, kwargs)


def _rebuilt(
    kind: type[Tensor], data: Any, requires_grad: bool, name: str | None, grad: Tensor | None
) -> Tensor:
    tensor = object.__new__(kind)
    Tensor.__init__(tensor, data, requires_grad=requires_grad, name=name)
    tensor._grad = Tensor(grad._data.copy()) if grad is not None and grad.is_leaf else grad
    return tensor


recording.Tensor = Tensor  # type: ignore[misc]  # the recorders make Tensors, but stand on a lower floor
