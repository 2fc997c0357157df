"""One application of an operation in both libraries: values, gradients, second derivatives.

Both walk the same path. Operands are views of leaves, so that an operation meets memory with gaps,
transposed and, on our side, backwards. The results are multiplied by random cotangents and added up;
the gradients of that sum are multiplied by random numbers and added up in turn, and so on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from hypothesis import strategies as st

from tests.referee import torch
from tinygrad_course import Tensor
from tinygrad_course.testing import Case
from tinygrad_course.testing.case import is_float_array

ROUNDINGS = 100
"""So many, of the largest number, may lie between both results for each number that went in."""


@dataclass(frozen=True)
class Layout:
    """How an operand lies in memory: what its leaf holds, and the view of that which is the operand."""

    stored: Callable[[Any], Any]
    view: Callable[[Any], Any]


def _axes_reversed(x):
    return x.permute(tuple(range(x.ndim))[::-1]) if isinstance(x, torch.Tensor) else x.T


def _backwards(x):
    # PyTorch has no negative strides: this is a copy there, and a view here.
    return torch.flip(x, (*range(x.ndim),)) if isinstance(x, torch.Tensor) else np.flip(x)


LAYOUTS = {
    "plain": Layout(lambda x: x, lambda x: x),
    "transposed": Layout(np.transpose, _axes_reversed),
    "backwards": Layout(np.flip, _backwards),
    "with gaps": Layout(
        lambda x: np.repeat(x, 2, axis=-1) if x.ndim else x,
        lambda x: x[..., ::2] if x.ndim else x,
    ),
}


@dataclass(frozen=True)
class Trial:
    """A case, the layout of each operand, that of the cotangents, and the seed of all random numbers."""

    case: Case
    layouts: tuple[str, ...]
    cotangents_transposed: bool
    seed: int


@st.composite
def trials(draw, pair):
    """One of the pair's cases, in any layout."""
    case = draw(pair.cases)
    layouts = tuple(draw(st.sampled_from([*LAYOUTS])) for _ in case.operands)
    return Trial(case, layouts, draw(st.booleans()), draw(st.integers(0, 2**16)))


class Library(Protocol):
    """What the path needs of either library."""

    def leaf(self, x): ...
    def constant(self, x): ...
    def is_float(self, y): ...
    def array(self, y): ...
    def gradients(self, total, leaves, create_graph): ...


class Ours:
    """This package, with leaves of a dtype."""

    def __init__(self, dtype):
        self.dtype = dtype

    def leaf(self, x):
        return Tensor(x.astype(self.dtype, order="C"), requires_grad=True)

    def constant(self, x):
        return x

    def is_float(self, y):
        return isinstance(y, Tensor) and y.dtype.kind == "f"

    def array(self, y):
        return np.asarray(y.detach() if isinstance(y, Tensor) else y)

    def gradients(self, total, leaves, create_graph):
        for leaf in leaves:
            leaf.grad = None
        total.backward(create_graph=create_graph)
        return [
            Tensor(np.zeros_like(leaf.data)) if leaf.grad is None else leaf.grad for leaf in leaves
        ]


class Theirs:
    """PyTorch, in double precision."""

    def leaf(self, x):
        return torch.tensor(x.astype(np.float64, order="C"), requires_grad=True)

    def constant(self, x):
        return torch.tensor(x) if isinstance(x, (np.ndarray, np.generic)) else x

    def is_float(self, y):
        return y.is_floating_point()

    def array(self, y):
        return y.numpy(force=True)

    def gradients(self, total, leaves, create_graph):
        return torch.autograd.grad(
            total, leaves, create_graph=create_graph, allow_unused=True, materialize_grads=True
        )


def walk(library, function, trial, dtype, order):
    """The results, and all their derivatives up to an order, of numbers that are rounded to a dtype."""
    rng = np.random.default_rng(trial.seed)

    def leaf(x):
        return library.leaf(x.astype(dtype))

    leaves, operands = [], []
    for x, name in zip(trial.case.operands, trial.layouts, strict=True):
        if is_float_array(x):
            leaves.append(leaf(LAYOUTS[name].stored(x)))
            operands.append(LAYOUTS[name].view(leaves[-1]))
        else:
            operands.append(library.constant(x))
    results = flat(function(*operands, **trial.case.parameters))
    yield from ((f"result {i}", library.array(y)) for i, y in enumerate(results))
    results = [y for y in results if library.is_float(y)]
    for k in range(1, order + 1):
        if trial.cotangents_transposed:
            results = [_axes_reversed(y) for y in results]
        weights = [leaf(rng.standard_normal(tuple(y.shape))) for y in results]
        total = sum((y * w).sum() for y, w in zip(results, weights, strict=True))
        results = [*library.gradients(total, leaves, create_graph=k < order)]
        yield from (
            (f"derivative {k} by leaf {i}", library.array(y)) for i, y in enumerate(results)
        )
        leaves += weights  # the gradients depend on them, too


def check(pair, trial, dtype, order):
    """Raise an AssertionError unless both libraries find the same, up to rounding."""
    ours = walk(Ours(dtype), pair.ours, trial, dtype, order)
    theirs = walk(Theirs(), pair.theirs, trial, dtype, order)
    size = 1 + sum(np.size(x) for x in trial.case.operands)
    for (name, found), (_, expected) in zip(ours, theirs, strict=True):
        assert found.shape == expected.shape, f"{name}: {found.shape}, PyTorch's {expected.shape}"
        scale = max(1.0, np.abs(expected[np.isfinite(expected)]).max(initial=0.0))
        tolerance = ROUNDINGS * size * float(np.finfo(dtype).eps) * scale
        np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance, err_msg=name)


def flat(result):
    """What a call returned: split returns a list, svd a named tuple."""
    return [x for y in result for x in flat(y)] if isinstance(result, (list, tuple)) else [result]
