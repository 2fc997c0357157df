"""`EarlyStopping`: ends a training that no longer improves, and gives back its best weights."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import SettingError, StateDictError
from ..nn import Module
from ..nn.settings import shown, truth, whole
from ..optim.settings import not_negative
from ..primitive import Array
from .callbacks import Training

_FALL = ("loss", "error", "mae", "mse", "rmse")
_RISE = ("accuracy", "precision", "recall", "f1", "auc", "r2")
_WEIGHTS = "weights."


class EarlyStopping:
    """Ends the training after `patience` epochs without a better figure: a callback of `fit`

        early = EarlyStopping(patience=5)
        fit(…, validation=(x, y), callbacks=[early])
        early.best, early.best_epoch

    `monitor` names the figure. Better is below best - min_delta, with mode="max" above best + min_delta;
    "auto" takes "max" for accuracy, precision, recall, F1, AUC and R², and "min" for losses and errors. NaN
    is never better.

    With `restore_best` the model has the weights and buffers of the best epoch when `fit` ends, however it
    ends: after all epochs, early, by Ctrl-C, or with an error. Where a training goes on from a checkpoint,
    what it knows goes on as well.

    Raises: SettingError. In training: SettingError if there is no such figure.
    """

    def __init__(
        self,
        patience: int = 10,
        *,
        monitor: str = "validation loss",
        mode: str = "auto",
        min_delta: float = 0.0,
        restore_best: bool = True,
    ) -> None:
        self.patience = whole("patience", patience, 1)
        self.monitor = monitor
        self.min_delta = not_negative("min_delta", min_delta)
        self.restore_best = truth("restore_best", restore_best)
        self.mode = _direction(mode, monitor)
        self.best = np.inf if self.mode == "min" else -np.inf
        """The best figure so far."""
        self.best_epoch = 0
        """The epoch that had it, counted from 1; 0 before there is one."""
        self._weights: dict[str, Array] = {}

    @property
    def best_weights(self) -> dict[str, Array]:
        """Copies of weights and buffers after the best epoch, as `model.state_dict()` has them."""
        return {name: array.copy() for name, array in self._weights.items()}

    def __call__(self, training: Training) -> None:
        figures = training.figures
        if self.monitor not in figures:
            raise SettingError(
                f"there is no figure {self.monitor!r}, only {', '.join(figures)}: give fit "
                f"validation=(x, y), or EarlyStopping(monitor='loss')"
            )
        value = figures[self.monitor]
        sign = 1 if self.mode == "min" else -1
        if sign * value < sign * self.best - self.min_delta:
            self.best, self.best_epoch = value, training.epoch
            if self.restore_best:
                self._weights = training.model.state_dict()
        elif training.epoch - self.best_epoch >= self.patience:
            training.stop()

    def finish(self, training: Training) -> None:
        """Give the model its best weights; `fit` calls it when it ends."""
        if self.restore_best and self._weights:
            training.model.load_state_dict(self._weights)

    def start(self, model: Module) -> None:
        """Forget what was before; `fit` calls it before the first epoch."""
        self.best = np.inf if self.mode == "min" else -np.inf
        self.best_epoch, self._weights = 0, {}

    def state_dict(self) -> dict[str, Array]:
        """The best figure, its epoch, and the weights that belong to it."""
        known = {"best": np.array(float(self.best)), "best_epoch": np.array(self.best_epoch)}
        return known | {_WEIGHTS + name: array for name, array in self.best_weights.items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Overwrite what is known with what `state_dict()` returned.

        Raises: StateDictError.
        """
        known = {"best", "best_epoch"}
        if not known <= {*state} or not all(n in known or n.startswith(_WEIGHTS) for n in state):
            raise StateDictError(f"the state of EarlyStopping has the entries {', '.join(state)}")
        self.best, self.best_epoch = float(state["best"]), int(state["best_epoch"])
        self._weights = {
            name.removeprefix(_WEIGHTS): np.array(array)
            for name, array in state.items()
            if name.startswith(_WEIGHTS)
        }

    def __repr__(self) -> str:
        return f"EarlyStopping(patience={self.patience}, monitor={self.monitor!r})"


def _direction(mode: str, monitor: Any) -> str:
    if not isinstance(monitor, str):
        raise SettingError(f"monitor={shown(monitor)}: give the name of a figure, such as 'loss'")
    if mode in ("min", "max"):
        return mode
    if mode != "auto":
        raise SettingError(f"mode={mode!r}: must be 'min', 'max' or 'auto'")
    words = monitor.lower().split()
    if any(word in _FALL for word in words):
        return "min"
    if any(word in _RISE for word in words):
        return "max"
    raise SettingError(
        f"monitor={monitor!r}: mode='auto' does not know whether this figure should rise or fall: give "
        f"mode='max' or mode='min'"
    )
