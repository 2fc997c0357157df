"""The models in the gallery: what they are trained on and how; each in a few seconds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

import tinygrad_course as tg
from tinygrad_course import data, nn, optim
from tinygrad_course.training import History

BATCH = 50


@dataclass(eq=False)
class Trained:
    """A model, its training data, held-out data, and, once it is trained, its history."""

    model: nn.Classifier
    x_train: NDArray[Any]
    y_train: NDArray[Any]
    x_held_out: NDArray[Any]
    y_held_out: NDArray[Any]
    class_names: tuple[str, ...]
    epochs: int
    lr: float
    history: History = field(default_factory=History)

    def train(self, epochs: int, rows: int) -> None:
        """Train the model on the first `rows` rows.

        Raises: KeyboardInterrupt if the training was interrupted.
        """
        self.history = tg.fit(
            self.model,
            nn.BCEWithLogitsLoss() if len(self.class_names) == 2 else nn.CrossEntropyLoss(),
            optim.Adam(self.model, lr=self.lr),
            self.x_train[:rows],
            self.y_train[:rows],
            epochs=epochs,
            batch_size=BATCH,
            validation=(self.x_held_out, self.y_held_out),
        )
        if self.history.interrupted:
            raise KeyboardInterrupt


class Models:
    """The models by their names, each trained when it is first asked for.

    In a `hurry` each takes two steps only: tests check drawings, not accuracy.
    """

    def __init__(self, *, hurry: bool = False) -> None:
        self._hurry = hurry
        self._trained: dict[str, Trained] = {}

    def __getitem__(self, name: str) -> Trained:
        if name not in self._trained:
            made = RECIPES[name]()
            epochs, rows = (2, BATCH) if self._hurry else (made.epochs, len(made.x_train))
            made.train(epochs, rows)
            self._trained[name] = made
        return self._trained[name]


def tumours() -> Trained:
    """Malignant or benign, from thirty measurements: logistic regression."""
    return _on(data.breast_cancer(), nn.LogisticRegression(30), epochs=40, lr=0.01)


def cats() -> Trained:
    """Silhouettes of 28 × 28 pixels, cats or not: a net with two hidden layers."""
    return _on(data.cats(), nn.MLP([784, 64, 16, 1], "relu", rng=0), epochs=8, lr=0.001)


def digits() -> Trained:
    """Handwritten digits of 28 × 28 pixels, ten classes."""
    return _on(data.digits(), nn.MLP([784, 64, 10], "relu", rng=0), epochs=8, lr=0.001)


def flower() -> Trained:
    """The planar data of the course: six petals, which belong to two classes in turn."""
    rng = np.random.default_rng(0)
    petals, m = 6, 500
    angle = rng.uniform(0, 2 * np.pi, m)
    radius = 3 * np.abs(np.sin(petals / 2 * angle)) * np.sqrt(rng.uniform(0, 1, m))
    x = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).astype(np.float32)
    y = (angle // (2 * np.pi / petals)).astype(int) % 2
    return _planar(x, y, nn.MLP([2, 8, 1], "tanh", rng=0), ("one", "other"))


def spirals() -> Trained:
    """Three arms of a spiral, a class each: softmax over three outputs."""
    rng = np.random.default_rng(0)
    y = np.arange(510) % 3
    radius = np.sqrt(rng.uniform(0.02, 1, 510))
    angle = 3.5 * radius + 2 * np.pi / 3 * y + rng.normal(0, 0.12, 510)
    x = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).astype(np.float32)
    return _planar(x, y, nn.MLP([2, 16, 16, 3], "tanh", rng=1), ("a", "b", "c"))


RECIPES: dict[str, Callable[[], Trained]] = {
    recipe.__name__: recipe for recipe in (tumours, cats, digits, flower, spirals)
}


def _on(dataset: data.Dataset, model: nn.Classifier, epochs: int, lr: float) -> Trained:
    parts = (dataset.x_train, dataset.y_train, dataset.x_test, dataset.y_test)
    return Trained(model, *parts, dataset.class_names, epochs, lr)


def _planar(
    x: NDArray[Any], y: NDArray[Any], model: nn.Classifier, class_names: tuple[str, ...]
) -> Trained:
    """To be trained on four fifths of the points."""
    n = len(x) * 4 // 5
    return Trained(model, x[:n], y[:n], x[n:], y[n:], class_names, epochs=200, lr=0.01)
