"""Selecting elements, and putting them back."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import basic_indices

from tests.laws.cases.tools import SHAPES, unary
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import arrays_in


def _indices(shape):
    basic = basic_indices(shape, allow_newaxis=True)
    mask = st.integers(0, 2**16).map(lambda seed: np.random.default_rng(seed).random(shape) < 0.5)
    if not shape or not all(shape):
        return basic | mask
    rows = st.lists(st.integers(-shape[0], shape[0] - 1), max_size=4).map(
        lambda chosen: np.array(chosen, dtype=int)
    )
    mixed = rows.map(lambda chosen: (chosen, ..., None))
    pairs = st.lists(
        st.tuples(*(st.integers(-n, n - 1) for n in shape)), min_size=1, max_size=4
    ).map(lambda points: tuple(np.array(column) for column in zip(*points, strict=True)))
    return st.one_of(basic, mask, rows, rows.map(list), mixed, pairs)


@st.composite
def _scattered(draw):
    shape = draw(SHAPES)
    index = draw(_indices(shape))
    operand = draw(arrays_in(REAL, np.zeros(shape)[index].shape))
    return Case((operand,), {"index": index, "shape": shape})


CASES = {
    "getitem": (unary(SHAPES, index=_indices),),
    "scatter_add": (_scattered(),),
}
