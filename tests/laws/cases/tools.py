"""What the cases of all topics are made with."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tinygrad_course.primitive import REAL, Domain
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import arrays_in

Cases = st.SearchStrategy[Case]

SHAPES = array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=3) | st.sampled_from(
    [(0,), (2, 0), (0, 3)]
)
AT_LEAST_1D = SHAPES.filter(len)
# The fewest axes that have a permutation which is not its own inverse.
THREE_D = st.permutations((1, 2, 3)).map(tuple)


def unary(shapes: st.SearchStrategy[Any], domain: Domain = REAL, **parameters: Any) -> Cases:
    """One operand; each parameter is a function of its shape that gives a strategy."""

    @st.composite
    def cases(draw: st.DrawFn) -> Case:
        shape = draw(shapes)
        drawn = {name: draw(make(shape)) for name, make in parameters.items()}
        return Case((draw(arrays_in(domain, shape)),), drawn)

    return cases()
