"""Elements chosen by position or condition, diagonals, triangles."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tests.laws.cases.tools import AT_LEAST_1D, unary
from tests.referee import torch
from tests.referee.pairs.pair import Pair
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import values_in

PLANES = array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=3)
STACKS = array_shapes(min_dims=2, max_dims=4, min_side=0, max_side=3)
OFFSET = {"k": lambda shape: st.integers(-2, 2)}
TWO_AXES = {
    "axes": lambda shape: st.permutations(range(-len(shape), 0)).map(lambda axes: axes[:2]),
    **OFFSET,
}


def _masked(*, axis):
    """An array, and a mask for its last axis or for all elements."""

    @st.composite
    def cases(draw):
        shape = draw(AT_LEAST_1D)
        rng = np.random.default_rng(draw(st.integers(0, 999)))
        return Case(
            (rng.random(shape[-1:] if axis else shape) < 0.5, *draw(values_in([REAL], [shape])))
        )

    return cases()


@st.composite
def _several(draw):
    """Three arrays of a shape, and which of them to take for each element."""
    shape = draw(array_shapes(max_dims=2, max_side=3))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    return Case((rng.integers(0, 3, shape), *draw(values_in([REAL] * 3, [shape] * 3))))


def triangle(function):
    """Of a vector, NumPy makes a matrix of equal rows first."""

    def of(x, k=0):
        return function(x.broadcast_to(2 * x.shape) if x.ndim == 1 else x, k)

    return of


PAIRS = {
    np.compress: Pair(
        lambda mask, x: np.compress(mask, x, axis=-1),
        lambda mask, x: x[..., mask],
        _masked(axis=True),
    ),
    np.extract: Pair(np.extract, lambda mask, x: torch.masked_select(x, mask), _masked(axis=False)),
    np.select: Pair(
        lambda i, x, y, z: np.select([i == 0, i < 2], [x, y], z),
        lambda i, x, y, z: torch.where(i == 0, x, torch.where(i < 2, y, z)),
        _several(),
    ),
    np.choose: Pair(
        lambda i, *choices: np.choose(i, choices),
        lambda i, *choices: torch.take_along_dim(torch.stack(choices), i[None], 0)[0],
        _several(),
    ),
    np.diagonal: Pair(
        lambda x, k, axes: np.diagonal(x, k, *axes),
        lambda x, k, axes: torch.diagonal(x, k, *axes),
        unary(STACKS, **TWO_AXES),
    ),
    np.linalg.diagonal: Pair(
        lambda x, k: np.linalg.diagonal(x, offset=k),
        lambda x, k: torch.linalg.diagonal(x, offset=k),
        unary(STACKS, **OFFSET),
    ),
    np.trace: [
        Pair(np.trace, torch.trace, unary(PLANES)),
        Pair(
            lambda x, k, axes: np.trace(x, k, *axes),
            lambda x, k, axes: torch.diagonal(x, k, *axes).sum(-1),
            unary(STACKS, **TWO_AXES),
        ),
    ],
    np.linalg.trace: Pair(
        lambda x, k: np.linalg.trace(x, offset=k),
        lambda x, k: torch.linalg.diagonal(x, offset=k).sum(-1),
        unary(STACKS, **OFFSET),
    ),
    np.diag: Pair(
        np.diag,
        lambda x, k: torch.diag(x, k),
        unary(array_shapes(max_dims=2, min_side=2, max_side=4), **OFFSET),
    ),
    np.diagflat: Pair(np.diagflat, lambda x, k: torch.diagflat(x, k), unary(AT_LEAST_1D, **OFFSET)),
    np.tril: triangle(torch.tril),
    np.triu: triangle(torch.triu),
}
