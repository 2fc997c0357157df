"""Models that are ready to use: logistic regression and the course's L-layer net.

Both return logits, since a loss is numerically exact only if it is computed from logits. A model with
one output returns one number per row, in the shape (m,) of the labels, so that predictions and targets
match without reshaping. A model with c > 1 outputs returns (m, c).
"""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from itertools import pairwise
from typing import Any

import numpy as np

from ..errors import SettingError
from ..ops.activations import sigmoid, softmax
from ..primitive import Array
from ..random_numbers import generator
from . import activations, functional, init
from .linear import Linear
from .module import Module
from .settings import is_number, shown, whole

ACTIVATIONS: dict[str, type[Module]] = {
    "relu": activations.ReLU,
    "leaky_relu": activations.LeakyReLU,
    "elu": activations.ELU,
    "selu": activations.SELU,
    "celu": activations.CELU,
    "gelu": activations.GELU,
    "silu": activations.SiLU,
    "mish": activations.Mish,
    "softplus": activations.Softplus,
    "relu6": activations.ReLU6,
    "hardtanh": activations.Hardtanh,
    "hardsigmoid": activations.Hardsigmoid,
    "hardswish": activations.Hardswish,
    "hardshrink": activations.Hardshrink,
    "softshrink": activations.Softshrink,
    "tanhshrink": activations.Tanhshrink,
    "softsign": activations.Softsign,
    "sigmoid": activations.Sigmoid,
    "logsigmoid": activations.LogSigmoid,
    "tanh": activations.Tanh,
}
"""The activations that `MLP` knows by name: those of `functional` that need no settings."""

_LIKE_RELU = (
    *(activations.ReLU, activations.LeakyReLU, activations.PReLU, activations.ReLU6),
    *(activations.ELU, activations.CELU, activations.GELU, activations.SiLU, activations.Mish),
    *(activations.Hardswish, activations.Softplus, activations.Threshold),
)
_FUNCTIONS_LIKE_RELU = (
    *(functional.relu, functional.leaky_relu, functional.relu6, functional.elu, functional.celu),
    *(functional.gelu, functional.silu, functional.mish, functional.hardswish),
    *(functional.softplus, functional.threshold),
)


class Classifier(Module):
    """A module whose forward gives logits: (m,) for two classes, (m, c) for c classes."""

    def _as_probabilities(self, x: Array, outputs: Array) -> Array:
        return sigmoid(outputs) if outputs.ndim == 1 else softmax(outputs)


class LogisticRegression(Classifier):
    """x wᵀ + b, the logits of P(y = 1 | x) = σ(x wᵀ + b)

    Shapes: (m, n_x) -> (m,).

    The weights are initialized to 0: the cost is convex, so every initialization leads to the same minimum.
    """

    def __init__(self, n_x: int, *, dtype: Any = np.float32) -> None:
        self.linear = Linear(whole("n_x", n_x, 1), 1, initializer=init.zeros, dtype=dtype)

    @property
    def n_x(self) -> int:
        """The number of features."""
        return self.linear.in_features

    def forward(self, x: Array) -> Array:
        return _one_number_per_row(self.linear(x))


class MLP(Classifier):
    """a[l] = g(a[l−1] W[l]ᵀ + b[l]),  without g in the last layer: the course's L-layer net.

    Shapes: (m, sizes[0]) -> (m, sizes[-1]), or (m,) where sizes[-1] is 1.

    `activation` is a name in `ACTIVATIONS`, a module or its class, or any function of a tensor. Weights are
    initialized by He's initializer for ReLU and its relatives, however they are given, by Xavier's
    otherwise; biases are 0.

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
        lengths = _checked_sizes(sizes, activation, more)
        function = _activation(activation)
        if initializer is None:
            initializer = init.he_normal if _is_like_relu(function) else init.xavier_normal
        rng = generator(rng)  # one generator for all layers
        self.layers = [
            Linear(n_in, n_out, rng=rng, initializer=initializer, dtype=dtype)
            for n_in, n_out in pairwise(lengths)
        ]
        self.activation = function

    @property
    def sizes(self) -> list[int]:
        """The number of features, and of the outputs of each layer."""
        return [self.layers[0].in_features, *(layer.out_features for layer in self.layers)]

    def forward(self, x: Array) -> Array:
        *hidden, last = self.layers
        for layer in hidden:
            x = self.activation(layer(x))
        return _one_number_per_row(last(x))


def _checked_sizes(sizes: Any, activation: Any, more: tuple[Any, ...]) -> list[int]:
    """The sizes of all layers.

    Raises: SettingError.
    """
    if more or is_number(sizes):
        numbers = [n for n in (sizes, activation, *more) if is_number(n)]
        given = ", ".join(map(shown, (sizes, activation, *more)))
        raise SettingError(
            f"MLP({given}): the sizes of the layers are one list: write MLP({numbers})"
        )
    if (
        isinstance(sizes, (str, Mapping, Set))
        or not isinstance(sizes, Iterable)
        or getattr(sizes, "ndim", 1) > 1
    ):
        raise SettingError(
            f"sizes={shown(sizes)}: must be a list of the sizes of all layers, such as "
            f"sizes=[784, 128, 10]"
        )
    lengths = [whole(f"sizes[{i}]", n, 1) for i, n in enumerate(sizes)]
    if len(lengths) < 2:
        raise SettingError(
            f"MLP(sizes={lengths}): give at least the number of features and of outputs, "
            f"e.g. [784, 128, 10]"
        )
    return lengths


def _activation(activation: Any) -> Callable[[Array], Array]:
    if isinstance(activation, type) and issubclass(activation, Module):
        try:
            return activation()  # the class nn.Tanh for a new nn.Tanh()
        except TypeError:
            raise SettingError(
                f"activation is the class {activation.__name__}, which needs settings: make one, or write "
                f"activation='relu'"
            ) from None
    if callable(activation) and not isinstance(activation, type):
        return activation
    if not isinstance(activation, str) or activation not in ACTIVATIONS:
        alike = isinstance(activation, str) and activation.lower() in ACTIVATIONS
        advice = f": write activation={activation.lower()!r}" if alike else ""
        raise SettingError(
            f"activation={shown(activation)}: must be one of {', '.join(ACTIVATIONS)}, or a function, for "
            f"all hidden layers{advice}"
        )
    return ACTIVATIONS[activation]()


def _is_like_relu(function: Callable[[Array], Array]) -> bool:
    """Whether an activation lets through what is positive, and little of what is negative."""
    return isinstance(function, _LIKE_RELU) or any(function is f for f in _FUNCTIONS_LIKE_RELU)


def _one_number_per_row(logits: Array) -> Array:
    return logits.squeeze(axis=-1) if logits.shape[-1] == 1 else logits
