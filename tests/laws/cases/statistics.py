"""Quantiles."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tests.laws.cases.tools import keepdims, reduced_0d, unary, with_a_nan
from tinygrad_course.testing.strategies import any_axes

# Those of Hyndman and Fan, discrete ones first, and NumPy's own.
METHODS = (
    *("inverted_cdf", "averaged_inverted_cdf", "closest_observation"),
    *("interpolated_inverted_cdf", "hazen", "weibull", "linear", "median_unbiased"),
    *("normal_unbiased", "lower", "higher", "midpoint", "nearest"),
)
NONEMPTY = array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=3)


def _chosen(whole):
    """q is a share of `whole`; in single precision, as an array of them makes the result its own dtype."""
    shares = st.sampled_from([0.0, 0.125, 0.375, 0.5, 0.625, 1.0]).map(lambda q: q * whole)
    several = st.lists(shares, max_size=3).map(lambda q: np.array(q, np.float32))
    return {
        "q": lambda shape: shares | several,
        "method": lambda shape: st.sampled_from(METHODS),
        "keepdims": keepdims,
    }


def _cases(whole):
    return unary(NONEMPTY, axis=lambda s: any_axes(len(s)) if s else st.none(), **_chosen(whole))


CASES = {
    "quantile": (_cases(1),),
    "percentile": (_cases(100),),
    "nanquantile": (_cases(1), with_a_nan(**_chosen(1))),
    "nanpercentile": (_cases(100), with_a_nan(**_chosen(100))),
}

MORE = {
    "median": (reduced_0d(),),
    "nanmedian": (reduced_0d(), with_a_nan(keepdims=keepdims)),
}
