"""Running sums and products."""

from hypothesis import strategies as st

from tests.laws.cases.tools import SHAPES, unary
from tinygrad_course.testing.strategies import one_axis

CASES = {
    name: (
        unary(SHAPES),
        unary(SHAPES, axis=lambda s: one_axis(max(len(s), 1)) | st.none()),
    )
    for name in ("cumsum", "cumprod")
}
