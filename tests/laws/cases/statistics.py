"""Quantiles."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tests.laws.cases.tools import keepdims, reduced_0d, unary, with_a_nan
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import any_axes

# Those of Hyndman and Fan, discrete ones first, and NumPy's own.
METHODS = (
    *("inverted_cdf", "averaged_inverted_cdf", "closest_observation"),
    *("interpolated_inverted_cdf", "hazen", "weibull", "linear", "median_unbiased"),
    *("normal_unbiased", "lower", "higher", "midpoint", "nearest"),
)
NONEMPTY = array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=3)


def _chosen(whole):
    """q is a share of `whole`: a number, or an array in which none is at an element, where z has a kink."""
    shares = st.sampled_from([0.0, 0.125, 0.375, 0.5, 0.625, 1.0]).map(lambda q: q * whole)
    between = st.lists(st.sampled_from([0.0731, 0.3137, 0.4619, 0.7071, 0.9293]), max_size=3)
    several = between.map(lambda q: np.array(q) * whole)
    return {
        "q": lambda shape: shares | several,
        "method": lambda shape: st.sampled_from(METHODS),
        "keepdims": keepdims,
    }


def _with_q(case):
    """The case with q as its second operand."""
    return Case(
        (*case.operands, case.parameters["q"]),
        {name: value for name, value in case.parameters.items() if name != "q"},
    )


def _cases(whole):
    axes = {"axis": lambda s: any_axes(len(s)) if s else st.none()}
    return unary(NONEMPTY, **axes, **_chosen(whole)).map(_with_q)


CASES = {
    "quantile": (_cases(1),),
    "percentile": (_cases(100),),
    "nanquantile": (_cases(1), with_a_nan(**_chosen(1)).map(_with_q)),
    "nanpercentile": (_cases(100), with_a_nan(**_chosen(100)).map(_with_q)),
}

MORE = {
    "median": (reduced_0d(),),
    "nanmedian": (reduced_0d(), with_a_nan(keepdims=keepdims)),
}
