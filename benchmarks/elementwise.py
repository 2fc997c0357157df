"""A million numbers: the cost of every operation is that of memory access."""

from typing import Any

import numpy as np

from tinygrad_course import Tensor

from . import handwritten
from .contest import Contest, Result, Runner, repeated, take_gradients

SHAPE = (1000, 1000)


def _arrays(shape: tuple[int, ...]) -> list[handwritten.Array]:
    rng = np.random.default_rng(0)
    return [rng.uniform(-1, 1, shape).astype(np.float32) for _ in range(3)]


def ours(shape: tuple[int, ...] = SHAPE) -> Runner:
    """The expression, which the engine differentiates."""
    *arrays, g = _arrays(shape)
    x, y = leaves = [Tensor(array, requires_grad=True) for array in arrays]

    def step() -> Result:
        product = x * y
        bent: Any = np.tanh(product + x)
        root = np.sqrt((bent * y - product).relu() + 1.0)
        result = np.exp(-(bent / root)) * root
        result.backward(g)
        return result, *take_gradients(leaves)

    return repeated(step)


def by_hand(shape: tuple[int, ...] = SHAPE) -> Runner:
    """The same with every derivative written by hand."""
    x, y, g = _arrays(shape)
    return repeated(lambda: handwritten.twelve_operations(x, y, g))


BENCHMARKS = (
    Contest(
        "elementwise",
        "12 operations, forward and backward, shape (1000, 1000)",
        target=1.0,
        ours=ours,
        handwritten=by_hand,
        uses_threads=False,
    ),
)
