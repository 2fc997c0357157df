"""Running sums and products, differences, integrals."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tests.laws.cases.tools import AT_LEAST_1D, unary
from tests.referee import torch
from tests.referee.pairs.pair import Pair, flat_without_axis, primitive_pair
from tinygrad_course.composition import numpy_named
from tinygrad_course.ops.scans import running_maximum, running_minimum, slice_sums
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import one_axis, values_in

ANY_AXIS = {"axis": lambda shape: one_axis(len(shape))}
AT_LEAST_3 = array_shapes(min_dims=1, max_dims=2, min_side=3, max_side=5)


@st.composite
def _with_ends(draw):
    """An array, and two more that fit before and behind it."""
    shape = draw(AT_LEAST_1D)
    axis = draw(one_axis(len(shape)))
    end = list(shape)
    end[axis] = draw(st.integers(1, 2))
    operands = draw(values_in([REAL] * 3, [shape, tuple(end), tuple(end)]))
    return Case(operands, {"axis": axis, "n": draw(st.integers(1, 2))})


@st.composite
def _sampled(draw):
    """Heights, and ascending coordinates along an axis."""
    shape = draw(AT_LEAST_3)
    axis = draw(one_axis(len(shape)))
    y, x = draw(values_in([REAL] * 2, [shape, (shape[axis],)]))
    return Case((y, np.sort(x)), {"axis": axis})


def _differences(x, before, after, *, axis, n):
    return torch.diff(x, n, axis, before, after)


def _slope(y, x, *, axis, edge_order=1):
    (z,) = torch.gradient(y, spacing=(x,), dim=axis, edge_order=edge_order)
    return z


def _slice_sums(x, *, indices, axis):
    _, *slices = torch.tensor_split(x, torch.as_tensor(indices), axis)
    return torch.stack([part.sum(axis) for part in slices], axis)


def _ascends(case):
    return bool((np.diff(case.parameters["indices"]) > 0).all())


PAIRS = {
    np.cumsum: flat_without_axis(torch.cumsum),
    np.cumprod: flat_without_axis(torch.cumprod),
    **{
        function: Pair(function, theirs, unary(AT_LEAST_1D, **ANY_AXIS))
        for name, theirs in (("cumulative_sum", torch.cumsum), ("cumulative_prod", torch.cumprod))
        for function in numpy_named(name)
    },
    running_maximum: lambda x, *, axis=0: torch.cummax(x, axis).values,
    running_minimum: lambda x, *, axis=0: torch.cummin(x, axis).values,
    slice_sums: primitive_pair(slice_sums, _slice_sums, where=_ascends),
    np.diff: [
        Pair(np.diff, torch.diff, unary(AT_LEAST_1D, n=lambda s: st.integers(0, 3))),
        Pair(
            lambda x, before, after, axis, n: np.diff(x, n, axis, before, after),
            _differences,
            _with_ends(),
        ),
    ],
    np.ediff1d: Pair(np.ediff1d, lambda x: torch.diff(x.reshape(-1)), unary(AT_LEAST_1D)),
    np.trapezoid: [
        Pair(np.trapezoid, torch.trapezoid, _sampled()),
        Pair(
            lambda y: np.trapezoid(y, dx=0.5),
            lambda y: torch.trapezoid(y, dx=0.5),
            unary(AT_LEAST_3),
        ),
    ],
    np.gradient: [
        Pair(np.gradient, _slope, _sampled()),
        Pair(
            lambda y, x, axis: np.gradient(y, x, axis=axis, edge_order=2),
            lambda y, x, axis: _slope(y, x, axis=axis, edge_order=2),
            _sampled(),
        ),
        Pair(
            lambda y: np.gradient(y, 0.5),
            lambda y: torch.gradient(y, spacing=0.5),
            unary(AT_LEAST_3),
        ),
    ],
}
