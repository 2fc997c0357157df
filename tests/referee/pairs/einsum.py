"""einsum."""

import numpy as np

from tests.referee import torch
from tests.referee.pairs.pair import Pair, cases_like
from tinygrad_course.ops.einsum import einsum

PAIRS = {
    np.einsum: Pair(
        lambda *operands, subscripts: np.einsum(subscripts, *operands),
        lambda *operands, subscripts: torch.einsum(subscripts, *operands),
        cases_like(einsum),
    )
}
