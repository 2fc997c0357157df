"""The results of the demo as plain data: the report, the summary and the JSON read nothing else.

Nothing here trains. So a page can be made from any outcome, and the figures on the page, in the terminal and
in ``results.json`` are the same numbers.
"""

import platform
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .. import __version__
from ..data import Dataset


@dataclass(frozen=True)
class GradientCheck:
    """How far the gradients of the whole loss are from numerical ones, where both agree."""

    error: float
    """The largest difference of two slopes, relative to the largest slope."""
    tolerance: float
    slopes: int
    """The number of slopes that were compared, each along one direction in the space of the parameters."""
    every_parameter: bool
    """Whether each parameter was one of these directions; if not, they are a random sample."""


@dataclass(frozen=True)
class Curves:
    """One value per epoch: the cost, and the fraction of rows that were classified correctly."""

    train_cost: tuple[float, ...]
    validation_cost: tuple[float, ...]
    train_accuracy: tuple[float, ...]
    validation_accuracy: tuple[float, ...]


@dataclass(frozen=True)
class Graph:
    """The drawing of a loss: its DOT source, and its SVG or the reason why there is none."""

    dot: str
    svg: str | None
    problem: str = ""


@dataclass(frozen=True, eq=False)
class Outcome:
    """One trained model: what it is, how it was trained and what it predicts for the test rows."""

    key: str
    """Its name in files, for example "cats_deep"."""
    title: str
    dataset: Dataset
    architecture: str
    training: str
    """The optimizer and its settings, in words."""
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
    """(m_test, classes): the probability that the model gives to each class."""
    first_weights: NDArray[np.float32]
    """(units, n_x): the weights of the first layer."""
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
        """The test rows that were classified wrongly, those with the highest confidence first."""
        (wrong,) = np.nonzero(self.predicted != self.dataset.y_test)
        return wrong[np.argsort(-self.confidence[wrong], kind="stable")]

    @property
    def confusion(self) -> NDArray[np.int64]:
        """(classes, classes): the number of test rows of class i (row) that were classified as j (column)."""
        classes = len(self.dataset.class_names)
        counts = np.zeros((classes, classes), dtype=np.int64)
        np.add.at(counts, (self.dataset.y_test, self.predicted), 1)
        return counts

    @property
    def graph_file(self) -> str:
        """The path of the drawing, relative to the report; .dot where it could not be drawn."""
        return f"graphs/{self.key}.{'dot' if self.graph.svg is None else 'svg'}"


@dataclass(frozen=True)
class Environment:
    """The versions and the seed that a run was made with: enough to repeat it."""

    version: str
    seed: int
    python: str
    numpy: str
    platform: str


def this_environment(seed: int) -> Environment:
    """The environment of this process."""
    return Environment(
        version=__version__,
        seed=seed,
        python=platform.python_version(),
        numpy=np.__version__,
        platform=f"{platform.system()} {platform.machine()}",
    )
