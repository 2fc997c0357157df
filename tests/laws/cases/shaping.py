"""Moving elements."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes
from hypothesis.extra.numpy import broadcastable_shapes as shapes_broadcasting_with

from tests.laws.cases.tools import AT_LEAST_1D, SHAPES, THREE_D, unary
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import any_axes, arrays_in, one_axis


def _new_shapes(shape):
    size = int(np.prod(shape))
    if not size:
        return st.sampled_from([shape[::-1], shape, size])
    divisors = [n for n in range(1, size + 1) if size % n == 0]
    pairs = st.sampled_from(divisors).map(lambda n: (n, size // n))
    return st.one_of(
        st.sampled_from([size, -1, (-1,), shape[::-1]]), pairs, pairs.map(lambda p: (p[0], -1))
    )


def _permutations(shape):
    signed = st.permutations(range(len(shape))).flatmap(
        lambda axes: st.tuples(*(st.sampled_from([a, a - len(axes)]) for a in axes))
    )
    return st.none() | signed


@st.composite
def _moves(draw, shapes):
    shape = draw(shapes)
    n = len(shape)
    if draw(st.booleans()):
        where = {"source": draw(one_axis(n)), "destination": draw(one_axis(n))}
    else:
        count = draw(st.integers(0, n))
        where = {
            "source": tuple(draw(st.permutations(range(n)))[:count]),
            "destination": tuple(a - n for a in draw(st.permutations(range(n)))[:count]),
        }
    return Case((draw(arrays_in(REAL, shape)),), where)


def _length_one_axes(shape):
    axes = [i for i, n in enumerate(shape) if n == 1]
    return st.sampled_from([None, tuple(axes), *axes, *(a - len(shape) for a in axes)])


def _wider_shapes(shape):
    side = 0 if 0 in shape else 1
    return shapes_broadcasting_with(shape, min_dims=len(shape), min_side=side, max_side=3).map(
        lambda other: np.broadcast_shapes(shape, other)
    )


def _some_axes(shape):
    return any_axes(len(shape)) if shape else st.sampled_from([None, ()])


# The shortest axes along which there is another way than back.
SIDES_OF_3 = array_shapes(min_dims=1, max_dims=2, min_side=3, max_side=4)


@st.composite
def _rolled(draw, shapes):
    shape, shifts = draw(shapes), st.integers(-4, 4)
    if shape and draw(st.booleans()):
        axes = st.lists(one_axis(len(shape)), min_size=1, max_size=3)  # the same one twice, too
        axis = tuple(draw(axes))
        shift = draw(st.tuples(*(shifts for _ in axis)) | shifts)
    else:
        shift, axis = draw(shifts), draw(one_axis(len(shape)) | st.none()) if shape else None
    return Case((draw(arrays_in(REAL, shape)),), {"shift": shift, "axis": axis})


CASES = {
    "reshape": (unary(SHAPES, shape=_new_shapes),),
    "transpose": (
        unary(SHAPES, axes=_permutations),
        unary(THREE_D, axes=_permutations),
        unary(SHAPES),
    ),
    "swapaxes": (
        unary(AT_LEAST_1D, axis1=lambda s: one_axis(len(s)), axis2=lambda s: one_axis(len(s))),
    ),
    "moveaxis": (_moves(AT_LEAST_1D), _moves(THREE_D)),
    "squeeze": (unary(SHAPES, axis=_length_one_axes),),
    "expand_dims": (unary(SHAPES, axis=lambda s: st.sampled_from([0, -1, len(s), (0, -1), ()])),),
    "broadcast_to": (unary(SHAPES, shape=_wider_shapes),),
    "flip": (unary(SHAPES, axis=_some_axes),),
    "roll": (_rolled(SHAPES), _rolled(SIDES_OF_3)),
    "astype": (unary(SHAPES, dtype=lambda s: st.sampled_from([np.float64, "float64"])),),
    "copy": (unary(SHAPES),),
    "identity": (unary(SHAPES),),
}
