"""Normalization along one axis and along several, with and without equal numbers."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tests.laws.cases.tools import unary
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case

_SHAPES = array_shapes(min_dims=1, max_dims=3, min_side=2, max_side=3)


def _axes(shape):
    """Any axes, from the front or from the back."""
    n = len(shape)
    subsets = st.sets(st.integers(0, n - 1), min_size=1).map(sorted)
    return subsets.flatmap(lambda axes: st.sampled_from([tuple(axes), tuple(a - n for a in axes)]))


def _eps(shape):
    return st.sampled_from([0.05, 1.0])


CASES = {
    "standardize": (
        unary(_SHAPES, REAL, axes=_axes, eps=_eps),
        Case((np.ones((2, 3)),), {"axes": (0,), "eps": 0.5}),
        Case((np.arange(6.0).reshape(2, 3),), {"axes": (1,)}),
    )
}
