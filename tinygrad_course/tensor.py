"""`Tensor`: an array that remembers how it was computed.

    x = Tensor([[1.0, 2.0]], name="x")
    w = Tensor([[0.5], [-0.5]], requires_grad=True, name="w")
    loss = np.tanh(x @ w).sum()
    loss.backward()
    w.grad

It is written like an ndarray: operators, methods and NumPy's own functions work on it. What makes
it more is one slot, the graph node that made it.
"""

from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from . import numpy_protocols, recording
from .array_methods import ArrayMethods
from .conversions import Conversions
from .data_view import DataView
from .errors import DetachError, DtypeError, GraphError, NotRecordedError, ShapeError
from .grad_mode import enable_grad
from .graph import Node, topological_order, user_place
from .ops import arithmetic, exponential, indexing, neural, products, rounding, trigonometric
from .primitive import Array, Primitive, of_numpy
from .recorders import method, operator, recorder_of
from .recording import leaf, value_of
from .reverse_mode import owned, pullback
from .writes import note


def _comparison(name: str) -> Any:
    """Comparisons have no derivative: they give plain arrays."""

    def compare(self: "Tensor", other: Any) -> Any:
        return getattr(self._data, name)(other._data if isinstance(other, Tensor) else other)

    return compare


_accumulating = Lock()
"""Threads may train on one leaf: reading, adding and writing its .grad is one step."""


class Tensor(ArrayMethods, Conversions):
    """An n-dimensional array that records what is done to it.

    `data` is anything array-like, and keeps the dtype that NumPy gives it. An ndarray is not copied,
    except for a leaf, which owns its numbers: with `requires_grad` it is one, and `backward()` on a
    result fills its `.grad`. `name` stands in drawings and error messages.

    Raises: DtypeError if a gradient is required of anything but floating-point numbers.
    """

    __slots__ = ("__weakref__", "_constant", "_data", "_given", "_grad", "_name", "_node", "_spent")

    _constant: Any  # what drawings show of it where it is an operand without a node
    _spent: Any  # of a gradient: the optimiser that took a step with it
    _given: bool  # whether it was made from data, and not by an operation

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
        given = data
        if not hasattr(data, "__array_function__"):
            data = np.asarray(data, dtype)
        elif dtype is not None and data.dtype != dtype:
            data = data.astype(dtype)
        if data.dtype.kind not in "fiub":
            raise DtypeError(
                f"a Tensor holds real numbers or booleans, not {given.__class__.__name__} of "
                f"dtype {data.dtype}"
            )
        # A Python number becomes a NumPy scalar, whose arithmetic costs a fifth of a 0-d array's.
        self._data: Any = data if data is given or data.ndim else data[()]
        self._given = True
        self._name = name
        self._node: Node | None = None
        if requires_grad:
            if data is given and isinstance(data, np.ndarray):
                self._data = data.copy("K")
            self._become_leaf()

    # --- what it holds ------------------------------------------------------------------------

    @property
    def data(self) -> NDArray[Any]:
        """The numbers themselves, outside the graph. Write into it, or assign to it, to change a leaf.

        Writes are noted, so that no gradient is computed from a value that has changed. What writes behind
        NumPy's back (C code, random generators with out=) has to call `mark_changed()`.
        """
        array = self._data
        if not isinstance(array, np.ndarray):
            return (
                array  # a NumPy scalar can't be written into; a stranger's array has its own ways
            )
        return DataView.of(array, self, self._is_writable())

    @data.setter
    def data(self, value: Any) -> None:
        if not self.is_leaf:
            raise GraphError(
                f"{self._label()} is the result of an operation: its data can't be replaced. "
                f"Change the leaves it was computed from, or use .detach()"
            )
        if isinstance(value, DataView) and value.base is self._data and value.shape == self.shape:
            return  # w.data -= …: the numbers themselves were overwritten
        new = np.array(value.numpy() if isinstance(value, Tensor) else value, self.dtype)
        if new.shape != self.shape:
            raise ShapeError(
                f"{self._label()} can't take data of shape {new.shape}: it has shape {self.shape}"
            )
        self._replace_data(new)

    def _replace_data(self, new: Array) -> None:
        """Go on with other numbers, while graphs recorded so far keep those that they saw."""
        self._data = new
        self._constant = None
        if self._node is not None:
            self._node = leaf(self)

    def _is_writable(self) -> bool:
        """Whether it has its numbers for itself, so that a write changes nothing but this tensor."""
        if self._node is not None:
            return self.is_leaf
        return getattr(self, "_given", False) or self._data.base is None

    @property
    def shape(self) -> tuple[int, ...]:
        return self._data.shape

    @property
    def ndim(self) -> int:
        return self._data.ndim

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._data.dtype

    @property
    def size(self) -> int:
        return self._data.size

    @property
    def name(self) -> str | None:
        """What drawings and error messages call it."""
        return getattr(self, "_name", None)

    @name.setter
    def name(self, name: str | None) -> None:
        self._name = name
        self._constant = None
        if self._node is not None:
            self._node.name = name

    @property
    def node(self) -> Node | None:
        """The graph node that made it; None if no gradient flows through it."""
        return self._node

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to or through it; assign to it to make a leaf, or a constant."""
        return self._node is not None

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if wanted == self.requires_grad:
            return
        if not wanted and not self.is_leaf:
            raise GraphError(f"{self._label()} was computed: use .detach() instead")
        if not wanted:
            self._node = None
            return
        if isinstance(self._data, np.ndarray):
            self._data = self._data.copy("K")
        self._become_leaf()

    def _become_leaf(self) -> None:
        if self.dtype.kind != "f":
            raise DtypeError(
                f"{self._label()} has dtype {self.dtype} and can't require a gradient: only "
                f"floating-point numbers change continuously. Use Tensor(data, dtype=float) or .astype"
            )
        self._node = leaf(self)

    @property
    def is_leaf(self) -> bool:
        """Whether it was not computed from tensors that require a gradient."""
        return self._node is None or self._node.primitive is None

    @property
    def grad(self) -> "Tensor | None":
        """The gradient that backward passes have accumulated; None if there was none yet."""
        return getattr(self, "_grad", None)

    @grad.setter
    def grad(self, value: Any) -> None:
        if value is not None and not isinstance(value, Tensor):
            value = Tensor(value, dtype=self.dtype)
        if value is not None and value.shape != self.shape:
            raise ShapeError(
                f"the gradient of {self._label()} must have shape {self.shape}, not {value.shape}"
            )
        self._grad = value

    def detach(self) -> "Tensor":
        """The same values (not copied, and not to be written into) outside the graph."""
        shared = self._data
        if isinstance(shared, np.ndarray):
            shared = shared.view()
            shared.flags.writeable = False
        return Tensor(shared, name=self.name)

    # --- reverse mode -------------------------------------------------------------------------

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
            # Within no_grad, too: who asks for a graph of the gradients gets one.
            with enable_grad():
                self._walk_back(self._node, self._tracked_seed(gradient), True, lift)
        else:
            self._walk_back(self._node, self._seed(gradient), retain_graph, None)

    def _walk_back(self, node: Node, seed: Array, retain_graph: bool, lift: Any) -> None:
        order = topological_order(node)
        cotangents = pullback(node, seed, order, retain_graph=retain_graph, lift=lift)
        given: set[int] = set()
        with _accumulating:
            for leaf, cotangent in cotangents.items():
                owner = leaf.owner() if leaf.owner is not None else None
                if owner is not None:
                    owner._accumulate(cotangent, leaf, given)

    def _seed(self, gradient: Any) -> Array:
        """The cotangent to begin with, in memory of its own."""
        if gradient is not None:
            return self._checked_seed(gradient)._data.astype(self.dtype)
        self._check_scalar()
        return np.ones_like(self._data) if self.ndim else self._data.dtype.type(1)

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
        seed = gradient if isinstance(gradient, Tensor) else Tensor(gradient, dtype=self.dtype)
        if seed.shape != self.shape:
            raise ShapeError(
                f"backward(gradient) on {self._label()}: the gradient has shape {seed.shape}, "
                f"but must have {self.shape}"
            )
        return seed

    def _accumulate(self, cotangent: Array, node: Node, given: set[int]) -> None:
        """Add a cotangent to .grad."""
        before = self.grad
        spent = getattr(before, "_spent", None)
        if spent is not None:
            spent.grew(self)
        if isinstance(cotangent, Tensor):
            self._grad = _copied(cotangent) if before is None else before + cotangent
        elif before is None:
            self._grad = _outside(owned(cotangent, node, given))
        else:
            self._grad = _outside(before._data + cotangent)

    def retain_grad(self) -> None:
        """Have backward passes fill `.grad` of this result, as they do for leaves.

        Raises: NotRecordedError if it does not require a gradient.
        """
        if self._node is None:
            raise NotRecordedError(f"{self._label()} does not require a gradient: none to retain")
        if self._node.owner is None or self._node.owner is _nobody:
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
        node, label = self._node, self._label()

        def called(g: Array) -> Array:
            answer = hook(g if isinstance(g, Tensor) else _shown(g))
            if answer is None:
                return g
            made = answer if isinstance(answer, Tensor) else Tensor(answer, dtype=node.dtype)
            if made.shape != node.shape:
                raise ShapeError(
                    f"a hook on {label} returned shape {made.shape}: a gradient has the shape of its tensor"
                )
            made = made if made.dtype == node.dtype else made.astype(node.dtype)
            return made if isinstance(g, Tensor) else made._data

        return HookHandle(node, called)

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
    relu = method(neural.relu)
    sigmoid = method(neural.sigmoid)

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
        return indexing.getitem(self, index=_plain_index(index))

    def __setitem__(self, index: Any, value: Any) -> None:
        """Write into a leaf or a tensor outside the graph.

        Raises: GraphError for a computed tensor, DetachError if `value` carries a gradient.
        """
        if self._node is not None and self._node.primitive is not None:
            raise GraphError(
                f"{self._label()} was computed, and a write into it would not be differentiated: "
                f"use np.where, or concatenate the parts"
            )
        if isinstance(value, Tensor):
            if value.requires_grad:
                raise DetachError(
                    f"writing {value._label()} into {self._label()} would lose its gradient: "
                    f"say .detach() if that is meant"
                )
            value = value._data
        # Into a copy: graphs recorded so far keep the value that they saw.
        new = np.array(self._data)
        try:
            new[_plain_index(index)] = value
        except ValueError as error:
            raise ShapeError(f"{self._label()} can't take that: {error}") from error
        self._replace_data(new)

    def mark_changed(self, place: str | None = None) -> None:
        """Say that the numbers were just overwritten in place, as optimisers do.

        A graph that still needs the old ones then raises ChangedValueError instead of returning
        wrong gradients; graphs recorded from now on are not affected.
        `place` is where it happened; without it, the place of the call.
        """
        if not self.is_leaf:
            raise GraphError(f"{self._label()} was computed: only leaves may be overwritten")
        if isinstance(self._data, np.ndarray):
            note(self._data, self._label, place or user_place())

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
        return _rebuilt, (type(self), self._data, self.requires_grad, self.name, self.grad)

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


class HookHandle:
    """What `register_hook` returns: it takes the hook away again."""

    def __init__(self, node: Node, hook: Callable[[Array], Array]) -> None:
        if node.hooks is None:
            node.hooks = {}
        node.hooks[self] = hook
        # Only nodes with an owner are looked at for hooks; this one's may be nobody.
        node.owner = node.owner or _nobody
        self._node = node

    def remove(self) -> None:
        """Have the hook called no more; a second call does nothing."""
        if self._node.hooks:
            self._node.hooks.pop(self, None)


def _nobody() -> None:
    """The owner of a node that fills no .grad."""


def _shown(g: Array) -> Tensor:
    """A cotangent for somebody to look at, and not to write into: others may hold the same array."""
    if isinstance(g, np.ndarray):
        g = g.view()
        g.flags.writeable = False
    return _outside(g)


def lift(value: Array, node: Node) -> Tensor:
    """A saved array as the tensor that it was, so that a rule is recorded in its turn."""
    tensor: Tensor = object.__new__(Tensor)
    tensor._data = value
    tensor._node = node
    return tensor


def _rebuilt(
    kind: type[Tensor], data: Any, requires_grad: bool, name: str | None, grad: Tensor | None
) -> Tensor:
    tensor = object.__new__(kind)
    Tensor.__init__(tensor, data, requires_grad=requires_grad, name=name)
    tensor._grad = grad
    return tensor


def _outside(data: Array) -> Tensor:
    """Tensor(data) without a look at the data, which is the engine's own."""
    tensor: Tensor = object.__new__(Tensor)
    tensor._data = data
    tensor._given = True
    tensor._node = None
    return tensor


def _copied(x: Tensor) -> Tensor:
    """The same place in the graph, with memory of its own."""
    copied = Tensor(x._data.copy())
    copied._node = x._node
    return copied


def _plain_index(index: Any) -> Any:
    """An index without Tensors in it, and without arrays of the caller's.

    The backward pass needs the index as it is now, whatever the caller does to his array.
    """
    if isinstance(index, tuple):
        return tuple(map(_plain_index, index))
    index = value_of(index)
    return index.copy() if isinstance(index, np.ndarray) else index


recording.Tensor = Tensor  # type: ignore[misc]  # the recorders make Tensors, but stand on a lower floor
