"""Inverses, determinants, solutions."""

import numpy as np
from hypothesis import strategies as st

from tinygrad_course.primitive import REAL, Domain
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import values_in

SMALL = Domain(-1, 1)
STACKS = st.sampled_from([(), (), (2,), (1, 2), (0,)])


@st.composite
def regular(draw):
    """Stacks of square matrices with a small condition number."""
    n = draw(st.integers(0, 3))
    (x,) = draw(values_in([SMALL], [(*draw(STACKS), n, n)]))
    return x + 3 * np.eye(n) * draw(st.sampled_from([1, -1]))


@st.composite
def _solved(draw):
    a = draw(regular())
    n = a.shape[-1]
    stack = a.shape[:-2] or (2,)
    columns = draw(st.sampled_from([(n,), (n, 0), (n, 2), (*stack, n, 1), (1, n, n)]))
    return Case((a, *draw(values_in([REAL], [columns]))))


@st.composite
def _inverted(draw):
    m, n = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    (x,) = draw(values_in([SMALL], [(*draw(STACKS), m, n)]))
    return Case((x + 3 * np.eye(m, n),), {"rcond": draw(st.sampled_from([None, 1e-8]))})


_REGULAR = regular().map(lambda x: Case((x,)))
_SINGULAR = (
    np.zeros((1, 1)),
    np.zeros((3, 3)),
    np.array([[1.0, 2.0], [2.0, 4.0]]),
    np.array([[[1.0, 2.0], [2.0, 4.0]], [[1.0, 2.0], [3.0, 4.0]]]),
    np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0], [0.5, 1.0, -2.0]]),
)

CASES = {
    "inv": (_REGULAR,),
    "det": (_REGULAR, *(Case((x,)) for x in _SINGULAR)),
    "log_determinant": (_REGULAR,),
    "solve": (_solved(),),
    "pinv": (_inverted(),),
}
