"""Elements in order of size."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tests.laws.cases.tools import unary
from tests.referee import torch
from tests.referee.pairs.pair import Pair, flat_without_axis
from tinygrad_course.testing.strategies import one_axis

LONG = array_shapes(max_dims=2, max_side=20)


@flat_without_axis
def sort(x, dim, **kind):
    return torch.sort(x, dim=dim, stable=True).values


def our_kth(x, axis, k):
    k %= x.shape[axis]
    return np.take(np.partition(x, k, axis), k, axis)


def their_kth(x, axis, k):
    return torch.kthvalue(x, k % x.shape[axis] + 1, axis).values


PAIRS = {
    np.sort: [sort, Pair(np.sort, sort, unary(LONG, axis=lambda shape: one_axis(len(shape))))],
    # Both halves are in no particular order: it is the element between them that both agree on.
    np.partition: Pair(
        our_kth,
        their_kth,
        unary(LONG, axis=lambda shape: one_axis(len(shape)), k=lambda shape: st.integers(0, 20)),
    ),
}
