"""Whole exponents."""

import numpy as np
from hypothesis import strategies as st

from tests.laws.cases.tools import Cases
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import arrays_in, broadcastable_shapes


@st.composite
def _scaled(draw: st.DrawFn) -> Case:
    x, n = draw(broadcastable_shapes("(),()->()"))
    exponents = np.arange(-3, np.prod(n, dtype=int) - 3).reshape(n)
    return Case((draw(arrays_in(REAL, x)), draw(st.sampled_from([exponents, 5]))))


CASES: dict[str, tuple[Cases, ...]] = {"ldexp": (_scaled(),)}
