"""The larger, the smaller, bounds, conditions."""

import numpy as np
from hypothesis import strategies as st

from tests.referee import torch
from tests.referee.pairs.pair import Pair
from tinygrad_course.testing import Case


def clip(x, low, high):
    if low is None or high is None:
        return torch.clamp(x, low, high)
    # A 0-d x does not broadcast against the bounds in torch.clamp's backward pass.
    return torch.clamp(*torch.broadcast_tensors(x, low, high))


NOT_FINITE = Case(
    (np.array([np.nan, 1.0, np.inf, -np.inf, -2.0]),), {"nan": 3.0, "posinf": 4.0, "neginf": 5.0}
)

PAIRS = {
    np.maximum: torch.maximum,
    np.minimum: torch.minimum,
    np.fmax: torch.fmax,
    np.fmin: torch.fmin,
    np.clip: clip,
    np.where: torch.where,
    np.nan_to_num: [torch.nan_to_num, Pair(np.nan_to_num, torch.nan_to_num, st.just(NOT_FINITE))],
}
