"""Moving elements without changing them."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tests.laws.cases.tools import AT_LEAST_1D, SHAPES, unary
from tests.referee import torch
from tests.referee.pairs.pair import Pair
from tinygrad_course.composition import numpy_named
from tinygrad_course.ops.shaping import astype, identity
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import any_axes, broadcastable_shapes, one_axis, values_in

PLANES = array_shapes(min_dims=2, max_dims=3, min_side=0, max_side=3)


def permute(x, axes=None):
    return x.permute(tuple(range(x.ndim))[::-1] if axes is None else axes)


def squeeze(x, axis):
    return torch.squeeze(x) if axis is None else torch.squeeze(x, axis)


def expand_dims(x, axis):
    # Of both orders in which (0, -1) can be added, each gives the same.
    for one in axis if isinstance(axis, tuple) else (axis,):
        x = torch.unsqueeze(x, one)
    return x


def flip(x, axis):
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return torch.flip(x, tuple(axes))


def roll(x, shift, axis):
    if isinstance(axis, tuple) and not isinstance(shift, tuple):
        shift = (shift,) * len(axis)
    return torch.roll(x, shift, axis)


def to_double(convert):
    return lambda x: convert(x, np.float64)


@st.composite
def _together(draw):
    shapes = draw(broadcastable_shapes("(),(),()->()"))
    return Case(draw(values_in([REAL] * 3, shapes)))


TURNS = {"k": lambda shape: st.integers(-4, 4)}
SHIFTED = unary(AT_LEAST_1D, axes=lambda shape: any_axes(len(shape)).filter(lambda a: a != ()))

PAIRS = {
    np.reshape: lambda x, shape: torch.reshape(x, shape if isinstance(shape, tuple) else (shape,)),
    np.ravel: Pair(np.ravel, torch.ravel, unary(SHAPES)),
    np.transpose: permute,
    np.swapaxes: lambda x, axis1, axis2: torch.swapaxes(x, axis1, axis2),
    np.matrix_transpose: Pair(np.matrix_transpose, lambda x: x.mT, unary(PLANES)),
    np.moveaxis: torch.moveaxis,
    np.rollaxis: Pair(
        lambda x, axis: np.rollaxis(x, axis),
        lambda x, axis: torch.movedim(x, axis, 0),
        unary(AT_LEAST_1D, axis=lambda shape: one_axis(len(shape))),
    ),
    np.squeeze: squeeze,
    np.expand_dims: expand_dims,
    np.atleast_1d: Pair(np.atleast_1d, torch.atleast_1d, unary(SHAPES)),
    np.atleast_2d: Pair(np.atleast_2d, torch.atleast_2d, unary(SHAPES)),
    np.atleast_3d: Pair(np.atleast_3d, torch.atleast_3d, unary(SHAPES)),
    np.flip: flip,
    np.fliplr: Pair(np.fliplr, torch.fliplr, unary(PLANES)),
    np.flipud: Pair(np.flipud, torch.flipud, unary(AT_LEAST_1D)),
    np.rot90: Pair(np.rot90, torch.rot90, unary(PLANES, **TURNS)),
    np.roll: roll,
    np.fft.fftshift: Pair(np.fft.fftshift, lambda x, axes: torch.fft.fftshift(x, axes), SHIFTED),
    np.fft.ifftshift: Pair(np.fft.ifftshift, lambda x, axes: torch.fft.ifftshift(x, axes), SHIFTED),
    np.broadcast_to: lambda x, shape: torch.broadcast_to(x, shape),
    np.broadcast_arrays: Pair(np.broadcast_arrays, torch.broadcast_tensors, _together()),
    astype: lambda x, dtype: x.double(),
    **{
        convert: Pair(to_double(convert), torch.Tensor.double, unary(SHAPES))
        for convert in numpy_named("astype")
    },
    np.copy: torch.clone,
    identity: lambda x: x,
}
