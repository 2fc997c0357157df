"""Elements in order of size."""

from hypothesis import strategies as st

from tests.laws.cases.tools import SHAPES, unary
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import one_axis

NONEMPTY = SHAPES.filter(lambda shape: bool(shape) and 0 not in shape)


@st.composite
def _partitioned(draw):
    case = draw(unary(NONEMPTY, axis=lambda s: one_axis(len(s)) | st.none()))
    (x,), axis = case.operands, case.parameters["axis"]
    n = x.size if axis is None else x.shape[axis]
    places = st.integers(-n, n - 1)
    return Case((x,), {"axis": axis, "kth": draw(places | st.lists(places, min_size=1))})


CASES = {"partition": (_partitioned(),)}

MORE = {
    "sort": (
        unary(SHAPES, axis=lambda s: st.none(), kind=lambda s: st.sampled_from([None, "stable"])),
    )
}
