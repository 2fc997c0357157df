"""Padding with a constant."""

from hypothesis import strategies as st

from tests.laws.cases.tools import SHAPES, unary


def _widths(shape):
    return st.tuples(*(st.tuples(st.integers(0, 2), st.integers(0, 2)) for _ in shape))


def _values(shape):
    each = st.tuples(*(st.tuples(st.integers(-2, 2), st.floats(-2, 2)) for _ in shape))
    return st.floats(-2, 2) | each if shape else st.floats(-2, 2)


CASES = {
    "pad": (unary(SHAPES, width=_widths), unary(SHAPES, width=_widths, value=_values)),
}
