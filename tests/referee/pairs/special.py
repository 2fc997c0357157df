"""Special functions; of Bessel functions, PyTorch differentiates those of the lowest orders."""

from math import pi

import numpy as np

from tests.laws.cases.tools import SHAPES, unary
from tests.referee import torch
from tests.referee.pairs.pair import Pair
from tinygrad_course.ops.special import (
    modified_bessel,
    normal_cdf,
    normal_density,
    spherical_bessel,
)
from tinygrad_course.primitive import Domain

# PyTorch's derivatives of sin x / x and I₁(x) / x lose digits near 0.
AWAY_FROM_ZERO = unary(SHAPES, Domain(0.3, 6.0)) | unary(SHAPES, Domain(-6.0, -0.3))

PAIRS = {
    np.sinc: Pair(np.sinc, torch.sinc, AWAY_FROM_ZERO),
    np.i0: torch.i0,
    normal_cdf: torch.special.ndtr,
    normal_density: lambda x: torch.exp(-x * x / 2) / (2 * pi) ** 0.5,
    spherical_bessel: Pair(spherical_bessel, lambda x: torch.sinc(x / pi), AWAY_FROM_ZERO),
    modified_bessel: [
        Pair(modified_bessel, torch.special.i0, unary(SHAPES)),
        Pair(
            lambda x: modified_bessel(x, order=1),
            lambda x: torch.special.i1(x) / x,
            AWAY_FROM_ZERO,
        ),
    ],
}
