"""Learning-rate schedules: functions from the progress of training, 0 to 1, to a factor.

    fit(model, loss, SGD(model, lr=0.1), x, y, schedule=linear_decay(), …)

Step t of T is taken with lr · schedule(t / T). A schedule can be any function, such as
lambda progress: 0.5 ** (3 * progress). A loop written by hand gives it to `Optimizer.follow`.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np

from ..errors import SettingError
from ..nn.settings import truth, whole
from .settings import fraction, not_negative

F = TypeVar("F", bound=Callable[..., Any])

Schedule: TypeAlias = Callable[[float], float]
"""The share of all steps done, from 0 to 1 -> the factor of the learning rate."""


def constant() -> Schedule:
    """s(t) = 1"""
    return lambda progress: 1.0


def linear_decay(final: float = 0.0) -> Schedule:
    """s(t) = 1 + (final − 1) t

    Raises: SettingError unless 0 ≤ final ≤ 1.
    """
    last = fraction("final", final)
    return lambda progress: 1 + (last - 1) * progress


def cosine_decay(final: float = 0.0) -> Schedule:
    """s(t) = final + (1 − final) (1 + cos πt) / 2

    Raises: SettingError unless 0 ≤ final ≤ 1.

    Source: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017,
    equation 5, without restarts.
    """
    last = fraction("final", final)
    return lambda progress: last + (1 - last) * (1 + math.cos(math.pi * progress)) / 2


def polynomial_decay(power: float = 2.0, final: float = 0.0) -> Schedule:
    """s(t) = final + (1 − final) (1 − t)ᵖ,  p = `power`

    Raises: SettingError unless power ≥ 0 and 0 ≤ final ≤ 1.
    """
    exponent, last = not_negative("power", power), fraction("final", final)
    return lambda progress: last + (1 - last) * (1 - progress) ** exponent


def exponential_decay(final: float = 0.01) -> Schedule:
    """s(t) = finalᵗ

    A factor γ per epoch, in E epochs, is final = γᴱ.

    Raises: SettingError unless 0 < final ≤ 1.
    """
    last = _above_0("final", fraction("final", final))
    return lambda progress: last**progress


def inverse_decay(decay: float, epochs: int, *, whole_epochs: bool = True) -> Schedule:
    """s(t) = 1 / (1 + decay · epoch),  epoch = ⌊t · epochs⌋

    `epochs` are those of the training. With whole_epochs=False the rate falls from step to step,
    epoch = t · epochs.

    Raises: SettingError for a negative decay, or unless epochs is a whole number above 0.

    Source: Deep Learning Specialization, course 2, week 2: learning rate decay.
    """
    rate, length = not_negative("decay", decay), whole("epochs", epochs, least=1)
    counts = truth("whole_epochs", whole_epochs)

    def schedule(progress: float) -> float:
        epoch = progress * length
        return 1 / (1 + rate * (_floor(epoch) if counts else epoch))

    return schedule


def step_decay(every: float, gamma: float = 0.1) -> Schedule:
    """s(t) = γ^⌊t / every⌋

    `every` is a share of training: 1/3 makes two drops, after each third. With E epochs and a drop every k of
    them it is k / E.

    Raises: SettingError unless 0 < every ≤ 1 and gamma ≥ 0.
    """
    share = _above_0("every", fraction("every", every))
    factor_of_drop = not_negative("gamma", gamma)
    return lambda progress: factor_of_drop ** _floor(progress / share)


def multi_step_decay(at: Sequence[float], gamma: float = 0.1) -> Schedule:
    """s(t) = γ^(how many of the points `at` are not after t)

    Raises: SettingError unless all points are between 0 and 1, and gamma ≥ 0.
    """
    if isinstance(at, str) or not isinstance(at, Sequence | np.ndarray) or not len(at):
        raise SettingError(
            f"at={at!r}: must be a list of points of the training, such as [0.5, 0.75]"
        )
    points = [fraction(f"at[{i}]", point) for i, point in enumerate(at)]
    factor_of_drop = not_negative("gamma", gamma)

    def schedule(progress: float) -> float:
        return factor_of_drop ** sum(point <= progress * _ROUNDED_UP for point in points)

    return schedule


_ROUNDED_UP = 1 + 4 * math.ulp(1.0)
"""t = k / T and its product with a number are rounded, so that a whole number may be missed from below."""


def _floor(x: float) -> int:
    return math.floor(x * _ROUNDED_UP)


def _above_0(name: str, value: float) -> float:
    if not value:
        raise SettingError(f"{name}=0: must be above 0")
    return value


class Cycle:
    """A schedule of the learning rate and of the momentum, which optimizers with a momentum follow as well.

    The momentum is `momentum` of SGD and RMSprop, and the first of Adam's `betas`.
    """

    def __init__(self, schedule: Schedule, momentum: Schedule) -> None:
        self._schedule = schedule
        self.momentum = momentum

    def __call__(self, progress: float) -> float:
        return self._schedule(progress)


def warmup(share: float, then: Schedule | None = None) -> Schedule:
    """s(t) = t / share in the first `share` of training, then the schedule `then` on the rest.

    Raises: SettingError unless 0 < share < 1, and for a `then` that is no schedule.
    """
    rising = fraction("share", share)
    if not 0 < rising < 1:
        raise SettingError(f"warmup(share={share!r}): must be between 0 and 1")
    after = constant() if then is None else checked_schedule(then, "then")

    def schedule(progress: float) -> float:
        if progress < rising:
            return progress / rising
        return after((progress - rising) / (1 - rising))

    cycle: Schedule | None = getattr(after, "momentum", None)
    if cycle is None:
        return schedule
    # It begins with the momentum that `then` begins with.
    return Cycle(schedule, lambda t: cycle(max(0.0, (t - rising) / (1 - rising))))


_MAKERS: dict[Any, str] = {
    constant: "constant()",
    linear_decay: "linear_decay()",
    cosine_decay: "cosine_decay()",
    warmup: "warmup(0.1)",
    polynomial_decay: "polynomial_decay()",
    exponential_decay: "exponential_decay()",
    inverse_decay: "inverse_decay(1.0, epochs=10)",
    step_decay: "step_decay(0.3)",
    multi_step_decay: "multi_step_decay([0.5, 0.75])",
}


def example_of(schedule: Any) -> str:
    """How to call it, if it is one of the functions that make schedules; "" if it is none."""
    return _MAKERS.get(schedule, "") if getattr(schedule, "__hash__", None) else ""


def registered(example: str) -> Callable[[F], F]:
    """Register a function that makes schedules, with an example of its call."""

    def register(maker: F) -> F:
        _MAKERS[maker] = example
        return maker

    return register


def checked_schedule(schedule: Any, name: str = "schedule") -> Schedule:
    """`schedule`, if it is a function from progress to a factor.

    Raises: SettingError; also what the schedule itself raises at the beginning.
    """
    known = ", ".join(f"optim.{call}" for call in _MAKERS.values())
    if example := example_of(schedule):
        raise SettingError(
            f"{name} is the function {schedule.__name__}, which makes a schedule: call it, "
            f"{name}=optim.{example}"
        )
    if not callable(schedule) or isinstance(schedule, type):
        raise SettingError(
            f"{name}={schedule!r}: must be a schedule, one of {known}, or a function of the progress, "
            f"such as {name}=lambda progress: 1 - progress"
        )
    factor(schedule, 0.0, name)
    return schedule  # it returned a number


def factor(schedule: Schedule, progress: float, name: str = "schedule") -> float:
    """schedule(progress)

    Raises: SettingError unless it is a number, at least 0 and finite.
    """
    found = schedule(progress)
    if found.__class__ is float and 0 <= found < math.inf:
        return found
    if not isinstance(found, (int, float, np.number, np.ndarray)):
        raise SettingError(
            f"{name}({progress:g}) returned {found!r}: a schedule returns the factor of lr, a number"
        )
    return not_negative(f"{name}({progress:g})", found)
