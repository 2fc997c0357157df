"""`Plateau`: a smaller learning rate where a figure no longer improves."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import SettingError
from ..nn.settings import shown, whole
from ..nn.state import checked_state
from ..primitive import Array
from .optimizer import Optimizer
from .settings import fraction, not_negative


class Plateau:
    """lr ← max(factor · lr, min_lr) after more than `patience` epochs without a better figure

        plateau = Plateau(optimizer, patience=3)
        fit(…, validation=(x, y), callbacks=[plateau])      # or plateau.step(loss) after each epoch

    Better is below best · (1 − threshold), with mode="max" above best · (1 + threshold); with
    threshold_mode="abs" below best − threshold, or above best + threshold. In the `cooldown` epochs after a
    change no epoch counts. The rates of all groups change, unless by less than `eps`.

    As a callback of `fit` it takes the figure `monitor`, "validation loss" by default. It is no function of
    progress, and so has a state: save it with the optimizer's.

    Raises: SettingError.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float = 0.0,
        eps: float = 1e-8,
        *,
        monitor: str = "validation loss",
    ) -> None:
        if not isinstance(optimizer, Optimizer):
            raise SettingError(
                f"optimizer={shown(optimizer)}: give the optimizer whose rate is to change, "
                f"Plateau(optimizer)"
            )
        if mode not in ("min", "max"):
            raise SettingError(f"mode={mode!r}: must be 'min' or 'max'")
        if threshold_mode not in ("rel", "abs"):
            raise SettingError(f"threshold_mode={threshold_mode!r}: must be 'rel' or 'abs'")
        self.optimizer = optimizer
        self.mode, self.threshold_mode, self.monitor = mode, threshold_mode, monitor
        self.factor = fraction("factor", factor)
        if self.factor == 1:
            raise SettingError("factor=1: must be below 1")
        self.patience = whole("patience", patience, least=0)
        self.threshold = not_negative("threshold", threshold)
        self.cooldown = whole("cooldown", cooldown, least=0)
        self.min_lr = not_negative("min_lr", min_lr)
        self.eps = not_negative("eps", eps)
        self._best = np.array(np.inf if mode == "min" else -np.inf)
        self._bad_epochs = np.zeros((), np.int64)
        self._cooldown_left = np.zeros((), np.int64)

    @property
    def best(self) -> float:
        """The best figure so far."""
        return float(self._best)

    @property
    def bad_epochs(self) -> int:
        """How many epochs have passed since, without those of a cooldown."""
        return int(self._bad_epochs)

    def step(self, figure: float) -> bool:
        """Take the figure of an epoch, and return whether the rate was changed. NaN is never better."""
        value = float(figure)
        if self._is_better(value):
            self._best[...] = value
            self._bad_epochs[...] = 0
        else:
            self._bad_epochs += 1
        if self._cooldown_left > 0:
            self._cooldown_left -= 1
            self._bad_epochs[...] = 0
        if self._bad_epochs <= self.patience:
            return False
        self._cooldown_left[...] = self.cooldown
        self._bad_epochs[...] = 0
        return self._reduce()

    def __call__(self, training: Any) -> None:
        """Take the figure `monitor` of the epoch that has ended: a callback of `fit`.

        Raises: SettingError if there is no such figure.
        """
        figures: Mapping[str, float] = training.figures
        if self.monitor not in figures:
            raise SettingError(
                f"there is no figure {self.monitor!r}, only {', '.join(figures)}: give fit "
                f"validation=(x, y), or Plateau(optimizer, monitor='loss')"
            )
        self.step(figures[self.monitor])

    def _is_better(self, value: float) -> bool:
        sign = 1 if self.mode == "min" else -1
        if self.threshold_mode == "abs":
            return sign * value < sign * self.best - self.threshold
        return sign * value < sign * self.best * (1 - sign * self.threshold)

    def _reduce(self) -> bool:
        changed = False
        rates = [group.lr for group in self.optimizer.param_groups]
        base = self.optimizer._rate.base
        for rate in rates if any(rate is base for rate in rates) else [*rates, base]:
            lower = max(float(rate) * self.factor, self.min_lr)
            if float(rate) - lower > self.eps:
                rate[...] = lower
                changed = True
        return changed

    def state_dict(self) -> dict[str, Array]:
        """Copies of all that it knows and of its settings; the rate is in the optimizer's state."""
        return {name: array.copy() for name, array in self._state().items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Overwrite state and settings with what `state_dict()` returned.

        Raises: StateDictError that lists every missing and surplus entry; nothing has been loaded then.
        """
        values = checked_state(type(self).__name__, self._state(), state)
        for name, array in (
            ("best", self._best),
            ("bad_epochs", self._bad_epochs),
            ("cooldown_left", self._cooldown_left),
        ):
            array[...] = values[name]
        self.mode = "max" if values["maximizes"] else "min"
        self.threshold_mode = "rel" if values["is_relative"] else "abs"
        for name in ("factor", "threshold", "min_lr", "eps"):
            setattr(self, name, float(values[name]))
        self.patience, self.cooldown = int(values["patience"]), int(values["cooldown"])

    def _state(self) -> dict[str, Array]:
        numbers = ("factor", "threshold", "min_lr", "eps", "patience", "cooldown")
        return {
            "best": self._best,
            "bad_epochs": self._bad_epochs,
            "cooldown_left": self._cooldown_left,
            "maximizes": np.array(self.mode == "max"),
            "is_relative": np.array(self.threshold_mode == "rel"),
            **{name: np.array(getattr(self, name)) for name in numbers},
        }

    def __repr__(self) -> str:
        return f"Plateau({self.monitor!r}, factor={self.factor:g}, patience={self.patience})"
