"""Whole exponents, each element with its own and one for several."""

import numpy as np
from hypothesis import strategies as st

from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import arrays_in, broadcastable_shapes


@st.composite
def _scaled(draw):
    x, n = draw(broadcastable_shapes("(),()->()"))
    exponents = np.arange(-3, np.prod(n, dtype=int) - 3).reshape(n)
    return Case((draw(arrays_in(REAL, x)), draw(st.sampled_from([exponents, 5]))))


_X, _N = np.array([[0.5, -1.5, 2.0], [0.7, 1.1, -0.3]]), np.array([[1, -2, 0], [3, -1, 2]])

CASES = {
    "ldexp": (Case((_X, _N)), Case((_X[0], _N)), Case((_X, _N[1])), _scaled()),
}
