"""`Optimizer`: the base class of all optimizers. It applies the update rule to every parameter.

An update rule is a dozen element-wise operations. On a whole large parameter, each of them would read it
from memory again, and temporaries would need new memory each time. So `step` cuts parameters into chunks
that fit into the processor's cache, and rules write with `out=` into scratch arrays that are allocated
once: after the first step nothing is allocated.

Rules compute in the parameter's dtype, but in float32 for half precision: g² and ε underflow there.
"""

import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..engine.source_lines import user_file_and_line, user_location
from ..engine.writes import note_write
from ..errors import AccumulationWarning
from ..lazy import is_concrete
from ..nn.module import Module
from ..nn.settings import truth
from ..nn.state import checked_state
from ..primitive import Array
from ..tensor import Tensor
from .arguments import checked_params, model_behind
from .chunks import ParameterState, chunks, scratch_arrays
from .rate import LearningRate, checked_position
from .schedules import Schedule
from .settings import not_negative
from .untrained import check_parts, check_same_model


class Optimizer(ABC):
    """Updates `params` in place by their gradients.

    `params` is a module, `model.parameters()`, or any leaf tensors. All state is in arrays: `lr`, the
    number of steps, the moments. `weight_decay` λ adds λ p to the gradient of p; with
    `decay_biases=False` only if p has two axes or more, since biases and scales need no shrinking.

    Raises: OptimizerError if there are no tensors, for computed ones, for those that don't require a
    gradient, that are given twice, or that hold no NumPy array; SettingError for a negative or infinite
    setting. Of a module: OptimizerError for parts of it that would not be trained; see `untrained`.
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
        self.weight_decay = not_negative("weight_decay", weight_decay)
        decays_all = truth("decay_biases", decay_biases)
        self._rate = LearningRate(lr)
        self._model = model_behind(params)
        self.params = checked_params(params)
        if (model := self.model) is not None:
            check_parts(model, self.params)
        self._steps = np.zeros((), np.int64)
        self._growth = _AccumulationWarner()
        self._without_gradient = 0
        self._scratch = scratch_arrays(self.params)
        self._parameter_states = [
            ParameterState(
                p,
                self.moments,
                self.weight_decay if decays_all or p.ndim > 1 else 0.0,
                self._scratch,
            )
            for p in self.params
        ]

    @property
    def model(self) -> Module | None:
        """The module whose parameters it was made with, if it was made with one that still exists."""
        return self._model() if self._model is not None else None

    @property
    def lr(self) -> float:
        """The learning rate; assign to it to change it. A schedule multiplies it and leaves it alone."""
        return float(self._rate.base)

    @lr.setter
    def lr(self, lr: float) -> None:
        self._rate.base[...] = not_negative("lr", lr)

    @property
    def last_lr(self) -> float:
        """The rate of the last step: lr times the factor of the schedule, if one is followed."""
        return self._rate.last

    def follow(self, schedule: Schedule | None, steps: int | None = None) -> None:
        """Take the next `steps` steps with lr · schedule(t / steps), t = 0, 1, …; then with schedule(1).

        None ends it: steps are taken with lr again. The position is part of the state: where a state was
        loaded that was saved in the middle of a schedule, the schedule goes on there, and `steps` are
        those that remain.

        Raises: SettingError.
        """
        self._rate.follow(schedule, steps)

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

    @np.errstate(under="ignore")  # the square of a tiny gradient is rightly 0
    def step(self) -> None:
        """Update every parameter that has a gradient, in place.

        Raises: OptimizerError if the model that the optimizer was made from has other parameters now. It
        is compared in steps 1, 2, 4, 8, …, and where other parameters than before have no gradient.
        """
        gradients = [state.tensor._grad for state in self._parameter_states]
        taken = int(self._steps) + 1
        idle = len([g for g in gradients if g is None])
        if not taken & (taken - 1) or idle != self._without_gradient:
            self._compare_with_model(idle)
        rate = self._rate.current()
        self._steps += 1
        location = user_location()
        factors = {dtype: self.factors(rate, dtype) for dtype in self._scratch}
        for state, gradient in zip(self._parameter_states, gradients):
            if gradient is None:
                continue
            p = state.tensor
            if not is_concrete(gradient._data):
                gradient = self._computed(p)
            values, g, shared = p._data, gradient._data, factors[state.dtype]
            if state.is_small:
                self._update_chunk(values, g, state.moments, state.decay, shared, state.scratch)
            else:
                self._update_other(state, values, g, shared)
            note_write(values, p._label, location)
            gradient._growth = self._growth
        self._rate.advance(rate)

    def _update_other(self, state: ParameterState, values: Array, g: Array, shared: Any) -> None:
        """Update a parameter that is converted, since it is in half precision, or cut into chunks."""
        if state.wide is not None:
            p, wide_g = state.wide
            p[...], wide_g[...] = values, g
            self._update_chunk(p, wide_g, state.moments, state.decay, shared, state.scratch)
            values[...] = p
            return
        scratch = self._scratch[state.dtype]
        for piece, g_piece, *moments in chunks(scratch, values, g, *state.moments):
            rows = scratch[:, : piece.size]
            self._update_chunk(piece, g_piece, moments, state.decay, shared, rows)

    def _compare_with_model(self, idle: int) -> None:
        if (model := self.model) is not None:
            check_same_model(model, self.params)
        self._without_gradient = idle

    def _computed(self, wanted: Tensor) -> Tensor:
        """The gradient of a parameter, if it is lazy, as Dask's are.

        All lazy gradients are computed together, since they share nearly all of the work: computing each
        by itself would be another pass over the data.
        """
        if wanted.grad is not None and is_concrete(wanted.grad._data):
            return wanted.grad  # computed with an earlier one
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

    def _update_chunk(
        self, p: Array, g: Array, moments: Sequence[Array], decay: float, factors: Any, scratch: Any
    ) -> None:
        """`update` with the gradient of the weight decay added."""
        if decay:
            decayed = np.multiply(p, decay, out=scratch[0])
            decayed += g
            g = decayed
        self.update(p, g, moments, factors, scratch[1])

    @abstractmethod
    def factors(self, lr: Array, dtype: np.dtype[Any]) -> tuple[Array, ...]:
        """The arguments that all calls of `update` share, such as lr, in 0-d arrays of `dtype`.

        `lr` is the rate of this step.
        """

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
        """Copies of lr, the number of steps, "schedule", and for the i-th parameter "i.<moment>".

        "schedule" is the step of the schedule that is followed, and the number of its steps; zeros
        without one.
        """
        return {name: array.copy() for name, array in self._state().items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Overwrite the state with what `state_dict()` returned.

        In the middle of a schedule, give it to `follow` (or to `fit`), before or afterwards: it goes on
        where the saved one was.

        Raises: StateDictError that lists every missing, surplus and misshapen entry; SettingError for a
        negative lr or number of steps. Nothing has been loaded then.
        """
        own = self._state()
        values = checked_state(type(self).__name__, own, state)
        not_negative("lr", float(values["lr"]))
        not_negative("steps", float(values["steps"]))
        checked_position(values["schedule"])
        self._rate.load(values.pop("lr"), values.pop("schedule"))
        for name, value in values.items():
            own[name][...] = value

    def _state(self) -> dict[str, Array]:
        always = {
            "lr": self._rate.base,
            "steps": self._steps,
            "schedule": self._rate.position,
        }
        return always | {
            f"{i}.{name}": moment
            for i, state in enumerate(self._parameter_states)
            for name, moment in zip(self.moments, state.moments, strict=True)
        }

    def __getstate__(self) -> dict[str, Any]:
        """For copy and pickle: a copy may stand beside a copy of the model, and knows neither."""
        return vars(self) | {"_model": None}

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
