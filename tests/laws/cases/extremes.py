"""Bounds and conditions."""

from hypothesis import strategies as st

from tests.laws.cases.tools import Cases
from tinygrad_course.primitive import REAL, Domain
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import broadcastable_shapes, values_in


@st.composite
def _clipped(draw: st.DrawFn) -> Case:
    shapes = draw(broadcastable_shapes("(),(),()->()"))
    x, low, high = draw(values_in([REAL, Domain(-3, 0.5), Domain(-0.5, 3)], shapes))
    return Case(draw(st.sampled_from([(x, low, high), (x, low, None), (x, None, high)])))


@st.composite
def _chosen(draw: st.DrawFn) -> Case:
    condition, x, y = draw(broadcastable_shapes("(),(),()->()"))
    drawn = draw(values_in([REAL] * 3, [condition, x, y]))
    return Case((drawn[0] > 0, *drawn[1:]))


CASES: dict[str, tuple[Cases, ...]] = {
    "clip": (_clipped(),),
    "where": (_chosen(),),
}
