"""Selecting elements, and putting them back."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tests.laws.cases.tools import SHAPES, unary
from tests.referee import torch
from tests.referee.pairs.pair import Pair, primitive_pair
from tinygrad_course.ops.indexing import getitem, scatter_add
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import one_axis, values_in

NONEMPTY = array_shapes(min_dims=1, max_dims=3, max_side=3)
ROWS = np.array([2, 0, 2])
MASK = np.array([[True, False, True, True], [False] * 4, [False, True, False, True]])
MIXED = [
    (ROWS, slice(1, None, 2)),
    (slice(None), np.array([[3, -1], [0, 3]])),
    (ROWS, slice(None), np.array([1, 0, 1])),
    (ROWS[:, None], np.array([3, 3])),
    (..., np.array([1, 1])),
    (None, ROWS, None, ..., np.array([0, 0, -1])),
    (slice(None, None, 2), np.array([-1, 2]), np.array([0])),
    MASK,
    (MASK, np.array([1, 0, 0, 1, 1])),
    (ROWS, MASK[0]),
    (slice(1), MASK[2], ...),
]
"""For shape (3, 4, 2). No integers beside arrays, where PyTorch puts the axes in another order."""


def forwards(x, index):
    """x and an index without negative steps, which PyTorch does not have: x is turned round instead."""
    parts = list(index) if isinstance(index, tuple) else [index]
    dots = next((i for i, part in enumerate(parts) if part is ...), len(parts))
    for i, part in enumerate(parts):
        if isinstance(part, slice) and (part.step or 1) < 0:
            others = sum(part is not None for part in (parts[:i] if i < dots else parts[i:]))
            axis = others if i < dots else x.ndim - others
            start, stop, step = part.indices(x.shape[axis])
            last = x.shape[axis] - 1
            x = torch.flip(x, (axis,))
            parts[i] = slice(last - start, last - stop, -step)
    return x, tuple(
        torch.tensor(p) if isinstance(p, (np.ndarray, np.generic)) else p for p in parts
    )


def selected(x, index):
    x, index = forwards(x, index)
    return x[index]


def scattered(x, index, shape):
    size = int(np.prod(shape))
    places = torch.tensor(np.arange(size).reshape(shape)[index].reshape(-1))
    zeros = torch.zeros(size, dtype=x.dtype)
    return zeros.index_add(0, places, x.reshape(-1)).reshape(shape)


@st.composite
def _taken(draw):
    shape = draw(NONEMPTY)
    axis = draw(one_axis(len(shape)))
    places = draw(st.lists(st.integers(0, shape[axis] - 1), max_size=4))
    (x,) = draw(values_in([REAL], [shape]))
    return Case((x, np.array(places, dtype=int)), {"axis": axis})


@st.composite
def _gathered(draw):
    """An array, and for each of its rows along an axis as many places."""
    shape = draw(NONEMPTY)
    axis = draw(one_axis(len(shape)))
    other = list(shape)
    other[axis] = draw(st.integers(0, 3))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    (x,) = draw(values_in([REAL], [shape]))
    return Case((x, rng.integers(shape[axis], size=other)), {"axis": axis})


@st.composite
def _counted(draw):
    places = draw(st.lists(st.integers(0, 4), min_size=1, max_size=6))
    (weights,) = draw(values_in([REAL], [(len(places),)]))
    return Case((np.array(places), weights))


PAIRS = {
    getitem: [
        primitive_pair(getitem, selected),
        Pair(
            lambda x, index: x[index],
            selected,
            unary(st.just((3, 4, 2)), index=lambda shape: st.sampled_from(MIXED)),
        ),
    ],
    scatter_add: scattered,
    np.take: [
        Pair(np.take, lambda x, places, axis: torch.index_select(x, axis, places), _taken()),
        Pair(
            lambda x: np.take(x, [[0, -1], [0, 0]]),
            lambda x: torch.take(x, torch.tensor([[0, -1], [0, 0]])),
            unary(SHAPES.filter(lambda shape: 0 not in shape)),
        ),
    ],
    np.take_along_axis: [
        Pair(np.take_along_axis, lambda x, i, axis: torch.take_along_dim(x, i, axis), _gathered()),
        Pair(np.take_along_axis, lambda x, i, axis: torch.gather(x, axis, i), _gathered()),
    ],
    # PyTorch's has no derivative; the line below it has.
    np.bincount: [
        Pair(np.bincount, lambda i, w: torch.bincount(i, w.detach()), _counted(), order=0),
        Pair(
            np.bincount,
            lambda i, w: torch.zeros(i.max() + 1).double().index_add(0, i, w),
            _counted(),
        ),
    ],
}
