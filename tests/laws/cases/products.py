"""Products."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tests.laws.cases.tools import SHAPES
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import values_in


@st.composite
def _dotted(draw):
    n = draw(st.integers(0, 3))
    lead, behind = draw(array_shapes(min_dims=0, max_dims=2, max_side=2)), draw(st.integers(1, 2))
    stack = draw(array_shapes(min_dims=0, max_dims=1, max_side=2))
    x, y = draw(
        st.sampled_from(
            [((*lead, n), (n,)), ((*lead, n), (*stack, n, behind)), ((), lead), (lead, ())]
        )
    )
    return Case(draw(values_in([REAL] * 2, [x, y])))


@st.composite
def _outer(draw):
    shapes = draw(st.tuples(SHAPES, SHAPES).filter(lambda s: np.prod(s[0]) * np.prod(s[1]) <= 36))
    return Case(draw(values_in([REAL] * 2, shapes)))


@st.composite
def _contracted(draw):
    summed = draw(array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=2))
    x_free, y_free = draw(array_shapes(max_dims=2, max_side=2)), draw(st.sampled_from([(), (3,)]))
    if draw(st.booleans()):
        shapes, axes = ((*x_free, *summed), (*summed, *y_free)), len(summed)
    else:
        x_axes, x = draw(_mixed(summed, x_free))
        y_axes, y = draw(_mixed(summed, y_free))
        shapes, axes = (x, y), (x_axes, y_axes)
    return Case(draw(values_in([REAL] * 2, shapes)), {"axes": axes})


@st.composite
def _mixed(draw, summed, free):
    """Where the axes that are summed stand among all of them, and the lengths of all."""
    ndim = len(summed) + len(free)
    axes = draw(st.permutations(range(ndim)))[: len(summed)]
    others = iter(free)
    shape = [summed[axes.index(k)] if k in axes else next(others) for k in range(ndim)]
    return [draw(st.sampled_from([k, k - ndim])) for k in axes], tuple(shape)


CASES = {
    # Last but one is the first axis of y, too.
    "dot": (_dotted(), Case((np.linspace(-1, 1, 12).reshape(2, 2, 3), np.eye(3)[:, :2] + 0.5))),
    "outer": (_outer(),),
    "tensordot": (_contracted(),),
}
