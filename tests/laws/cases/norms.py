"""Norms."""

from hypothesis import strategies as st

from tests.laws.cases.tools import AT_LEAST_1D, unary
from tinygrad_course.primitive import KINK_AT_ZERO
from tinygrad_course.testing.strategies import any_axes

MORE = {
    "norm": (
        unary(
            AT_LEAST_1D,
            KINK_AT_ZERO,
            # Of an empty array a negative one is 1 / 0: infinity, with a warning, as from NumPy.
            ord=lambda s: st.sampled_from([3, 1.5, 0.5] if 0 in s else [3, 1.5, 0.5, -1, -2.5]),
            axis=lambda s: any_axes(len(s)),
            keepdims=lambda s: st.booleans(),
        ),
    ),
}
