"""Triangles."""

from hypothesis import strategies as st

from tests.laws.cases.tools import AT_LEAST_1D, unary

CASES = {
    name: (unary(AT_LEAST_1D), unary(AT_LEAST_1D, k=lambda shape: st.integers(-3, 3)))
    for name in ("tril", "triu")
}
