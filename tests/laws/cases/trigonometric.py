"""Points all around the origin, and angles that jump by whole turns."""

import numpy as np
from hypothesis import strategies as st

from tests.laws.cases.tools import AT_LEAST_1D, unary
from tinygrad_course.primitive import Domain
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import one_axis

CASES = {
    "unwrap": (
        unary(AT_LEAST_1D, Domain(-9, 9), axis=lambda s: one_axis(len(s))),
        unary(AT_LEAST_1D, period=lambda s: st.just(2.5), discont=lambda s: st.just(1.7)),
    ),
}

MORE = {
    "arctan2": (Case((np.array([2.0, 2.1, -1.9, -0.1]), np.array([1.0, -1.1, -0.9, 3.0]))),),
}
