"""Reductions that leave NaN out."""

import numpy as np

from tests.laws.cases.tools import with_a_nan
from tests.referee import torch
from tests.referee.pairs.pair import (
    Pair,
    cases_like,
    flat_without_axis,
    over_axes,
    primitive_pair,
)
from tinygrad_course.primitive import registry


def filled(x, value):
    return torch.where(x.isnan(), value, x)


def nanvar(x, dim, ddof=0):
    n = (~x.isnan()).sum(dim)
    deviations = torch.where(x.isnan(), 0.0, x - torch.nanmean(x, dim, keepdim=True))
    return (deviations**2).sum(dim) / (n - ddof)


SCANNED = with_a_nan().filter(lambda case: not isinstance(case.parameters["axis"], tuple))

PAIRS = {
    np.nansum: Pair(np.nansum, over_axes(torch.nansum), cases_like(np.nanmean)),
    np.nanmean: over_axes(torch.nanmean),
    np.nanprod: Pair(
        np.nanprod,
        over_axes(lambda x, dim: torch.prod(filled(x, 1.0), dim)),
        cases_like(np.nanmean),
    ),
    np.nanvar: over_axes(nanvar),
    # At a spread of 0 there is a choice: see test_conventions.py.
    np.nanstd: primitive_pair(
        np.nanstd,
        over_axes(lambda x, dim, ddof=0: torch.sqrt(nanvar(x, dim, ddof))),
        where=lambda case: case.run(registry["nanstd"]).all(),
    ),
    np.nancumsum: Pair(
        np.nancumsum,
        flat_without_axis(lambda x, dim: torch.cumsum(filled(x, 0.0), dim)),
        SCANNED,
    ),
    np.nancumprod: Pair(
        np.nancumprod,
        flat_without_axis(lambda x, dim: torch.cumprod(filled(x, 1.0), dim)),
        SCANNED,
    ),
}
