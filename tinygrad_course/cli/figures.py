"""How good a network is, in figures, beside those that are had without one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import nn
from ..data.table_preparation import TablePreparation
from ..nn import Module
from ..nn.preparation import Preparation
from ..training import accuracy, f1, mae, r2, roc_auc
from ..training.reduction import LossFunction, value_of

Figures = dict[str, float]


@dataclass(frozen=True)
class Task:
    """What is predicted."""

    class_names: tuple[str, ...]
    """Empty where the target is a number."""

    @property
    def outputs(self) -> int:
        """How many numbers the network gives."""
        return len(self.class_names) if len(self.class_names) > 2 else 1

    @property
    def loss(self) -> LossFunction:
        """The loss to train with."""
        if not self.class_names:
            return nn.MSELoss()
        return nn.CrossEntropyLoss() if self.outputs > 1 else nn.BCEWithLogitsLoss()

    @property
    def goal(self) -> str:
        """The figure that a goal is about."""
        return "accuracy" if self.class_names else "R²"


def outputs_of(model: Module, x: NDArray[Any]) -> NDArray[Any]:
    """The outputs of all rows, in evaluation mode."""
    from ..engine.grad_mode import no_grad

    with model.in_mode(training=False), no_grad():
        parts = [np.asarray(model(x[i : i + 1024]).data) for i in range(0, len(x), 1024)]
    outputs = np.concatenate(parts)
    return outputs[:, 0] if outputs.ndim == 2 and outputs.shape[1] == 1 else outputs


def figures_of(task: Task, preparation: Preparation | None, outputs: Any, y: Any) -> Figures:
    """Accuracy, F1 and AUC; or R², and the mean error in the unit of the target."""
    found = {
        "loss": value_of(task.loss, outputs, y.astype(outputs.dtype) if outputs.ndim == 1 else y)
    }
    if not task.class_names:
        return {
            **found,
            "R²": r2(outputs, y),
            "mean absolute error": mae(outputs, y) * unit(preparation),
        }
    found["accuracy"] = accuracy(outputs, y)
    found["F1"] = f1(outputs, y)
    if not np.isnan(area := roc_auc(outputs, y)):
        found["AUC"] = area
    return found


def baseline_of(task: Task, preparation: Preparation | None, y_train: Any, y: Any) -> Figures:
    """What is had without a network: always the most frequent class, or the mean of the training rows."""
    if not task.class_names:
        constant = np.full(len(y), y_train.mean())
        return {"R²": r2(constant, y), "mean absolute error": mae(constant, y) * unit(preparation)}
    return {"accuracy": float((y == np.bincount(y_train).argmax()).mean())}


def unit(preparation: Preparation | None) -> float:
    """By what a standardised target is multiplied to be in its own unit."""
    return preparation.target.deviation if isinstance(preparation, TablePreparation) else 1.0


def shown(name: str, value: float) -> str:
    """A figure in words: a share as percentage."""
    if name in ("accuracy", "F1", "AUC"):
        return f"{100 * value:.1f} %"
    return f"{value:.4g}"


def lines(figures: Mapping[str, float], baseline: Mapping[str, float]) -> list[str]:
    """A line for each figure, with that of the baseline."""
    width = max(map(len, figures))
    return [
        f"  {name:{width}}  {shown(name, value)}"
        + (f"   (baseline {shown(name, baseline[name])})" if name in baseline else "")
        for name, value in figures.items()
    ]


def reached(task: Task, figures: Figures, goal: float | None) -> bool:
    """Whether the figure is at least the goal, if there is one."""
    return goal is None or figures[task.goal] >= goal
