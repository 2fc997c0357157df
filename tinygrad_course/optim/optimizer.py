"""`Optimizer`: the base class of all optimizers. It applies the update rule to every parameter.

An update rule is a dozen element-wise operations. On a whole large parameter, each of them would read it
from memory again, and temporaries would need new memory each time. So `step` cuts parameters into chunks
that fit into the processor's cache, and rules write with `out=` into scratch arrays that are allocated
once: after the first step nothing is allocated.

Rules compute in the parameter's dtype, but in float32 for half precision: g² and ε underflow there.
"""

import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from ..engine.source_lines import user_file_and_line, user_location
from ..engine.writes import note_write
from ..errors import AccumulationWarning, SettingError
from ..lazy import is_concrete
from ..nn.module import Module
from ..nn.settings import truth
from ..nn.state import checked_state
from ..primitive import Array
from ..tensor import Tensor
from .arguments import checked_groups, model_behind, paths_of
from .chunks import ParameterState, chunks, scratch_arrays
from .groups import ParameterGroup
from .rate import LearningRate, checked_position
from .schedules import Schedule
from .settings import not_negative
from .untrained import check_parts, check_same_model

Params: TypeAlias = (
    Module | Iterable[Tensor] | Iterable[tuple[str, Tensor]] | Iterable[Mapping[str, Any]]
)
"""A model, tensors, named tensors, or groups of them."""

Hook: TypeAlias = Callable[["Optimizer"], Any]
"""hook(optimizer)"""


class Setting:
    """A setting as an attribute of the optimizer: optimizer.momentum = 0.5 changes it for all groups."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, optimizer: Any, owner: type | None = None) -> Any:
        return self if optimizer is None else optimizer.defaults[self.name]

    def __set__(self, optimizer: Any, value: Any) -> None:
        optimizer._change(self.name, value)


class Optimizer(ABC):
    """Updates `params` in place by their gradients.

    `params` is a module, `model.parameters()`, `model.named_parameters()`, any leaf tensors, or a list of
    groups, dictionaries with "params" and settings of their own: [{"params": model.head, "lr": 0.1}, …].
    Parameters with requires_grad=False are held, and left alone as long as they are frozen.

    All state is in arrays: `lr`, the number of steps, the moments. `weight_decay` λ adds λ p to the gradient
    of p; with `decay_biases=False` only if p has two axes or more, since biases and scales need no
    shrinking.

    Raises: OptimizerError if there are no tensors, for computed ones, for tensors that don't require a
    gradient and are no parameters, that are given twice, or that hold no NumPy array, and if all parameters
    are frozen; SettingError for a negative or infinite setting. Of a module: OptimizerError for parts of it
    that would not be trained; see `untrained`.
    """

    moments: tuple[str, ...] = ()
    """The names of the arrays that are kept for each parameter, in the order in which `update` takes them."""

    weight_decay = Setting()
    decay_biases = Setting()

    decouples_decay = False
    """Whether weight decay shrinks parameters by itself, p ← (1 − α λ) p, and is no part of the gradient."""

    def __init__(
        self,
        params: Params,
        *,
        lr: float,
        weight_decay: float = 0.0,
        decay_biases: bool = True,
        **settings: Any,
    ) -> None:
        self.defaults = self.checked(
            {**settings, "weight_decay": weight_decay, "decay_biases": decay_biases}
        )
        """The settings of all groups, except for those that a group has of its own."""
        self._rate = LearningRate(lr)
        self._model = model_behind(params)
        given = checked_groups(params)
        self.params = [p for group in given for p in group.params]
        self._paths = paths_of(given)
        if (model := self.model) is not None:
            check_parts(model, self.params)
        self._steps = np.zeros((), np.int64)
        self._growth = _AccumulationWarner()
        self._without_gradient = 0
        self._after_step: dict[int, Hook] = {}
        self._scratch = scratch_arrays(self.params)
        several = len(given) > 1
        self.param_groups = [
            ParameterGroup(
                self,
                group.params,
                group.settings,
                self._rate.base.copy() if several else self._rate.base,
            )
            for group in given
        ]
        for group in self.param_groups:
            names = self.moments_of(group.settings)
            group.states = [
                ParameterState(p, names, self.initial_moment(group.settings), self._scratch)
                for p in group.params
            ]
        self._parameter_states = [state for group in self.param_groups for state in group.states]

    # --- settings -----------------------------------------------------------------------------

    def checked(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The settings, each one checked; a subclass checks its own and calls this one.

        Raises: SettingError.
        """
        return {
            **settings,
            "weight_decay": not_negative("weight_decay", settings["weight_decay"]),
            "decay_biases": truth("decay_biases", settings["decay_biases"]),
        }

    def moments_of(self, settings: Mapping[str, Any]) -> tuple[str, ...]:
        """The names of the moments that parameters with these settings have; `moments` by default."""
        return self.moments

    def initial_moment(self, settings: Mapping[str, Any]) -> float:
        """What moments begin with."""
        return 0.0

    def group_arrays(self, settings: Mapping[str, Any]) -> dict[str, Array]:
        """Arrays of the state that a group's parameters share, by name; none by default."""
        return {}

    def with_momentum(self, settings: Mapping[str, Any], momentum: float) -> dict[str, Any]:
        """The settings with another momentum, for schedules that change it.

        Raises: SettingError if there is none.
        """
        if not settings.get("momentum"):
            raise SettingError(
                f"the schedule changes the momentum, and {type(self).__name__} has none: make the optimizer "
                f"with momentum=0.9, or the schedule with cycle_momentum=False"
            )
        return {**settings, "momentum": momentum}

    def check_moments(self, group: ParameterGroup, settings: Mapping[str, Any]) -> None:
        """Raise SettingError if other moments are needed with other settings."""
        if self.moments_of(settings) != self.moments_of(group.settings):
            raise SettingError(
                f"{type(self).__name__} keeps other arrays with these settings than with those that it was "
                f"made with: make another optimizer"
            )

    def _change(self, name: str, value: Any) -> None:
        """Give all groups that have no such setting of their own another one."""
        changed = self.checked({**self.defaults, name: value})
        for group in self.param_groups:
            self.check_moments(group, {**changed, **group.own})
        self.defaults.update(changed)
        for group in self.param_groups:
            group.refresh()

    @property
    def model(self) -> Module | None:
        """The module whose parameters it was made with, if it was made with one that still exists."""
        return self._model() if self._model is not None else None

    @property
    def lr(self) -> float:
        """The learning rate; assign to it to change it. A schedule multiplies it and leaves it alone.

        Groups may have rates of their own; a schedule multiplies these as well.
        """
        return float(self._rate.base)

    @lr.setter
    def lr(self, lr: float) -> None:
        self._rate.base[...] = not_negative("lr", lr)
        for group in self.param_groups:
            if not group.has_own_lr:
                group.lr[...] = self._rate.base

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
        if (cycle := getattr(schedule, "momentum", None)) is not None:
            for group in self.param_groups:
                self.with_momentum(group.settings, cycle(0.0))
        self._rate.follow(schedule, steps)
        for group in self.param_groups:
            group.now = group.settings

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
        scale, momentum = self._rate.now()
        self._steps += 1
        location = user_location()
        for group in self.param_groups:
            settings = group.settings
            if momentum is not None:
                settings = self.with_momentum(settings, momentum)
            group.now = settings
            rate = group.lr if scale is None else np.asarray(group.lr * scale)
            factors = {dtype: self.factors(group, rate, dtype) for dtype in self._scratch}
            decay: float = settings["weight_decay"]
            if decay and self.decouples_decay:
                decay *= float(rate)
            for state in group.states:
                p = state.tensor
                gradient = p._grad
                if gradient is None or p._node is None:  # it is frozen
                    continue
                if not is_concrete(gradient._data):
                    gradient = self._computed(p)
                own_decay = decay if decay and (settings["decay_biases"] or p.ndim > 1) else 0.0
                values, g, shared = p._data, gradient._data, factors[state.dtype]
                if state.is_small:
                    self._update_chunk(values, g, state.moments, own_decay, shared, state.scratch)
                else:
                    self._update_other(state, values, g, own_decay, shared)
                note_write(values, p._label, location)
                gradient._growth = self._growth
        self._rate.advance(scale)
        if self._after_step:
            for hook in [*self._after_step.values()]:
                hook(self)

    def _update_other(
        self, state: ParameterState, values: Array, g: Array, decay: float, shared: Any
    ) -> None:
        """Update a parameter that is converted, since it is in half precision, or cut into chunks."""
        if state.wide is not None:
            p, wide_g = state.wide
            p[...], wide_g[...] = values, g
            self._update_chunk(p, wide_g, state.moments, decay, shared, state.scratch)
            values[...] = p
            return
        scratch = self._scratch[state.dtype]
        for piece, g_piece, *moments in chunks(scratch, values, g, *state.moments):
            rows = scratch[:, : piece.size]
            self._update_chunk(piece, g_piece, moments, decay, shared, rows)

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
        """`update`, with the weight decay."""
        if decay and self.decouples_decay:
            p -= np.multiply(p, decay, out=scratch[0])
        elif decay:
            decayed = np.multiply(p, decay, out=scratch[0])
            decayed += g
            g = decayed
        self.update(p, g, moments, factors, scratch[1])

    @abstractmethod
    def factors(self, group: ParameterGroup, lr: Array, dtype: np.dtype[Any]) -> tuple[Any, ...]:
        """The arguments that all calls of `update` for a group share, such as lr, in 0-d arrays of `dtype`.

        `lr` is the rate of this step, `group.now` are the settings.
        """

    @abstractmethod
    def update(
        self,
        p: Array,
        g: Array,
        moments: Sequence[Array],
        factors: tuple[Any, ...],
        scratch: Array,
    ) -> None:
        """The rule, on arrays of one shape: overwrites p, the moments and, if needed, scratch; not g."""

    # --- state --------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Array]:
        """Copies of lr, the number of steps, "schedule", and the moments of each parameter that is trained.

        Moments are named by the parameter's path where it is known, "layers.0.weight.momentum", since the
        optimizer was made with a module or with named parameters; otherwise by its position, "0.momentum".
        "schedule" is the step of the schedule that is followed, and the number of its steps; zeros without
        one. Several groups have their rates in "groups.0.lr", …
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
        for name, value in values.items():
            if name in ("lr", "steps") or (name.startswith("groups.") and own[name].ndim == 0):
                not_negative(name, float(value))
        checked_position(values["schedule"])
        self._rate.load(values.pop("lr"), values.pop("schedule"))
        for name, value in values.items():
            own[name][...] = value

    def _state(self) -> dict[str, Array]:
        own = {
            "lr": self._rate.base,
            "steps": self._steps,
            "schedule": self._rate.position,
        }
        several = len(self.param_groups) > 1
        for i, group in enumerate(self.param_groups):
            shared = {"lr": group.lr, **group.arrays} if several else group.arrays
            own |= {f"groups.{i}.{name}" if several else name: a for name, a in shared.items()}
        for path, state in zip(self._paths, self._parameter_states, strict=True):
            if state.tensor.requires_grad:
                own |= {
                    f"{path}.{name}": moment for name, moment in zip(state.names, state.moments)
                }
        return own

    # --- hooks --------------------------------------------------------------------------------

    def after_step(self, hook: Hook) -> Callable[[], None]:
        """Call hook(optimizer) after every step, such as the update of an average; returns what ends that."""
        key = max(self._after_step, default=-1) + 1
        self._after_step[key] = hook

        def remove() -> None:
            self._after_step.pop(key, None)

        return remove

    def __getstate__(self) -> dict[str, Any]:
        """For copy and pickle: a copy may stand beside a copy of the model, and knows neither."""
        return vars(self) | {"_model": None, "_after_step": {}}

    def __repr__(self) -> str:
        groups = f" in {len(self.param_groups)} groups" * (len(self.param_groups) > 1)
        return f"{type(self).__name__}({len(self.params)} parameters{groups}, lr={self.lr:g})"


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
