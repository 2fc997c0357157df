"""Learning-rate schedules: functions from the progress of training, 0 to 1, to a factor.

    fit(model, loss, SGD(model, lr=0.1), x, y, schedule=linear_decay(), …)

Step t of T is taken with lr · schedule(t / T). A schedule can be any function, such as
lambda progress: 0.5 ** (3 * progress). A loop written by hand gives it to `Optimizer.follow`.
"""

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from ..errors import SettingError
from .settings import fraction, not_negative

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

    return schedule


_MAKERS: dict[Any, str] = {
    constant: "constant()",
    linear_decay: "linear_decay()",
    cosine_decay: "cosine_decay()",
    warmup: "warmup(0.1)",
}


def checked_schedule(schedule: Any, name: str = "schedule") -> Schedule:
    """`schedule`, if it is a function from progress to a factor.

    Raises: SettingError; also what the schedule itself raises at the beginning.
    """
    known = ", ".join(f"optim.{call}" for call in _MAKERS.values())
    if schedule.__hash__ and schedule in _MAKERS:
        raise SettingError(
            f"{name} is the function {schedule.__name__}, which makes a schedule: call it, "
            f"{name}=optim.{_MAKERS[schedule]}"
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
