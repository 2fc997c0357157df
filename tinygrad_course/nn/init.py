"""Initial weights: an initializer takes a shape and a random generator and returns an array.

    he_normal((128, 784), rng=0)      # the weight of Linear(784, 128)

The shape is that of a weight, (out, in): n_in is the length of the second axis, n_out of the first. A kernel
has further axes, (out, in, height, width): each output sees n_in = in · height · width numbers.
`rng` is a numpy.random.Generator, which advances, a seed, or None: then np.random.seed governs the
weights. Numbers are drawn in float64 and rounded, so that a seed gives the same weights in every dtype.
"""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

import typing
from collections.abc import Callable
from functools import wraps
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .. import suggestions
from ..errors import SettingError, ShapeError
from ..random_numbers import Rng, generator
from .settings import floating, is_data, shown, whole

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


def _checked(initializer: Initializer) -> Initializer:
    """An initializer that checks its arguments first, and says what to write instead.

    Raises: SettingError, DtypeError.
    """

    @wraps(initializer)
    def checked(shape: Any, *more: Any, rng: Rng = None, dtype: Any = np.float32) -> NDArray[Any]:
        name = initializer.__name__
        if more:
            given = ", ".join(map(shown, (shape, *more)))
            raise SettingError(
                f"{name}({given}): the shape is one tuple: write {name}(({given}))"
                if not any(map(is_data, (shape, *more)))
                else f"{name}({given}): give a shape, such as {name}((128, 784))"
            )
        lengths = shape if isinstance(shape, (tuple, list)) else (shape,)
        if is_data(shape) or isinstance(shape, str):
            raise SettingError(f"shape={shown(shape)}: must be a tuple, such as shape=(128, 784)")
        whole_shape = tuple(whole(f"shape[{i}]", n, 0) for i, n in enumerate(lengths))
        return initializer(whole_shape, rng=rng, dtype=floating(dtype))

    return checked


def drawn(
    initializer: Initializer, shape: tuple[int, ...], *, rng: Rng, dtype: Any
) -> NDArray[Any]:
    """The weights that an initializer returns.

    Raises: SettingError for what is no initializer, ShapeError for one that returns another shape.
    """
    if isinstance(initializer, type) or not callable(initializer):
        known = [name for name in __all__ if name.islower()]
        named = (
            initializer if isinstance(initializer, str) and initializer in known else "he_normal"
        )
        raise SettingError(
            f"initializer={shown(initializer)}: must be a function of a shape, which is not called here, "
            f"such as initializer=init.{named}"
        )
    weights = initializer(shape, rng=rng, dtype=dtype)
    if np.shape(weights) != shape:
        raise ShapeError(
            f"the initializer returned weights of shape {np.shape(weights)}, but must return {shape}"
        )
    return weights


@_checked
def zeros(shape: tuple[int, ...], *, rng: Rng = None, dtype: Any = np.float32) -> NDArray[Any]:
    """w = 0.   For biases. Weights that start equal would stay equal in training."""
    return np.zeros(shape, dtype)


@_checked
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


@_checked
def xavier_normal(
    shape: tuple[int, ...], *, rng: Rng = None, dtype: Any = np.float32
) -> NDArray[Any]:
    """w ~ N(0, σ²),  σ = √(2 / (n_in + n_out)).   For tanh, sigmoid and linear outputs.

    Raises: ShapeError unless the shape has two axes or more.

    Source: Glorot, Bengio 2010, equation 12.
    """
    n_in, n_out = _fans(shape)
    return _normal(shape, (2 / (n_in + n_out)) ** 0.5, rng, dtype)


@_checked
def he_uniform(shape: tuple[int, ...], *, rng: Rng = None, dtype: Any = np.float32) -> NDArray[Any]:
    """w ~ U(−a, a),  a = √(6 / n_in).   For ReLU and its relatives.

    Raises: ShapeError unless the shape has two axes or more.

    Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers", 2015, equation 10, as a uniform
    distribution of the same variance.
    """
    n_in, _ = _fans(shape)
    return _uniform(shape, (6 / n_in) ** 0.5, rng, dtype)


@_checked
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
    kernel = prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def _uniform(shape: tuple[int, ...], limit: float, rng: Rng, dtype: Any) -> NDArray[Any]:
    return generator(rng).uniform(-limit, limit, shape).astype(dtype)


def _normal(shape: tuple[int, ...], deviation: float, rng: Rng, dtype: Any) -> NDArray[Any]:
    return generator(rng).normal(0, deviation, shape).astype(dtype)


if not typing.TYPE_CHECKING:  # a checker would believe that every name exists
    __getattr__ = suggestions.for_module(__name__)
