"""`Tensor`: an array that remembers how it was computed.

    x = Tensor([[1.0, 2.0]], name="x")
    w = Tensor([[0.5], [-0.5]], requires_grad=True, name="w")
    loss = np.tanh(x @ w).sum()
    loss.backward()
    w.grad

It is used like an ndarray: operators, methods and NumPy's own functions work on it. In addition it
has a node of the graph: what made it.
"""

from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any
from warnings import warn
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from ..engine.grad_mode import enable_grad
from ..engine.graph import Node, check_lengths, topological_order
from ..engine.reverse_mode import backward_pass, unshared
from ..errors import (
    DetachError,
    DtypeError,
    GradientWarning,
    GraphError,
    NotRecordedError,
    ShapeError,
)
from ..lazy import is_concrete
from ..ops import activations, arithmetic, exponential, indexing, products, rounding, trigonometric
from ..primitive import Array, Primitive, of_numpy
from ..suggestions import Absent, add_absent
from . import numpy_protocols
from .array_methods import ArrayMethods
from .comparisons import Equality, equality, not_comparable
from .conversions import Conversions
from .hooks import ForReading, HookHandle, no_owner
from .in_place import InPlace
from .methods import formula_of
from .nodes import tensor_at
from .operands import COMPUTE_LIKE_NUMPY, as_array, plain_argument
from .recorders import Operator, recorder_of
from .unary_methods import UnaryMethods
from .values import owned, plain_index

_Unary = Operator[Callable[[], "Tensor"]]
_Binary = Operator[Callable[[Any], "Tensor"]]


def _comparison(name: str) -> "Callable[[Tensor, Any], NDArray[np.bool_]]":
    """Comparisons have no derivative: they give plain arrays."""

    def compare(self: "Tensor", other: Any) -> Any:
        if not isinstance(other, Tensor):
            return getattr(self._data, name)(plain_argument(other))
        if name not in ("__eq__", "__ne__"):
            return getattr(self._data, name)(other._data)
        try:
            values = getattr(self._data, name)(other._data)
        except ValueError:
            raise not_comparable(self.shape, other.shape) from None
        return equality(values) if is_concrete(values) else values

    compare.__name__, compare.__qualname__ = name, f"Tensor.{name}"
    compare.__doc__ = "Where the comparison holds, as a plain array: it has no derivative."
    return compare


class Tensor(InPlace, ArrayMethods["Tensor"], UnaryMethods["Tensor"], Conversions):
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

    # Ask pandas to leave operators and functions to Tensor: a Series would align by its labels.
    __array_priority__ = 10_000
    __pandas_priority__ = 10_000

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
        given = data = as_array(data)
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
        self._from_data = True
        self._name = name
        self._node: Node | None = None
        if requires_grad:
            self._data = owned(self._data)
            self._become_leaf()

    # --- operators ----------------------------------------------------------------------------

    __add__ = _Binary(arithmetic.add, "x + y")
    __radd__ = _Binary(arithmetic.add, "x + y", reflected=True)
    __sub__ = _Binary(arithmetic.subtract, "x - y")
    __rsub__ = _Binary(arithmetic.subtract, "x - y", reflected=True)
    __mul__ = _Binary(arithmetic.multiply, "x * y")
    __rmul__ = _Binary(arithmetic.multiply, "x * y", reflected=True)
    __truediv__ = _Binary(arithmetic.divide, "x / y")
    __rtruediv__ = _Binary(arithmetic.divide, "x / y", reflected=True)
    __floordiv__ = _Binary(arithmetic.floor_divide, "x // y")
    __rfloordiv__ = _Binary(arithmetic.floor_divide, "x // y", reflected=True)
    __mod__ = _Binary(arithmetic.remainder, "x % y")
    __rmod__ = _Binary(arithmetic.remainder, "x % y", reflected=True)
    __pow__ = _Binary(arithmetic.power, "x ** y")
    __rpow__ = _Binary(arithmetic.power, "x ** y", reflected=True)
    __matmul__ = _Binary(products.matmul, "x @ y")
    __rmatmul__ = _Binary(products.matmul, "x @ y", reflected=True)
    __neg__ = _Unary(arithmetic.negative, "-x")
    __floor__ = _Unary(rounding.floor)
    __ceil__ = _Unary(rounding.ceil)
    __trunc__ = _Unary(rounding.trunc)
    exp = _Unary(exponential.exp)
    log = _Unary(exponential.log)
    tanh = _Unary(trigonometric.tanh)
    relu = _Unary(activations.relu)
    sigmoid = _Unary(activations.sigmoid)

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

    @formula_of(indexing.getitem)
    def __getitem__(self, index: Any) -> "Tensor":
        """The elements at an index, of any of NumPy's kinds: t[0], t[:, None], t[t > 0], t[[0, 2], 1]."""
        return indexing.getitem(self, index=plain_index(index))

    __eq__ = _comparison("__eq__")  # type: ignore[assignment] # an array, and not a bool
    __ne__ = _comparison("__ne__")  # type: ignore[assignment]
    __lt__ = _comparison("__lt__")
    __le__ = _comparison("__le__")
    __gt__ = _comparison("__gt__")
    __ge__ = _comparison("__ge__")
    # By identity, since == is element-wise and models use tensors as dictionary keys.
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

    # --- gradients ----------------------------------------------------------------------------

    def detach(self) -> "Tensor":
        """The same numbers outside the graph. They are not copied, and can't be written into."""
        return _read_only(self._data, self.name)

    @property
    def grad(self) -> "Tensor | None":
        """The gradient that backward passes have accumulated; None if there was none yet.

        Warns: GradientWarning if it is None because the tensor was computed, and is no leaf.
        """
        gradient: Tensor | None = getattr(self, "_grad", None)
        if gradient is None and not self.is_leaf and not self._fills_grad():
            warn(self._why_no_gradient(), GradientWarning, stacklevel=2)
        return gradient

    @grad.setter
    def grad(self, value: Any) -> None:
        if value is not None:
            value = _as_tensor(value, self.dtype)
        if value is not None and value.shape != self.shape:
            raise ShapeError(
                f"the gradient of {self._label()} must have shape {self.shape}, not {value.shape}"
            )
        self._grad = value

    def _fills_grad(self) -> bool:
        """Whether a backward pass fills .grad, which it does for leaves, and after retain_grad()."""
        return self._node is not None and self._node.owner not in (None, no_owner)

    def _why_no_gradient(self) -> str:
        made_by = (
            f" by {self._node.primitive.name!r}" if self._node and self._node.primitive else ""
        )
        return (
            f"the .grad of {self._label()} is None: it was computed{made_by}, and backward() fills the .grad "
            f"of leaves. For a step write w.data -= lr * w.grad, which keeps w a leaf, in place of "
            f"w = w - lr * w.grad; make a leaf with tg.Tensor(..., requires_grad=True) last; or call "
            f".retain_grad() on a result before backward()"
        )

    def backward(
        self, gradient: Any = None, *, retain_graph: bool = False, create_graph: bool = False
    ) -> None:
        """Add ∂self/∂leaf to `.grad` of every leaf that this was computed from.

        `gradient` is the cotangent of self; a scalar has 1. The saved values are released as they
        are used unless `retain_graph`. With `create_graph` the gradients can be differentiated again.

        Raises: NotRecordedError if nothing requires a gradient, ShapeError if self is not a scalar and
        no gradient is given, BackwardTwiceError, ChangedValueError. No gradient has changed then.
        """
        if self._node is None:
            raise NotRecordedError(
                f"{self._label()} does not require a gradient: nothing that it was computed from "
                f"has requires_grad=True, or it was computed under no_grad()"
            )
        if create_graph:
            # Also within no_grad, since create_graph asks for it explicitly.
            with enable_grad():
                self._run_backward(self._node, self._tracked_seed(gradient), True, lift)
        else:
            self._run_backward(self._node, self._seed(gradient), retain_graph, None)

    def _run_backward(self, node: Node, seed: Array, retain_graph: bool, lift: Any) -> None:
        order = topological_order(node)
        cotangents = backward_pass(node, seed, order, retain_graph=retain_graph, lift=lift)
        taken: set[int] = set()
        with _accumulating:
            for leaf, cotangent in cotangents.items():
                owner = leaf.owner() if leaf.owner is not None else None
                if owner is not None:
                    owner._accumulate(cotangent, leaf, taken)

    def _seed(self, gradient: Any) -> Array:
        """The cotangent to begin with, in memory of its own."""
        if gradient is not None:
            return self._checked_seed(gradient)._data.astype(self.dtype)
        self._check_scalar()
        is_array = hasattr(self._data, "__array_function__")
        return np.ones_like(self._data) if is_array else self._data.dtype.type(1)

    def _tracked_seed(self, gradient: Any) -> "Tensor":
        if gradient is None:
            self._check_scalar()
            return Tensor(np.ones_like(self._data))
        seed = self._checked_seed(gradient)
        return seed if seed.dtype == self.dtype else seed.astype(self.dtype)

    def _check_scalar(self) -> None:
        if self.size != 1:
            raise ShapeError(
                f"backward() on {self._label()}: only a scalar has an obvious gradient of 1. "
                f"Reduce it first (.sum() or .mean()), or give backward(gradient) of that shape"
            )

    def _checked_seed(self, gradient: Any) -> "Tensor":
        seed = _as_tensor(gradient, self.dtype)
        if not is_concrete(self._data) and is_concrete(seed._data):
            # A lazy seed keeps what is computed from the seed alone lazy, too.
            seed = Tensor(np.asarray(seed._data, like=self._data))
        if seed.shape != self.shape:
            raise ShapeError(
                f"backward(gradient) on {self._label()}: the gradient has shape {seed.shape}, "
                f"but must have {self.shape}"
            )
        return seed

    def _accumulate(self, cotangent: Array, node: Node, taken: set[int]) -> None:
        """Add a cotangent to .grad."""
        before = getattr(self, "_grad", None)
        is_tracked = isinstance(cotangent, Tensor)
        if before is None:
            self._grad = (
                _copied(cotangent) if is_tracked else _untracked(unshared(cotangent, node, taken))
            )
            return
        growth = getattr(before, "_growth", None)
        if growth is not None:
            growth.warn(self)
        self._grad = before + cotangent if is_tracked else _untracked(before._data + cotangent)

    def retain_grad(self) -> None:
        """Have backward passes fill `.grad` of this result, as they do for leaves.

        Raises: NotRecordedError if it does not require a gradient.
        """
        if self._node is None:
            raise NotRecordedError(f"{self._label()} does not require a gradient: none to retain")
        if not self._fills_grad():
            self._node.owner = ref(self)

    def register_hook(self, hook: "Callable[[Tensor], Any]") -> "HookHandle":
        """Have backward passes call `hook(gradient)` with the gradient by this tensor.

        It is called once a pass, with the sum of all that reached the tensor. What it returns, unless
        None, takes the gradient's place from there on. Several hooks run in the order of their
        registration. The handle's `remove()` takes the hook away again.

        Raises: NotRecordedError if no gradient is required; ShapeError, from backward(), for an answer of
        another shape.
        """
        if self._node is None:
            raise NotRecordedError(
                f"{self._label()} does not require a gradient: nothing to hook into"
            )
        # Not the node itself, which holds the hook: dropping a graph frees it at once.
        shape, dtype, label = self.shape, self.dtype, self._label()

        def called(g: Array) -> Array:
            shown = _GradientInHook(g)
            answer = hook(shown)
            if answer is None or answer is shown:
                return g
            made = _as_tensor(answer, dtype)
            if made.shape != shape:
                raise ShapeError(
                    f"a hook on {label} returned shape {made.shape}: a gradient has the shape of its tensor"
                )
            made = made if made.dtype == dtype else made.astype(dtype)
            return made if isinstance(g, Tensor) else made._data

        return HookHandle(self._node, called)

    def __dir__(self) -> list[str]:
        """The attributes that there are, without those of which only an error tells."""
        kind = type(self)
        return [n for n in super().__dir__() if not isinstance(getattr(kind, n, None), Absent)]

    # --- NumPy's protocols --------------------------------------------------------------------

    @staticmethod
    def __recorder__(primitive: Primitive[..., Any]) -> "Callable[..., Tensor]":
        return recorder_of(primitive, Tensor)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        primitive = of_numpy.get(ufunc)
        if primitive is not None and method == "__call__" and not kwargs:
            return (primitive.recorder or recorder_of(primitive, Tensor))(*inputs)
        return numpy_protocols.ufunc_call(ufunc, method, inputs, kwargs, self.__recorder__)

    def __array_function__(
        self, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        return numpy_protocols.function_call(function, args, kwargs, self.__recorder__)


add_absent(Tensor)


def _rebuilt(
    kind: type[Tensor], data: Any, requires_grad: bool, name: str | None, grad: Tensor | None
) -> Tensor:
    tensor = object.__new__(kind)
    Tensor.__init__(tensor, data, requires_grad=requires_grad, name=name)
    tensor._grad = Tensor(grad._data.copy()) if grad is not None and grad.is_leaf else grad
    return tensor


COMPUTE_LIKE_NUMPY.update((Tensor, Equality))


def lift(value: Array, node: Node) -> Tensor:
    """A saved array as a tensor at its node, so that the operations of a rule on it are recorded."""
    return tensor_at(Tensor, value, node)


def _untracked(data: Array, name: str | None = None) -> Tensor:
    """Tensor(data, name=name) without checks, for the engine's own data."""
    tensor = tensor_at(Tensor, data, None)
    tensor._from_data = True
    tensor._name = name
    return tensor


def _read_only(data: Array, name: str | None = None) -> Tensor:
    """A read-only tensor, since it shares memory with others."""
    if isinstance(data, np.ndarray):
        data = data.view()
        data.flags.writeable = False
    return _untracked(data, name)


class _GradientInHook(ForReading, Tensor):
    """The gradient that a hook is given: what the hook computes from it are plain tensors."""

    __slots__ = ()

    def __init__(self, g: Array) -> None:
        tracked = isinstance(g, Tensor)
        shown = g if tracked else _read_only(g)
        self._data, self._node, self._name, self._from_data = shown._data, shown._node, None, True

    @property
    def data(self) -> NDArray[Any]:
        """The numbers, for reading."""
        return super().data

    @data.setter
    def data(self, value: Any) -> None:
        self._refuse(value)


def _copied(x: Tensor) -> Tensor:
    """A tensor at the same node, with memory of its own."""
    return tensor_at(Tensor, x._data.copy(), x._node)


def _as_tensor(x: Any, dtype: Any) -> Tensor:
    return x if isinstance(x, Tensor) else Tensor(x, dtype=dtype)


_accumulating = Lock()
"""Threads may train on one leaf: reading, adding and writing its .grad is one step."""
