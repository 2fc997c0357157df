"""Reductions."""

from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tests.laws.cases.tools import keepdims, reduced_0d, unary, with_a_nan
from tinygrad_course.testing.strategies import any_axes

_WITH_DDOF = unary(
    array_shapes(min_dims=1, max_dims=2, min_side=2, max_side=3),
    axis=lambda s: any_axes(len(s)),
    keepdims=keepdims,
    ddof=lambda s: st.just(0.5),
)

MORE = {
    # NumPy lets these have axis 0 where there is none, but not mean, var and std.
    **{name: (reduced_0d(0, -1),) for name in ("sum", "prod", "max", "min", "logsumexp")},
    "mean": (reduced_0d(),),
    "var": (reduced_0d(), _WITH_DDOF),
    "std": (_WITH_DDOF,),
    **{name: (reduced_0d(0, -1), with_a_nan(keepdims=keepdims)) for name in ("nanmax", "nanmin")},
}
