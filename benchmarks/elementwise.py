"""A million numbers: every operation walks through memory, and the walks are what is measured."""

from typing import Any

import numpy as np

from tinygrad_course import Tensor

from . import handwritten
from .contest import Contest, Evidence, Runner, repeated, take_gradients

SHAPE = (1000, 1000)


def _arrays(shape: tuple[int, ...]) -> list[handwritten.Array]:
    rng = np.random.default_rng(0)
    return [rng.uniform(-1, 1, shape).astype(np.float32) for _ in range(3)]


def ours(shape: tuple[int, ...] = SHAPE) -> Runner:
    """Write it down once; the engine finds the derivatives."""
    *arrays, g = _arrays(shape)
    x, y = leaves = [Tensor(array, requires_grad=True) for array in arrays]

    def step() -> Evidence:
        product = x * y
        bent: Any = np.tanh(product + x)
        root = np.sqrt((bent * y - product).relu() + 1.0)
        result = np.exp(-(bent / root)) * root
        result.backward(g)
        return result, *take_gradients(leaves)

    return repeated(step)


def by_hand(shape: tuple[int, ...] = SHAPE) -> Runner:
    """Every derivative written out."""
    x, y, g = _arrays(shape)
    return repeated(lambda: handwritten.twelve_operations(x, y, g))


BENCHMARKS = (
    Contest(
        "elementwise",
        "12 operations there and back, shape (1000, 1000)",
        target=1.0,
        ours=ours,
        handwritten=by_hand,
        uses_threads=False,
    ),
)
