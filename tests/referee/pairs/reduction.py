"""Sums, means, products, extremes, spread."""

import numpy as np

from tests.referee import torch
from tests.referee.pairs.pair import (
    Pair,
    cases_like,
    nonempty,
    over_axes,
    primitive_pair,
)
from tinygrad_course.ops.reduction import logsumexp
from tinygrad_course.primitive import registry


def var(x, dim, ddof=0):
    return torch.var(x, dim, correction=ddof)


def std(x, dim, ddof=0):
    return torch.std(x, dim, correction=ddof)


def has_spread(case):
    return nonempty(case) and bool(case.run(registry["std"]).all())


PAIRS = {
    np.sum: over_axes(torch.sum),
    np.mean: over_axes(torch.mean),
    np.prod: over_axes(torch.prod),
    np.max: over_axes(torch.amax),
    np.min: over_axes(torch.amin),
    np.nanmax: over_axes(lambda x, dim: torch.amax(torch.where(x.isnan(), -torch.inf, x), dim)),
    np.nanmin: over_axes(lambda x, dim: torch.amin(torch.where(x.isnan(), torch.inf, x), dim)),
    np.ptp: Pair(
        np.ptp,
        over_axes(lambda x, dim: torch.amax(x, dim) - torch.amin(x, dim)),
        cases_like(np.max),
    ),
    np.var: primitive_pair(np.var, over_axes(var), where=nonempty),
    # At a spread of 0 there is a choice: see test_conventions.py.
    np.std: primitive_pair(np.std, over_axes(std), where=has_spread),
    # The infinities of empty rows, weighted and added, would be NaN.
    logsumexp: primitive_pair(logsumexp, over_axes(torch.logsumexp), where=nonempty),
}
