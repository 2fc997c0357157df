"""`Optimizer`: the base class of all optimizers. It checks the parameters and applies the update rule.

An update rule is a dozen element-wise operations. On a whole large parameter, each of them would read it
from memory again, and temporaries would need new memory each time. So `step` cuts parameters into chunks
that fit into the processor's cache, and rules write with `out=` into scratch arrays that are allocated
once: after the first step nothing is allocated.
"""

import math
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..engine.source_lines import user_file_and_line, user_location
from ..engine.writes import note_write
from ..errors import AccumulationWarning, OptimizerError, SettingError
from ..lazy import is_concrete
from ..nn.module import Module
from ..nn.state import checked_state
from ..primitive import Array
from ..tensor import Tensor

CHUNK_BYTES = 128 * 1024
"""The size of a chunk: five (parameter, gradient, two moments, scratch) fit into an L2 cache."""


class Optimizer(ABC):
    """Updates `params` in place by their gradients.

    `params` is a module, `model.parameters()`, or any leaf tensors. All state is in arrays: `lr`, the
    number of steps, the moments. `weight_decay` λ adds λ p to the gradient of p; with
    `decay_biases=False` only if p has two axes or more, since biases and scales need no shrinking.

    Raises: OptimizerError if there are no tensors, for computed ones, for those that don't require a
    gradient, that are given twice, or that hold no NumPy array; SettingError for a negative or infinite
    setting.
    """

    moments: tuple[str, ...] = ()
    """The names of the arrays that are kept for each parameter, in the order in which `update` takes them."""

    def __init__(
        self,
        params: Module | Iterable[Tensor],
        *,
        lr: float,
        weight_decay: float = 0.0,
        decay_biases: bool = True,
    ) -> None:
        if isinstance(params, Tensor):
            raise OptimizerError(
                "params is one Tensor: give a list, [tensor], or model.parameters()"
            )
        self.params = _checked(list(params.parameters() if isinstance(params, Module) else params))
        self.weight_decay = not_negative("weight_decay", weight_decay)
        self._lr = np.zeros(())
        self.lr = lr
        self._steps = np.zeros((), np.int64)
        self._growth = _AccumulationWarner()
        self._scratch = {
            dtype: np.empty((2, CHUNK_BYTES // dtype.itemsize), dtype)
            for dtype in {p.dtype for p in self.params}
        }
        self._parameter_states = [
            _ParameterState(
                p,
                self.moments,
                self.weight_decay if decay_biases or p.ndim > 1 else 0.0,
                self._scratch[p.dtype],
            )
            for p in self.params
        ]

    @property
    def lr(self) -> float:
        """The learning rate; assign to it to change it."""
        return float(self._lr)

    @lr.setter
    def lr(self, lr: float) -> None:
        self._lr[...] = not_negative("lr", lr)

    @property
    def steps(self) -> int:
        """How many steps have been taken."""
        return int(self._steps)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Set the gradients to None, or to zeros; the next backward pass adds to them."""
        for p in self.params:
            if set_to_none:
                p.grad = None
            elif p.grad is not None:
                p.grad = np.zeros_like(p.data)

    def step(self) -> None:
        """Update every parameter that has a gradient, in place."""
        self._steps += 1
        location = user_location()
        factors = {dtype: self.factors(dtype) for dtype in self._scratch}
        for state in self._parameter_states:
            p, gradient = state.tensor, state.tensor.grad
            if gradient is None:
                continue
            if not is_concrete(gradient._data):
                gradient = self._computed(p)
            values, g, shared = p._data, gradient._data, factors[state.dtype]
            if state.scratch is not None:
                self._update(values, g, state.moments, state.decay, shared, state.scratch)
            else:
                scratch = self._scratch[state.dtype]
                for piece, g_piece, *moments in _chunks(
                    scratch.shape[1], values, g, *state.moments
                ):
                    rows = scratch[:, : piece.size]
                    self._update(piece, g_piece, moments, state.decay, shared, rows)
            note_write(values, p._label, location)
            gradient._growth = self._growth

    def _computed(self, wanted: Tensor) -> Tensor:
        """The gradient of a parameter, if it is lazy, as Dask's are.

        All lazy gradients are computed together, since they share nearly all of the work: computing each
        by itself would be another pass over the data.
        """
        lazy = {
            p: p.grad._data
            for p in self.params
            if p.grad is not None and not is_concrete(p.grad._data)
        }
        values = np.asarray(np.concatenate([g.reshape((-1,)) for g in lazy.values()]))
        parts = np.split(values, np.cumsum([p.size for p in lazy])[:-1])
        for p, part in zip(lazy, parts):
            lazy[p] = p.grad = Tensor(part.reshape(p.shape), dtype=p.dtype)
        return lazy[wanted]

    def _update(
        self, p: Array, g: Array, moments: Sequence[Array], decay: float, factors: Any, scratch: Any
    ) -> None:
        """`update` with the gradient of the weight decay added."""
        if decay:
            decayed = np.multiply(p, decay, out=scratch[0])
            decayed += g
            g = decayed
        self.update(p, g, moments, factors, scratch[1])

    @abstractmethod
    def factors(self, dtype: np.dtype[Any]) -> tuple[Array, ...]:
        """The arguments that all calls of `update` share, such as lr, in 0-d arrays of `dtype`."""

    @abstractmethod
    def update(
        self,
        p: Array,
        g: Array,
        moments: Sequence[Array],
        factors: tuple[Array, ...],
        scratch: Array,
    ) -> None:
        """The rule, on arrays of one shape: overwrites p, the moments and, if needed, scratch; not g."""

    # --- state --------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Array]:
        """Copies of lr, the number of steps, and for the i-th parameter "i.<moment>"."""
        return {name: array.copy() for name, array in self._state().items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Overwrite the state with what `state_dict()` returned.

        Raises: StateDictError that lists every missing, surplus and misshapen entry; SettingError for a
        negative lr or number of steps. Nothing has been loaded then.
        """
        own = self._state()
        values = checked_state(type(self).__name__, own, state)
        not_negative("lr", float(values["lr"]))
        not_negative("steps", float(values["steps"]))
        for name, value in values.items():
            own[name][...] = value

    def _state(self) -> dict[str, Array]:
        return {"lr": self._lr, "steps": self._steps} | {
            f"{i}.{name}": moment
            for i, state in enumerate(self._parameter_states)
            for name, moment in zip(self.moments, state.moments, strict=True)
        }

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.params)} parameters, lr={self.lr:g})"


class _AccumulationWarner:
    """Warns, once per optimizer, if a backward pass adds to a gradient that a step has used."""

    __slots__ = ("warned",)

    def __init__(self) -> None:
        self.warned = False

    def warn(self, leaf: Tensor) -> None:
        if self.warned:
            return
        self.warned = True
        warnings.warn_explicit(
            f"the gradient of {leaf._label()} still holds that of the last step, and a new one was added "
            f"to it: call optimizer.zero_grad() between step() and the next backward(); to accumulate "
            f"gradients, call backward() several times before one step()",
            AccumulationWarning,
            *user_file_and_line(),
        )


def not_negative(name: str, value: float, below: float = math.inf) -> float:
    """`value`, if it is a number in [0, below).

    Raises: SettingError.
    """
    if not isinstance(value, (int, float, np.number, np.ndarray)) or not 0 <= value < below:
        bound = "finite" if below == math.inf else f"below {below:g}"
        raise SettingError(f"{name}={value!r}: must be at least 0 and {bound}")
    return float(value)


def _checked(params: list[Tensor]) -> list[Tensor]:
    """`params`, if they can be trained, each with an array that can be changed in place."""
    if not params:
        raise OptimizerError(
            "no parameters: give model.parameters(), or a list of tensors with requires_grad=True"
        )
    seen: set[Tensor] = set()
    for i, p in enumerate(params):
        if not isinstance(p, Tensor):
            raise OptimizerError(
                f"parameter {i} is {type(p).__name__}, not a Tensor: give model.parameters(), "
                f"or a list of tensors with requires_grad=True"
            )
        name = f"parameter {i} (name {p.name!r}, shape {p.shape})"
        if not p.is_leaf:
            raise OptimizerError(f"{name} was computed: give the leaves that it was computed from")
        if not p.requires_grad:
            raise OptimizerError(
                f"{name} does not require a gradient: make it with requires_grad=True, "
                f"or leave it out: [p for p in model.parameters() if p.requires_grad]"
            )
        if not is_concrete(p._data):
            raise OptimizerError(
                f"{name} holds an array of {type(p._data).__module__.partition('.')[0]}, and steps are "
                f"written into NumPy's: give np.asarray(p.data) to a tensor, or take steps of your own, "
                f"p.data = p.data - lr * p.grad.data"
            )
        if p in seen:
            raise OptimizerError(f"{name} is given twice: it would be updated twice per step")
        seen.add(p)
    for p in params:
        # A NumPy scalar can't be written into.
        if not isinstance(p._data, np.ndarray):
            p.data = np.array(p._data)
    return params


class _ParameterState:
    """A parameter with its moments, weight decay and scratch arrays."""

    __slots__ = ("decay", "dtype", "moments", "scratch", "tensor")

    def __init__(
        self, tensor: Tensor, moments: Sequence[str], decay: float, scratch: Array
    ) -> None:
        self.tensor = tensor
        self.dtype = tensor.dtype
        self.moments = tuple(np.zeros_like(tensor.data) for _ in moments)
        self.decay = decay
        self.scratch: list[Array] | None = None
        """Scratch arrays in the parameter's shape; None if it is larger than one chunk."""
        if tensor.size <= scratch.shape[1]:
            self.scratch = [row[: tensor.size].reshape(tensor.shape) for row in scratch]


def _chunks(size: int, *arrays: Array) -> Iterator[tuple[Array, ...]]:
    """p, g and the moments, all of one shape, in chunks of at most `size` elements."""
    access: Any = [["readwrite"], ["readonly"], *[["readwrite"]] * (len(arrays) - 2)]
    # nditer returns views if the memory layout allows it, and buffered copies otherwise.
    with np.nditer(
        arrays,
        ["external_loop", "buffered"],
        access,
        op_dtypes=[arrays[0].dtype] * len(arrays),
        casting="same_kind",
        buffersize=size,
    ) as chunks:
        yield from chunks
