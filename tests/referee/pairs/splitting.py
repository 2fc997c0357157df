"""One array in several."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tests.laws.cases.tools import AT_LEAST_1D, unary
from tests.referee import torch
from tests.referee.pairs.pair import Pair
from tinygrad_course.composition import numpy_named
from tinygrad_course.testing.strategies import one_axis

NONEMPTY = array_shapes(max_dims=3, max_side=3)
EVEN = st.lists(st.sampled_from([2, 4]), min_size=3, max_size=3).map(tuple)
ANY_AXIS = {"axis": lambda shape: one_axis(len(shape))}
SECTIONS = st.integers(1, 4) | st.lists(st.integers(0, 4), max_size=2).map(sorted)

PAIRS = {
    np.array_split: Pair(
        lambda x, places, axis: np.array_split(x, places, axis),
        lambda x, places, axis: torch.tensor_split(x, places, axis),
        unary(AT_LEAST_1D, places=lambda shape: SECTIONS, **ANY_AXIS),
    ),
    np.split: Pair(
        lambda x, axis: np.split(x, 2, axis),
        lambda x, axis: torch.split(x, x.shape[axis] // 2, axis),
        unary(EVEN, **ANY_AXIS),
    ),
    np.vsplit: Pair(lambda x: np.vsplit(x, 2), lambda x: torch.vsplit(x, 2), unary(EVEN)),
    np.hsplit: Pair(lambda x: np.hsplit(x, [1]), lambda x: torch.hsplit(x, [1]), unary(EVEN)),
    np.dsplit: Pair(lambda x: np.dsplit(x, 2), lambda x: torch.dsplit(x, 2), unary(EVEN)),
    **{
        unstack: Pair(unstack, torch.unbind, unary(NONEMPTY, **ANY_AXIS))
        for unstack in numpy_named("unstack")
    },
}
