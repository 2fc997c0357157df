"""A few numbers: arithmetic costs next to nothing, and what is measured is Python's own work."""

from typing import Any

import numpy as np

from tinygrad_course import Tensor

from . import handwritten
from .contest import Contest, Evidence, Runner, repeated, take_gradients

LENGTH = 4
CHAIN_ROUNDS = 25  # of four operations each
SCALAR_ROUNDS = 5_000  # of two operations each
PRODUCTS = 1_000


def multiply_add_ours() -> Runner:
    """Forward alone: what recording costs."""
    return _multiply_add(*(Tensor(array, requires_grad=True) for array in _arrays(2)))


def multiply_add_by_hand() -> Runner:
    """The same expression on arrays."""
    return _multiply_add(*_arrays(2))


def _multiply_add(a: Any, b: Any) -> Runner:
    # Not by `repeated`: next to two operations on four numbers, a call would count.
    def run(times: int) -> Evidence:
        for _ in range(times):
            c = a * b + a
        return c

    return run


def chain_ours() -> Runner:
    """h := tanh(h w + b) − x, again and again, then backward."""
    x, w, b = leaves = [Tensor(array, requires_grad=True) for array in _arrays(3)]
    seed = np.ones(LENGTH, np.float32)

    def step() -> Evidence:
        h = x
        for _ in range(CHAIN_ROUNDS):
            h = (h * w + b).tanh() - x
        h.backward(seed)
        return h, *take_gradients(leaves)

    return repeated(step)


def chain_by_hand() -> Runner:
    """The same chain with a tape that a good programmer writes for it."""
    x, w, b = _arrays(3)
    return repeated(lambda: handwritten.chain_on_tape(x, w, b, CHAIN_ROUNDS))


_SCALARS = (0.5, 0.9, 0.3)


def scalar_graph_ours() -> Runner:
    """h := h w + b on scalars, again and again, then backward."""
    leaves = [Tensor(value, requires_grad=True) for value in _SCALARS]

    def step() -> Evidence:
        h, w, b = leaves
        for _ in range(SCALAR_ROUNDS):
            h = h * w + b
        h.backward()
        return h, *take_gradients(leaves)

    return repeated(step)


def scalar_graph_on_floats() -> Runner:
    """The same on Python's numbers, for the check: it builds no graph, so its time says nothing."""
    return repeated(lambda: handwritten.scalar_chain(*_SCALARS, SCALAR_ROUNDS))


def products_by_hand() -> Runner:
    """Plain products, the yardstick for the time of a node."""
    a, b = _arrays(2)

    def step() -> Evidence:
        for _ in range(PRODUCTS):
            c = a * b
        return c

    return repeated(step)


def _arrays(count: int) -> list[handwritten.Array]:
    rng = np.random.default_rng(0)
    return [rng.uniform(-1, 1, LENGTH).astype(np.float32) for _ in range(count)]


BENCHMARKS = (
    Contest(
        "multiply-add",
        "c = a*b + a, tracked, shape (4,)",
        target=2.5,
        ours=multiply_add_ours,
        handwritten=multiply_add_by_hand,
        uses_threads=False,
    ),
    Contest(
        "chain",
        "100 operations there and back, shape (4,)",
        target=1.9,
        ours=chain_ours,
        handwritten=chain_by_hand,
        uses_threads=False,
    ),
    Contest(
        "scalar-graph",
        "a node of a 10,000-node scalar graph, to a*b on (4,)",
        target=1.4 / 0.3,
        ours=scalar_graph_ours,
        handwritten=products_by_hand,
        ours_calls=2 * SCALAR_ROUNDS,
        handwritten_calls=PRODUCTS,
        witness=scalar_graph_on_floats,
        uses_threads=False,
    ),
)
