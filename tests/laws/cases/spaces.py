"""Evenly spaced numbers."""

from hypothesis import strategies as st

from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import broadcastable_shapes, values_in


@st.composite
def _spaced(draw):
    shapes = draw(broadcastable_shapes("(),()->()", max_side=2))
    ndim = max(map(len, shapes))
    parameters = {
        "num": draw(st.integers(0, 4)),
        "endpoint": draw(st.booleans()),
        "axis": draw(st.integers(-ndim - 1, ndim)),
    }
    return Case(draw(values_in([REAL] * 2, shapes)), parameters)


CASES = {"linspace": (_spaced(),)}
