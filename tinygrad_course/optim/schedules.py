"""Learning-rate schedules: functions from the progress of training, 0 to 1, to a factor.

    fit(model, loss, SGD(model, lr=0.1), x, y, schedule=linear_decay(), …)

`fit` sets lr = lr₀ · schedule(t / T) before step t of T. A schedule can be any function, such as
lambda progress: 0.5 ** (3 * progress).
"""

import math
from collections.abc import Callable
from typing import TypeAlias

from ..errors import SettingError

Schedule: TypeAlias = Callable[[float], float]
"""The share of all steps done, from 0 to 1 -> the factor of the learning rate."""


def constant() -> Schedule:
    """s(t) = 1"""
    return lambda progress: 1.0


def linear_decay(final: float = 0.0) -> Schedule:
    """s(t) = 1 + (final − 1) t"""
    return lambda progress: 1 + (final - 1) * progress


def cosine_decay(final: float = 0.0) -> Schedule:
    """s(t) = final + (1 − final) (1 + cos πt) / 2

    Source: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017,
    equation 5, without restarts.
    """
    return lambda progress: final + (1 - final) * (1 + math.cos(math.pi * progress)) / 2


def warmup(share: float, then: Schedule | None = None) -> Schedule:
    """s(t) = t / share in the first `share` of training, then the schedule `then` on the rest.

    Raises: SettingError unless 0 < share < 1.
    """
    if not 0 < share < 1:
        raise SettingError(f"warmup(share={share!r}): must be between 0 and 1")
    after = constant() if then is None else then

    def schedule(progress: float) -> float:
        if progress < share:
            return progress / share
        return after((progress - share) / (1 - share))

    return schedule
