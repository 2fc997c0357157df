"""Joining arrays."""

import numpy as np
from hypothesis import strategies as st

from tests.laws.cases.tools import AT_LEAST_1D, SHAPES
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import one_axis, values_in


@st.composite
def _joined(draw):
    shape = draw(AT_LEAST_1D)
    axis = draw(one_axis(len(shape)) | st.none())
    shapes = []
    for length in draw(st.lists(st.integers(0, 3), min_size=1, max_size=3)):
        own = list(shape)
        if axis is not None:
            own[axis] = length
        shapes.append(tuple(own) if axis is not None else (length,))
    return Case(draw(values_in([REAL] * len(shapes), shapes)), {"axis": axis})


@st.composite
def _stacked(draw):
    shape, count = draw(SHAPES), draw(st.integers(1, 3))
    operands = draw(values_in([REAL] * count, [shape] * count))
    return Case(operands, {"axis": draw(one_axis(len(shape) + 1))})


CASES = {
    "concatenate": (
        _joined(),
        Case((np.eye(2, 3) + 0.5, np.eye(2) - 0.5), {"axis": -1}),
        Case((np.eye(2, 3) + 0.5, np.array([1.0, -1.0])), {"axis": None}),
    ),
    "stack": (_stacked(),),
}
