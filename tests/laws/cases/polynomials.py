"""Polynomials and convolution."""

from hypothesis import strategies as st

from tests.laws.cases.tools import SHAPES
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import values_in


@st.composite
def _convolved(draw):
    lengths = st.integers(1, 5).map(lambda n: (n,)) | st.just(())
    operands = draw(values_in([REAL] * 2, [draw(lengths), draw(lengths)]))
    return Case(operands, {"mode": draw(st.sampled_from(["full", "same", "valid"]))})


@st.composite
def _evaluated(draw):
    return Case(draw(values_in([REAL] * 2, [(draw(st.integers(0, 4)),), draw(SHAPES)])))


CASES = {
    "convolve": (_convolved(),),
    "polynomial": (_evaluated(),),
}
