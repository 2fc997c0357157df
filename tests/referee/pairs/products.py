"""Products of vectors, matrices, and stacks of them."""

import numpy as np
from hypothesis import strategies as st

from tests.laws.cases.tools import SHAPES
from tests.referee import torch
from tests.referee.pairs.pair import Pair, cases_like
from tinygrad_course.composition import numpy_named
from tinygrad_course.ops.products import cross
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import broadcastable_shapes, one_axis, values_in


def shaped(signature, max_dims=2):
    """Operands of a gufunc signature, in stacks of up to so many axes."""

    @st.composite
    def cases(draw):
        shapes = draw(broadcastable_shapes(signature, max_dims=max_dims))
        return Case(draw(values_in([REAL] * len(shapes), shapes)))

    return cases()


@st.composite
def _vectors(draw):
    """Two arrays of vectors of 3 along an axis, which may have other places in them."""
    shape = list(draw(SHAPES))
    axis = draw(one_axis(len(shape) + 1))
    shape.insert(axis % (len(shape) + 1), 3)
    return Case(draw(values_in([REAL] * 2, [tuple(shape)] * 2)), {"axis": axis})


def dot(x, y):
    if not (x.ndim and y.ndim):
        return x * y
    return torch.tensordot(x, y, dims=([-1], [max(y.ndim - 2, 0)]))


def tensordot(x, y, axes):
    return torch.tensordot(x, y, axes)


def planar_cross(x, y):
    return x[..., 0] * y[..., 1] - x[..., 1] * y[..., 0]


PAIRS = {
    np.matmul: torch.matmul,
    np.dot: dot,
    np.tensordot: tensordot,
    np.inner: Pair(np.inner, torch.inner, shaped("(m?,n),(p?,n)->(m?,p?)")),
    np.vdot: Pair(
        np.vdot, lambda x, y: torch.vdot(x.reshape(-1), y.reshape(-1)), shaped("(m,n),(m,n)->()", 0)
    ),
    np.vecdot: torch.linalg.vecdot,
    np.linalg.vecdot: Pair(
        lambda x, y, axis: np.linalg.vecdot(x, y, axis=axis),
        lambda x, y, axis: torch.linalg.vecdot(x, y, dim=axis),
        _vectors(),
    ),
    **{matvec: lambda x, y: (x @ y[..., None])[..., 0] for matvec in numpy_named("matvec")},
    **{vecmat: lambda x, y: (x[..., None, :] @ y)[..., 0, :] for vecmat in numpy_named("vecmat")},
    np.outer: lambda x, y: torch.outer(x.reshape(-1), y.reshape(-1)),
    np.linalg.outer: Pair(np.linalg.outer, torch.outer, shaped("(m),(n)->(m,n)", 0)),
    # PyTorch's refuses some operands that are transposed.
    np.kron: Pair(
        np.kron, lambda x, y: torch.kron(x.contiguous(), y.contiguous()), cases_like(np.outer)
    ),
    cross: lambda x, y: torch.linalg.cross(*torch.broadcast_tensors(x, y)),
    np.linalg.cross: Pair(
        lambda x, y, axis: np.linalg.cross(x, y, axis=axis),
        lambda x, y, axis: torch.linalg.cross(x, y, dim=axis),
        _vectors(),
    ),
    np.cross: [
        Pair(np.cross, lambda x, y, axis: torch.cross(x, y, axis), _vectors()),
        Pair(np.cross, planar_cross, shaped("(2),(2)->()")),
    ],
}
