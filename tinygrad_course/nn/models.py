"""Models that are ready to use: logistic regression and the course's L-layer net.

Both return logits, since a loss is numerically exact only if it is computed from logits. A model with
one output returns one number per row, in the shape (m,) of the labels, so that predictions and targets
match without reshaping. A model with c > 1 outputs returns (m, c).
"""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..errors import SettingError
from ..primitive import Array
from ..random_numbers import generator
from . import activations, init
from .linear import Linear
from .module import Module
from .predictions import Predicts
from .settings import shown

ACTIVATIONS: dict[str, type[Module]] = {
    "relu": activations.ReLU,
    "leaky_relu": activations.LeakyReLU,
    "elu": activations.ELU,
    "gelu": activations.GELU,
    "softplus": activations.Softplus,
    "sigmoid": activations.Sigmoid,
    "tanh": activations.Tanh,
}
"""The activations that `MLP` knows by name."""

_LIKE_RELU = ("relu", "leaky_relu", "elu", "gelu", "softplus")


class Classifier(Predicts):
    """A module whose forward gives logits: (m,) for two classes, (m, c) for c classes."""


class LogisticRegression(Classifier):
    """x wᵀ + b, the logits of P(y = 1 | x) = σ(x wᵀ + b)

    Shapes: (m, n_x) -> (m,).

    The weights are initialized to 0: the cost is convex, so every initialization leads to the same minimum.
    """

    def __init__(self, n_x: int, *, dtype: Any = np.float32) -> None:
        self.linear = Linear(n_x, 1, initializer=init.zeros, dtype=dtype)

    def forward(self, x: Array) -> Array:
        return _one_number_per_row(self.linear(x))


class MLP(Classifier):
    """a[l] = g(a[l−1] W[l]ᵀ + b[l]),  without g in the last layer: the course's L-layer net.

    Shapes: (m, sizes[0]) -> (m, sizes[-1]), or (m,) where sizes[-1] is 1.

    `activation` is a name in `ACTIVATIONS` or any function of a tensor. Weights are initialized by
    He's initializer for ReLU and its relatives, by Xavier's otherwise; biases are 0.

    Raises: SettingError for fewer than two sizes or an activation that does not exist.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str | Callable[[Array], Array] = "relu",
        *more: Any,
        rng: init.Rng = None,
        initializer: init.Initializer | None = None,
        dtype: Any = np.float32,
    ) -> None:
        if more or isinstance(sizes, (int, np.integer)):
            given = ", ".join(map(shown, (sizes, activation, *more)))
            raise SettingError(
                f"MLP({given}): the sizes of the layers are one list, MLP([784, 128, 10])"
            )
        if len(sizes) < 2:
            raise SettingError(
                f"MLP(sizes={list(sizes)}): give at least the number of features and of outputs, "
                f"e.g. [784, 128, 10]"
            )
        if initializer is None:
            initializer = init.he_normal if activation in _LIKE_RELU else init.xavier_normal
        rng = generator(rng)  # one generator for all layers
        self.layers = [
            Linear(n_in, n_out, rng=rng, initializer=initializer, dtype=dtype)
            for n_in, n_out in pairwise(sizes)
        ]
        self.activation = _activation(activation)

    def forward(self, x: Array) -> Array:
        *hidden, last = self.layers
        for layer in hidden:
            x = self.activation(layer(x))
        return _one_number_per_row(last(x))


def _activation(activation: str | Callable[[Array], Array]) -> Callable[[Array], Array]:
    if isinstance(activation, type):
        return activation()  # the class nn.Tanh for a new nn.Tanh()
    if callable(activation):
        return activation
    if activation not in ACTIVATIONS:
        raise SettingError(
            f"activation={activation!r}: must be one of {', '.join(ACTIVATIONS)}, or a function"
        )
    return ACTIVATIONS[activation]()


def _one_number_per_row(logits: Array) -> Array:
    return logits.squeeze(axis=-1) if logits.shape[-1] == 1 else logits
