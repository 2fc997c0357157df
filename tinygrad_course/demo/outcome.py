"""What the demo learns about a model, as plain data: the report, the summary and the JSON read this.

Nothing here knows how to train. So a page can be made from any outcome, and the figures on the
page, in the terminal and in ``results.json`` are the same numbers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..data import Dataset


@dataclass(frozen=True)
class GradientCheck:
    """How far the gradients of the whole loss are from numerical ones, where they agree."""

    error: float
    """The largest difference of two slopes, relative to the largest slope."""
    tolerance: float
    slopes: int
    """How many slopes were compared, each along one direction in the space of the parameters."""
    every_parameter: bool
    """Whether each parameter was one of these directions, or the directions are a random sample."""


@dataclass(frozen=True)
class Curves:
    """One value for each epoch: the cost, and the share of rows that were classified correctly."""

    train_cost: tuple[float, ...]
    validation_cost: tuple[float, ...]
    train_accuracy: tuple[float, ...]
    validation_accuracy: tuple[float, ...]


@dataclass(frozen=True)
class Graph:
    """The drawing of a loss: its DOT source, and its SVG or why there is none."""

    dot: str
    svg: str | None
    problem: str = ""


@dataclass(frozen=True, eq=False)
class Outcome:
    """One trained model: what it is, how it learned and what it says about the test rows."""

    key: str
    """Its name for machines and files, for example "cats_deep"."""
    title: str
    dataset: Dataset
    architecture: str
    training: str
    """The optimiser and its settings, in words."""
    parameters: int
    target: float
    """The test accuracy that the demo promises."""
    gradient_check: GradientCheck
    curves: Curves
    train_accuracy: float
    test_accuracy: float
    seconds: float
    """Time spent on training alone."""
    train_rows: int
    validation_rows: int
    probabilities: NDArray[np.float64]
    """(m_test, classes): how probable the model finds each class."""
    first_weights: NDArray[np.float32]
    """(units, n_x): what the first layer multiplies the input with."""
    graph: Graph

    @property
    def reached_target(self) -> bool:
        return self.test_accuracy >= self.target

    @property
    def predicted(self) -> NDArray[np.int64]:
        """(m_test,): the most probable class of each test row."""
        return self.probabilities.argmax(axis=1)

    @property
    def confidence(self) -> NDArray[np.float64]:
        """(m_test,): the probability that the model gives to the class it chose."""
        best: NDArray[np.float64] = self.probabilities.max(axis=1)
        return best

    @property
    def mistakes(self) -> NDArray[np.int64]:
        """The test rows that were got wrong, those the model was surest about first."""
        (wrong,) = np.nonzero(self.predicted != self.dataset.y_test)
        return wrong[np.argsort(-self.confidence[wrong], kind="stable")]

    @property
    def confusion(self) -> NDArray[np.int64]:
        """(classes, classes): how many test rows of class i (row) were taken for class j (column)."""
        classes = len(self.dataset.class_names)
        counts = np.zeros((classes, classes), dtype=np.int64)
        np.add.at(counts, (self.dataset.y_test, self.predicted), 1)
        return counts

    @property
    def graph_file(self) -> str:
        """Where the drawing lies beside the report; its suffix tells whether it could be drawn."""
        return f"graphs/{self.key}.{'dot' if self.graph.svg is None else 'svg'}"
