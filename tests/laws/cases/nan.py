"""Reductions that leave NaN out."""

from hypothesis import strategies as st

from tests.laws.cases.tools import keepdims, reduced_0d, with_a_nan

_WITH_DDOF = with_a_nan(keepdims=keepdims, ddof=lambda shape: st.sampled_from([0, 0.5]))

MORE = {
    "nanmean": (reduced_0d(0, -1), with_a_nan(keepdims=keepdims)),
    "nanvar": (reduced_0d(0, -1), _WITH_DDOF),
    "nanstd": (_WITH_DDOF,),
}
