"""What callbacks see of a training run: `Training` after an epoch, `TrainingStep` after a step.

class StopEarly:
    best, since = float("inf"), 0

    def __call__(self, training):
        loss = training.figures["validation loss"]
        self.best, self.since = min(loss, self.best), 0 if loss < self.best else self.since + 1
        if self.since == 5:
            training.stop()

fit(…, validation=(x, y), callbacks=[StopEarly()])
"""

from collections.abc import Callable, Sequence
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


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class TrainingStep:
    """A step that was just taken. The gradients are still there."""

    model: Module
    """The model that is trained."""
    optimizer: Optimizer
    """The optimizer that took the step."""
    epoch: int
    """The number of the epoch, counted from 1."""
    loss: float
    """The loss of its batch before the step, the mean of several batches if `accumulate` takes several."""
    gradient_norm: float | None
    """The norm of all gradients before they were clipped; None without `clip_norm`."""

    @property
    def step(self) -> int:
        """The number of steps that the optimizer has taken."""
        return self.optimizer.steps

    @property
    def lr(self) -> float:
        """The learning rate of the step."""
        return self.optimizer.last_lr

    def __repr__(self) -> str:
        return f"TrainingStep(step {self.step}, epoch {self.epoch}: loss {self.loss:.4g})"


StepCallback: TypeAlias = Callable[[TrainingStep], Any]
"""Called after every step of the optimizer."""


def start(callbacks: Sequence[Callback], model: Module) -> None:
    """Tell those callbacks that a training starts which have a method `start`."""
    for callback in callbacks:
        if (method := getattr(callback, "start", None)) is not None:
            method(model)


def finish(callbacks: Sequence[Callback], training: Training) -> None:
    """Tell those callbacks that it ended, however it ended, which have a method `finish`."""
    for callback in callbacks:
        if (method := getattr(callback, "finish", None)) is not None:
            method(training)
