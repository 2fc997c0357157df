"""`Training`: what a callback sees of a training run, and how it ends it.

class StopEarly:
    best, since = float("inf"), 0

    def __call__(self, training):
        loss = training.figures["validation loss"]
        self.best, self.since = min(loss, self.best), 0 if loss < self.best else self.since + 1
        if self.since == 5:
            training.stop()

fit(…, validation=(x, y), callbacks=[StopEarly()])
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..nn import Module
from ..optim import Optimizer
from .history import History


@dataclass(eq=False, repr=False)
class Training:
    """A training run after an epoch. Callbacks may change the model and the optimizer."""

    model: Module
    optimizer: Optimizer
    history: History
    """The figures of all epochs so far."""
    stopped: bool = False
    """Whether a callback has ended the training."""

    @property
    def epoch(self) -> int:
        """The number of the epoch that has ended, counted from 1."""
        return len(self.history)

    @property
    def figures(self) -> dict[str, float]:
        """The figures of this epoch: "loss", "accuracy", "validation loss", …"""
        return self.history.latest()

    def stop(self) -> None:
        """End the training after this epoch, when the other callbacks have been called."""
        self.stopped = True

    def __repr__(self) -> str:
        figures = ", ".join(f"{name} {value:.4g}" for name, value in self.figures.items())
        return f"Training(epoch {self.epoch}: {figures})"


Callback: TypeAlias = Callable[[Training], Any]
"""Called after every epoch. Training ends if one calls `stop()`, or returns True."""
