"""Functions that take functions."""

import numpy as np
from hypothesis.extra.numpy import array_shapes

from tests.laws.cases.tools import unary
from tests.referee import torch
from tests.referee.pairs.pair import Pair
from tinygrad_course.primitive import KINK_AT_ZERO

PLANES = array_shapes(min_dims=2, max_dims=2, max_side=3)

PAIRS = {
    np.apply_along_axis: Pair(
        lambda x: np.apply_along_axis(lambda row: row * row.sum(), 1, x),
        torch.vmap(lambda row: row * row.sum()),
        unary(PLANES),
    ),
    np.apply_over_axes: Pair(
        lambda x: np.apply_over_axes(np.prod, x, (0, 1)),
        lambda x: torch.prod(torch.prod(x, 0, keepdim=True), 1, keepdim=True),
        unary(PLANES),
    ),
    np.piecewise: Pair(
        lambda x: np.piecewise(x, [x > 0, x <= 0], [np.sqrt, np.exp]),
        lambda x: torch.where(x > 0, torch.sqrt(torch.where(x > 0, x, 1.0)), torch.exp(x)),
        unary(PLANES, KINK_AT_ZERO),
    ),
}
