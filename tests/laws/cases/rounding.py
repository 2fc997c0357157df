"""Decimals, and the one place where the second operand of a step counts."""

import numpy as np
from hypothesis import strategies as st

from tests.laws.cases.tools import SHAPES, unary
from tinygrad_course.primitive import Domain
from tinygrad_course.testing import Case

MORE = {
    # Between 0.0 and 0.1, and between 0 and 10, all are rounded to the same.
    "round": (
        unary(SHAPES, Domain(0.051, 0.099), decimals=lambda s: st.just(1)),
        unary(SHAPES, Domain(-3.0, 3.0), decimals=lambda s: st.just(-1)),
    ),
    "heaviside": (Case((np.array([-1, 0, 2]), np.array([0.4, 0.6, 0.8]))),),
}
