"""A few numbers: arithmetic costs almost nothing, and Python's own cost is measured."""

from typing import Any

import numpy as np

from tinygrad_course import Tensor

from . import handwritten
from .contest import Contest, Result, Runner, repeated, take_gradients

LENGTH = 4
CHAIN_ROUNDS = 25  # of four operations each
SCALAR_ROUNDS = 5_000  # of two operations each
PRODUCTS = 1_000


def multiply_add_ours() -> Runner:
    """The forward pass only: the cost of recording."""
    return _multiply_add(*(Tensor(array, requires_grad=True) for array in _arrays(2)))


def multiply_add_by_hand() -> Runner:
    """The same expression on arrays."""
    return _multiply_add(*_arrays(2))


def _multiply_add(a: Any, b: Any) -> Runner:
    # Without `repeated`: beside two operations on four numbers, the cost of a call matters.
    def run(times: int) -> Result:
        for _ in range(times):
            c = a * b + a
        return c

    return run


def chain_ours() -> Runner:
    """h := tanh(h w + b) − x, repeated, then backward."""
    x, w, b = leaves = [Tensor(array, requires_grad=True) for array in _arrays(3)]
    seed = np.ones(LENGTH, np.float32)

    def step() -> Result:
        h = x
        for _ in range(CHAIN_ROUNDS):
            h = (h * w + b).tanh() - x
        h.backward(seed)
        return h, *take_gradients(leaves)

    return repeated(step)


def chain_by_hand() -> Runner:
    """The same chain with a tape written for it."""
    x, w, b = _arrays(3)
    return repeated(lambda: handwritten.chain_on_tape(x, w, b, CHAIN_ROUNDS))


_SCALARS = (0.5, 0.9, 0.3)


def scalar_graph_ours() -> Runner:
    """h := h w + b on scalars, repeated, then backward."""
    leaves = [Tensor(value, requires_grad=True) for value in _SCALARS]

    def step() -> Result:
        h, w, b = leaves
        for _ in range(SCALAR_ROUNDS):
            h = h * w + b
        h.backward()
        return h, *take_gradients(leaves)

    return repeated(step)


def scalar_graph_on_floats() -> Runner:
    """The same on Python floats, for the check only, since it builds no graph."""
    return repeated(lambda: handwritten.scalar_chain(*_SCALARS, SCALAR_ROUNDS))


def products_by_hand() -> Runner:
    """Plain products, with which the time of a node is compared."""
    a, b = _arrays(2)

    def step() -> Result:
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
        "100 operations, forward and backward, shape (4,)",
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
        reference=scalar_graph_on_floats,
        uses_threads=False,
    ),
)
