"""Reductions and scans."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tests.laws.cases.tools import SHAPES, Cases, unary
from tinygrad_course.primitive import POSITIVE
from tinygrad_course.testing.strategies import any_axes, one_axis


def _keepdims(shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
    return st.booleans()


def _reduced_0d(*axes: Any) -> Cases:
    """0-d operands, which no gufunc signature with a core dimension has."""
    return unary(st.just(()), axis=lambda s: st.sampled_from([None, (), *axes]), keepdims=_keepdims)


_WITH_DDOF = unary(
    array_shapes(min_dims=1, max_dims=2, min_side=2, max_side=3),
    axis=lambda s: any_axes(len(s)),
    keepdims=_keepdims,
    ddof=lambda s: st.just(0.5),
)
CASES: dict[str, tuple[Cases, ...]] = {
    "cumsum": (
        unary(SHAPES, POSITIVE),
        unary(SHAPES, POSITIVE, axis=lambda s: one_axis(max(len(s), 1)) | st.none()),
    ),
}

MORE: dict[str, tuple[Cases, ...]] = {
    # NumPy lets these have axis 0 where there is none, but not mean, var and std.
    **{name: (_reduced_0d(0, -1),) for name in ("sum", "prod", "max", "min", "logsumexp")},
    "mean": (_reduced_0d(),),
    "var": (_reduced_0d(), _WITH_DDOF),
    "std": (_WITH_DDOF,),
}
