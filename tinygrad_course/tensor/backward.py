"""The gradients of a Tensor: `backward`, what it accumulates, and hooks on the way."""

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np

from ..engine import recording
from ..engine.grad_mode import enable_grad
from ..engine.graph import Node, topological_order
from ..engine.recording import lift, outside
from ..engine.reverse_mode import owned, pullback
from ..errors import NotRecordedError, ShapeError
from ..lazy import at_hand
from ..primitive import Array
from .contents import Contents

if TYPE_CHECKING:
    from .tensor import Tensor

_accumulating = Lock()
"""Threads may train on one leaf: reading, adding and writing its .grad is one step."""


class Gradients(Contents):
    """What reverse mode gives a Tensor; `Tensor` inherits this."""

    __slots__ = ()

    @property
    def grad(self) -> "Tensor | None":
        """The gradient that backward passes have accumulated; None if there was none yet."""
        return getattr(self, "_grad", None)

    @grad.setter
    def grad(self, value: Any) -> None:
        if value is not None:
            value = _as_tensor(value, self.dtype)
        if value is not None and value.shape != self.shape:
            raise ShapeError(
                f"the gradient of {self._label()} must have shape {self.shape}, not {value.shape}"
            )
        self._grad = value

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
        is_array = hasattr(self._data, "__array_function__")
        return np.ones_like(self._data) if is_array else self._data.dtype.type(1)

    def _tracked_seed(self, gradient: Any) -> "Tensor":
        if gradient is None:
            self._check_scalar()
            return recording.Tensor(np.ones_like(self._data))
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
        if not at_hand(self._data) and at_hand(seed._data):
            # What is computed from the seed alone shall not be computed now.
            seed = recording.Tensor(np.asarray(seed._data, like=self._data))
        if seed.shape != self.shape:
            raise ShapeError(
                f"backward(gradient) on {self._label()}: the gradient has shape {seed.shape}, "
                f"but must have {self.shape}"
            )
        return seed

    def _accumulate(self, cotangent: Array, node: Node, given: set[int]) -> None:
        """Add a cotangent to .grad."""
        before = getattr(self, "_grad", None)
        is_tracked = isinstance(cotangent, recording.Tensor)
        if before is None:
            self._grad = (
                _copied(cotangent) if is_tracked else outside(owned(cotangent, node, given))
            )
            return
        spent = getattr(before, "_spent", None)
        if spent is not None:
            spent.grew(self)
        self._grad = before + cotangent if is_tracked else outside(before._data + cotangent)

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
        # Not the node itself, which holds the hook: dropping a graph frees it at once.
        shape, dtype, label = self.shape, self.dtype, self._label()

        def called(g: Array) -> Array:
            answer = hook(g if isinstance(g, recording.Tensor) else _shown(g))
            if answer is None:
                return g
            made = _as_tensor(answer, dtype)
            if made.shape != shape:
                raise ShapeError(
                    f"a hook on {label} returned shape {made.shape}: a gradient has the shape of its tensor"
                )
            made = made if made.dtype == dtype else made.astype(dtype)
            return made if isinstance(g, recording.Tensor) else made._data

        return HookHandle(self._node, called)


class HookHandle:
    """What `register_hook` returns: it takes the hook away again."""

    def __init__(self, node: Node, hook: Callable[[Array], Array]) -> None:
        if node.hooks is None:
            node.hooks = {}
        # A leaf whose data are replaced hands its hooks on to the node that takes its place.
        self._hooks = node.hooks
        self._key = object()
        self._hooks[self._key] = hook
        # Only nodes with an owner are looked at for hooks; this one's may be nobody.
        node.owner = node.owner or _nobody

    def remove(self) -> None:
        """Have the hook called no more; a second call does nothing."""
        self._hooks.pop(self._key, None)


def _nobody() -> None:
    """The owner of a node that fills no .grad."""


def _as_tensor(given: Any, dtype: Any) -> "Tensor":
    return given if isinstance(given, recording.Tensor) else recording.Tensor(given, dtype=dtype)


def _shown(g: Array) -> "Tensor":
    """A cotangent for somebody to look at, and not to write into: others may hold the same array."""
    if isinstance(g, np.ndarray):
        g = g.view()
        g.flags.writeable = False
    return outside(g)


def _copied(x: "Tensor") -> "Tensor":
    """The same place in the graph, with memory of its own."""
    copied = recording.Tensor(x._data.copy())
    copied._node = x._node
    return copied
