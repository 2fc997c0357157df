"""Averages, quantiles, covariance."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tests.laws.cases.tools import keepdims, unary, with_a_nan
from tests.referee import torch
from tests.referee.pairs.pair import (
    Pair,
    nonempty,
    over_axes,
    primitive_pair,
)
from tinygrad_course.primitive import POSITIVE, REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import any_axes, values_in

SOME = array_shapes(min_dims=1, max_dims=3, max_side=4)


def at_each_q(function, whole=1):
    """PyTorch's quantile of the last axis, with NumPy's axis, keepdims and any array of q."""
    quantile = over_axes(function)

    def found(x, *, q, method, **settings):
        settings["interpolation"] = method
        parts = [quantile(x, q=float(share) / whole, **settings) for share in np.ravel(q)]
        return torch.stack(parts).reshape(np.shape(q) + tuple(parts[0].shape))

    return found


def _chosen(whole=1):
    share = st.sampled_from([0.0, 0.1, 0.25, 0.4, 0.5, 0.62, 0.9, 1.0]).map(lambda q: q * whole)
    several = st.lists(share, min_size=1, max_size=3).map(np.array)
    methods = st.sampled_from(["linear", "lower", "higher", "midpoint", "nearest"])
    return {"q": lambda shape: share | several, "method": lambda shape: methods}


def _numbers(whole=1):
    axes = {"axis": lambda shape: any_axes(len(shape)), "keepdims": keepdims}
    return unary(SOME, **axes, **_chosen(whole))


def _with_a_nan(whole=1):
    return with_a_nan(keepdims=keepdims, **_chosen(whole))


@st.composite
def _weighted(draw):
    shape = draw(SOME)
    axis = draw(any_axes(len(shape)))
    return Case(draw(values_in([REAL, POSITIVE], [shape, shape])), {"axis": axis})


def average(x, w, axis):
    total = over_axes(torch.sum)
    return total(w * x, axis=axis) / total(w, axis=axis)


OBSERVED = unary(array_shapes(min_dims=1, max_dims=2, min_side=2, max_side=4))

PAIRS = {
    np.median: primitive_pair(
        np.median, over_axes(lambda x, dim: torch.quantile(x, 0.5, dim)), where=nonempty
    ),
    np.quantile: Pair(np.quantile, at_each_q(torch.quantile), _numbers()),
    np.percentile: Pair(np.percentile, at_each_q(torch.quantile, 100), _numbers(100)),
    np.nanmedian: primitive_pair(
        np.nanmedian,
        over_axes(lambda x, dim: torch.nanquantile(x, 0.5, dim)),
        where=nonempty,
    ),
    np.nanquantile: Pair(np.nanquantile, at_each_q(torch.nanquantile), _with_a_nan()),
    np.nanpercentile: Pair(np.nanpercentile, at_each_q(torch.nanquantile, 100), _with_a_nan(100)),
    np.average: Pair(lambda x, w, axis: np.average(x, axis, w), average, _weighted()),
    np.cov: [
        Pair(np.cov, torch.cov, OBSERVED),
        Pair(lambda x: np.cov(x, ddof=0), lambda x: torch.cov(x, correction=0), OBSERVED),
    ],
    np.corrcoef: Pair(np.corrcoef, torch.corrcoef, OBSERVED),
}
