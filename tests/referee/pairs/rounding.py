"""Signs and rounding."""

import numpy as np

from tests.laws.cases.tools import SHAPES, unary
from tests.referee import torch
from tests.referee.pairs.pair import Pair, primitive_pair
from tinygrad_course.ops.rounding import fraction
from tinygrad_course.primitive import Domain

PAIRS = {
    np.sign: torch.sign,
    np.floor: torch.floor,
    np.ceil: torch.ceil,
    np.trunc: torch.trunc,
    np.rint: torch.round,
    np.round: torch.round,
    # PyTorch's has no derivative; the line below it has.
    np.heaviside: [
        primitive_pair(
            np.heaviside, lambda x, y: torch.heaviside(x.to(y.dtype).detach(), y.detach()), order=0
        ),
        lambda x, y: torch.where(x == 0, y, (x > 0).to(y.dtype)),
    ],
    fraction: torch.frac,
    np.modf: Pair(
        np.modf, lambda x: (torch.frac(x), torch.trunc(x)), unary(SHAPES, Domain(-1.95, -1.05))
    ),
}
