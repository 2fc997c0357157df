"""What the cases of all topics are made with."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import any_axes, arrays_in

SHAPES = array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=3) | st.sampled_from(
    [(0,), (2, 0), (0, 3)]
)
AT_LEAST_1D = SHAPES.filter(len)
# The fewest axes that have a permutation which is not its own inverse.
THREE_D = st.permutations((1, 2, 3)).map(tuple)


def unary(shapes, domain=REAL, **parameters):
    """One operand; each parameter is a function of its shape that gives a strategy."""

    @st.composite
    def cases(draw):
        shape = draw(shapes)
        drawn = {name: draw(make(shape)) for name, make in parameters.items()}
        return Case((draw(arrays_in(domain, shape)),), drawn)

    return cases()


def keepdims(shape):
    """For `unary` and the like: keepdims=keepdims."""
    return st.booleans()


def reduced_0d(*axes):
    """0-d operands, which no gufunc signature with a core dimension has."""
    return unary(st.just(()), axis=lambda s: st.sampled_from([None, (), *axes]), keepdims=keepdims)


@st.composite
def with_a_nan(draw, **parameters):
    """One operand with a NaN in it, and an axis along which there is a number beside it."""
    shape = draw(array_shapes(min_dims=1, max_dims=3, min_side=2, max_side=3))
    x = draw(arrays_in(REAL, shape))
    x.flat[draw(st.integers(0, x.size - 1))] = np.nan
    drawn = {name: draw(make(shape)) for name, make in parameters.items()}
    return Case((x,), {"axis": draw(any_axes(len(shape)).filter(lambda a: a != ())), **drawn})
