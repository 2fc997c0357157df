"""The learning rate of an optimizer: a base rate and, if a schedule is followed, the position in it."""

from typing import Any

import numpy as np

from ..errors import SettingError
from ..nn.settings import whole
from ..primitive import Array
from .schedules import Schedule, checked_schedule, factor
from .settings import not_negative


class LearningRate:
    """α = lr · schedule(t / T) in step t of T; α = lr without a schedule.

    `lr`, t and T are arrays, which are saved. α follows from them.
    """

    def __init__(self, lr: Any) -> None:
        self.base = np.array(not_negative("lr", lr))
        self.position = np.zeros(2, np.int64)
        """t and T; zeros without a schedule."""
        self.schedule: Schedule | None = None
        self.cycle: Schedule | None = None
        """The momentum as a function of progress, if the schedule has one."""
        self.last = float(self.base)
        """The rate of the last step."""
        self.is_pending = False
        """Whether the position was loaded, and the schedule that it belongs to has not been given yet."""

    def follow(self, schedule: Schedule | None, steps: int | None) -> None:
        """See `Optimizer.follow`."""
        if schedule is None:
            self.schedule, self.cycle, self.is_pending = None, None, False
            self.position[...] = 0
            return
        schedule = checked_schedule(schedule)
        length = whole("steps", steps, least=1)
        taken, total = self.position.tolist()
        if self.is_pending and taken < total:
            if length != total - taken:
                raise SettingError(
                    f"steps={length}: the loaded state is at step {taken} of a schedule of {total} steps: "
                    f"give the {total - taken} that remain, steps={total - taken}, or begin anew: "
                    f"call optimizer.follow(None) first"
                )
        else:
            self.position[...] = 0, length
        self.schedule, self.is_pending = schedule, False
        self.cycle = getattr(schedule, "momentum", None)

    def now(self) -> tuple[float | None, float | None]:
        """The factor of the next step's rates, and its momentum; None for what no schedule changes.

        Raises: SettingError if the schedule of a loaded position is missing, or returns no factor.
        """
        if self.schedule is None and not self.is_pending:
            return None, None
        taken, total = self.position.tolist()
        if self.schedule is None:
            raise SettingError(
                f"the loaded state is at step {taken} of a schedule of {total} steps, and the schedule is "
                f"missing: call optimizer.follow(schedule, steps={total - taken}), or "
                f"optimizer.follow(None) to go on with lr={float(self.base):g}"
            )
        scale = factor(self.schedule, taken / total)
        if self.cycle is None:
            return scale, None
        return scale, not_negative("momentum", self.cycle(taken / total), below=1)

    def advance(self, scale: float | None) -> None:
        """A step was taken with this factor."""
        self.last = float(self.base if scale is None else self.base * scale)
        if self.schedule is not None and self.position[0] < self.position[1]:
            self.position[0] += 1

    def load(self, base: Array, position: Array) -> None:
        """Overwrite rate and position with those of a saved state."""
        self.base[...] = base
        self.last = float(base)
        if position[1] or self.schedule is None:
            self.position[...] = position
        else:
            self.position[0] = 0  # the saved one had no schedule, so this one's begins
        self.is_pending = self.schedule is None and bool(position[1])


def checked_position(position: Array) -> None:
    """Raise SettingError unless it is a step t of T."""
    taken, total = position.tolist()
    if not 0 <= taken <= total:
        raise SettingError(
            f"schedule=[{taken}, {total}]: must be a step and the number of all steps"
        )
