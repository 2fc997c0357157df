"""Initial weights: an initializer takes a shape and a random generator and returns an array.

    he_normal((128, 784), rng=0)      # the weight of Linear(784, 128)

The shape is that of a weight, (out, in): n_in is the length of the last axis, n_out of the first.
`rng` is a numpy.random.Generator, which advances, a seed, or None: then np.random.seed governs the
weights. Numbers are drawn
in float64 and rounded, so that a seed gives the same weights in every dtype.
"""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

import typing
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .. import suggestions
from ..errors import ShapeError
from ..random_numbers import Rng, generator

__all__ = [
    "zeros",
    "xavier_uniform",
    "xavier_normal",
    "he_uniform",
    "he_normal",
    "Rng",
    "Initializer",
]

Initializer: TypeAlias = "Callable[..., NDArray[Any]]"
"""Called as initializer(shape, rng=rng, dtype=dtype)."""


def zeros(shape: tuple[int, ...], *, rng: Rng = None, dtype: Any = np.float32) -> NDArray[Any]:
    """w = 0.   For biases. Weights that start equal would stay equal in training."""
    return np.zeros(shape, dtype)


def xavier_uniform(
    shape: tuple[int, ...], *, rng: Rng = None, dtype: Any = np.float32
) -> NDArray[Any]:
    """w ~ U(−a, a),  a = √(6 / (n_in + n_out)).   For tanh, sigmoid and linear outputs.

    Raises: ShapeError unless the shape has two axes or more.

    Source: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", 2010, equation 16.
    """
    n_in, n_out = _fans(shape)
    return _uniform(shape, (6 / (n_in + n_out)) ** 0.5, rng, dtype)


def xavier_normal(
    shape: tuple[int, ...], *, rng: Rng = None, dtype: Any = np.float32
) -> NDArray[Any]:
    """w ~ N(0, σ²),  σ = √(2 / (n_in + n_out)).   For tanh, sigmoid and linear outputs.

    Raises: ShapeError unless the shape has two axes or more.

    Source: Glorot, Bengio 2010, equation 12.
    """
    n_in, n_out = _fans(shape)
    return _normal(shape, (2 / (n_in + n_out)) ** 0.5, rng, dtype)


def he_uniform(shape: tuple[int, ...], *, rng: Rng = None, dtype: Any = np.float32) -> NDArray[Any]:
    """w ~ U(−a, a),  a = √(6 / n_in).   For ReLU and its relatives.

    Raises: ShapeError unless the shape has two axes or more.

    Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers", 2015, equation 10, as a uniform
    distribution of the same variance.
    """
    n_in, _ = _fans(shape)
    return _uniform(shape, (6 / n_in) ** 0.5, rng, dtype)


def he_normal(shape: tuple[int, ...], *, rng: Rng = None, dtype: Any = np.float32) -> NDArray[Any]:
    """w ~ N(0, σ²),  σ = √(2 / n_in).   For ReLU and its relatives.

    Raises: ShapeError unless the shape has two axes or more.

    Source: He, Zhang, Ren, Sun 2015, equation 10.
    """
    n_in, _ = _fans(shape)
    return _normal(shape, (2 / n_in) ** 0.5, rng, dtype)


def _fans(shape: tuple[int, ...]) -> tuple[int, int]:
    if len(shape) < 2 or 0 in shape:
        raise ShapeError(
            f"this initializer needs a shape (out, in) of positive lengths, found {shape}: "
            f"use init.zeros for biases"
        )
    return shape[-1], shape[0]


def _uniform(shape: tuple[int, ...], limit: float, rng: Rng, dtype: Any) -> NDArray[Any]:
    return generator(rng).uniform(-limit, limit, shape).astype(dtype)


def _normal(shape: tuple[int, ...], deviation: float, rng: Rng, dtype: Any) -> NDArray[Any]:
    return generator(rng).normal(0, deviation, shape).astype(dtype)


if not typing.TYPE_CHECKING:  # a checker would believe that every name exists
    __getattr__ = suggestions.for_module(__name__)
