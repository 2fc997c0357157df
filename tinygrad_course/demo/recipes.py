"""The four models of the demo: their data, layers, training settings and target accuracy."""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import data, nn
from ..nn.losses import Loss


@dataclass(frozen=True)
class Recipe:
    """How to make one model. The learning rate falls from `lr` to 0, linearly, step by step."""

    key: str
    """Its name in files."""
    title: str
    load: Callable[[], data.Dataset]
    sizes: tuple[int, ...]
    """The number of features, of units in each hidden layer, and of outputs."""
    target: float
    """The test accuracy to reach."""
    epochs: int
    lr: float = 0.1
    momentum: float = 0.0
    weight_decay: float = 0.0
    batch_size: int = 64

    def model(self, rng: np.random.Generator, dtype: Any = np.float32) -> nn.Classifier:
        """An untrained model."""
        if len(self.sizes) == 2:
            return nn.LogisticRegression(self.sizes[0], dtype=dtype)
        return nn.MLP(self.sizes, "relu", rng=rng, dtype=dtype)

    def loss(self) -> Loss:
        """The cost: cross-entropy over two classes or more."""
        return nn.BCEWithLogitsLoss() if self.sizes[-1] == 1 else nn.CrossEntropyLoss()

    @property
    def architecture(self) -> str:
        """Its layers in words: "784 → 128 → 64 → 1, ReLU, sigmoid"."""
        layers = " → ".join(map(str, self.sizes))
        hidden = ", ReLU" if len(self.sizes) > 2 else ""
        return f"{layers}{hidden}, {'sigmoid' if self.sizes[-1] == 1 else 'softmax'}"

    @property
    def training(self) -> str:
        """The optimizer and its settings, in words."""
        momentum = f", momentum {self.momentum:g}" if self.momentum else ""
        decay = f", weight decay {self.weight_decay:g}" if self.weight_decay else ""
        return (
            f"SGD, learning rate {self.lr:g} falling to 0{momentum}{decay}, "
            f"batches of {self.batch_size}, {self.epochs} epochs"
        )


RECIPES = (
    Recipe(
        key="breast_cancer",
        title="Tumours, logistic regression",
        load=data.breast_cancer,
        sizes=(30, 1),
        target=0.95,
        epochs=50,
    ),
    Recipe(
        key="cats_logistic",
        title="Cats, logistic regression",
        load=data.cats,
        sizes=(784, 1),
        target=0.88,
        epochs=40,
    ),
    Recipe(
        key="cats_deep",
        title="Cats, deep net",
        load=data.cats,
        sizes=(784, 128, 64, 1),
        target=0.93,
        epochs=40,
        momentum=0.9,
        weight_decay=1e-2,
    ),
    Recipe(
        key="digits",
        title="Digits, deep net",
        load=data.digits,
        sizes=(784, 256, 128, 10),
        target=0.94,
        epochs=20,
        momentum=0.9,
        weight_decay=2e-3,
        batch_size=32,
    ),
)
