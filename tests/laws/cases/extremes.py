"""Bounds and conditions."""

import numpy as np
from hypothesis import strategies as st

from tinygrad_course.primitive import REAL, Domain
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import broadcastable_shapes, values_in


@st.composite
def _clipped(draw):
    shapes = draw(broadcastable_shapes("(),(),()->()"))
    x, low, high = draw(values_in([REAL, Domain(-3, 0.5), Domain(-0.5, 3)], shapes))
    return Case(draw(st.sampled_from([(x, low, high), (x, low, None), (x, None, high)])))


@st.composite
def _chosen(draw):
    condition, x, y = draw(broadcastable_shapes("(),(),()->()"))
    drawn = draw(values_in([REAL] * 3, [condition, x, y]))
    return Case((drawn[0] > 0, *drawn[1:]))


_X = np.array([[-2.0, -0.5, 0.3], [1.2, 2.5, -1.1]])
_LOW = np.array([[-1.0, -2.0, 0.9], [-0.3, 0.4, -2.2]])
_HIGH = np.array([[1.5, 0.1, 2.0], [0.8, 3.0, -1.6]])
_BOUNDS = ((_LOW, _HIGH), (_LOW, None), (None, _HIGH), (_LOW[0], _LOW[1]))  # crossed in the end

CASES = {
    "clip": (*(Case((_X, *bounds)) for bounds in _BOUNDS), _clipped()),
    "where": (_chosen(),),
}
