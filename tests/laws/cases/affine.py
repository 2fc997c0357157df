"""The affine map of a layer."""

import numpy as np
from hypothesis import strategies as st

from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import values_in


@st.composite
def _affine(draw):
    batch = draw(st.sampled_from([(), (1,), (3,), (2, 2), (0,)]))
    n_in, n_out = draw(st.integers(0, 3)), draw(st.integers(1, 3))
    x, weight, bias = draw(values_in([REAL] * 3, [(*batch, n_in), (n_out, n_in), (n_out,)]))
    return Case(draw(st.sampled_from([(x, weight, bias), (x, weight, None), (x, weight)])))


_RNG = np.random.default_rng(0)
_STACKED = Case(tuple(_RNG.standard_normal(shape) for shape in ((2, 3, 4), (5, 4), (5,))))

CASES = {"linear": (_STACKED, _affine())}
