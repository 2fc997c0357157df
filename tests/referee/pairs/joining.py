"""Several arrays in one."""

import numpy as np
from hypothesis import strategies as st

from tests.laws.cases.tools import SHAPES
from tests.referee import torch
from tests.referee.pairs.pair import Pair
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import values_in


def concatenate(*arrays, axis):
    if axis is None:
        return torch.concatenate([x.reshape(-1) for x in arrays])
    return torch.concatenate(arrays, axis)


@st.composite
def _alike(draw):
    shape = draw(SHAPES)
    return Case(draw(values_in([REAL] * 2, [shape, shape])))


@st.composite
def _four_blocks(draw):
    m, n, p, q = (draw(st.integers(0, 2)) for _ in range(4))
    return Case(draw(values_in([REAL] * 4, [(m, p), (m, q), (n, p), (n, q)])))


PAIRS = {
    np.concatenate: concatenate,
    np.stack: lambda *arrays, axis: torch.stack(arrays, axis),
    np.vstack: Pair(lambda *x: np.vstack(x), lambda *x: torch.vstack(x), _alike()),
    np.hstack: Pair(lambda *x: np.hstack(x), lambda *x: torch.hstack(x), _alike()),
    np.dstack: Pair(lambda *x: np.dstack(x), lambda *x: torch.dstack(x), _alike()),
    np.column_stack: Pair(
        lambda *x: np.column_stack(x), lambda *x: torch.column_stack(x), _alike()
    ),
    np.block: Pair(
        lambda a, b, c, d: np.block([[a, b], [c, d]]),
        lambda a, b, c, d: torch.cat([torch.cat([a, b], 1), torch.cat([c, d], 1)]),
        _four_blocks(),
    ),
}
