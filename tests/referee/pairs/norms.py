"""Norms and condition numbers."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tests.laws.cases.tools import keepdims, unary
from tests.referee import torch
from tests.referee.pairs.linalg import REGULAR
from tests.referee.pairs.pair import Pair, nonempty, over_axes, primitive_pair
from tinygrad_course.ops.norms import norm
from tinygrad_course.primitive import KINK_AT_ZERO
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import any_axes, arrays_in

VECTOR_ORDERS = (np.inf, 3, 2, 1.5, 1, 0.5, -1, -np.inf)
MATRIX_ORDERS = ("fro", "nuc", np.inf, 2, 1, -1, -2, -np.inf)
SHAPES = array_shapes(max_dims=3, max_side=3)


def orders(of):
    return {"ord": lambda shape: st.sampled_from(of), "keepdims": keepdims}


@st.composite
def _matrices(draw):
    """Matrices with distinct singular values along the last two axes."""
    shape = draw(array_shapes(min_dims=2, max_dims=3, max_side=3))
    x = draw(arrays_in(KINK_AT_ZERO, shape))
    x = x + np.diag([4.0, 8.0, 12.0])[: shape[-2], : shape[-1]]
    parameters = {"ord": draw(st.sampled_from(MATRIX_ORDERS)), "keepdims": draw(st.booleans())}
    return Case((x,), parameters)


def _vectors():
    axes = {"axis": lambda shape: any_axes(len(shape)).filter(lambda axis: axis != ())}
    return unary(SHAPES, KINK_AT_ZERO, **axes, **orders(VECTOR_ORDERS))


PAIRS = {
    norm: primitive_pair(
        norm,
        over_axes(lambda x, dim, ord=2: torch.linalg.vector_norm(x, ord, dim)),
        where=nonempty,
    ),
    np.linalg.norm: [
        Pair(np.linalg.norm, torch.linalg.norm, unary(SHAPES, KINK_AT_ZERO)),
        Pair(
            lambda x, ord, keepdims: np.linalg.norm(x, ord, -1, keepdims),
            lambda x, ord, keepdims: torch.linalg.norm(x, ord, -1, keepdims),
            unary(SHAPES, KINK_AT_ZERO, **orders(VECTOR_ORDERS)),
        ),
        Pair(
            lambda x, ord, keepdims: np.linalg.norm(x, ord, (-1, -2), keepdims),
            lambda x, ord, keepdims: torch.linalg.norm(x, ord, (-1, -2), keepdims),
            _matrices(),
        ),
    ],
    np.linalg.vector_norm: Pair(
        np.linalg.vector_norm,
        lambda x, ord, axis, keepdims: torch.linalg.vector_norm(x, ord, axis, keepdims),
        _vectors(),
    ),
    np.linalg.matrix_norm: Pair(
        np.linalg.matrix_norm,
        lambda x, ord, keepdims: torch.linalg.matrix_norm(x, ord, keepdim=keepdims),
        _matrices(),
    ),
    np.linalg.cond: [
        Pair(
            lambda x, p=p: np.linalg.cond(x, p),
            lambda x, p=p: torch.linalg.cond(x, p),
            REGULAR.filter(nonempty),
        )
        for p in (None, 2, -2)
    ]
    # For other norms PyTorch's has no derivative: it overwrites the inverse that it would need.
    + [
        Pair(
            lambda x, p=p: np.linalg.cond(x, p),
            lambda x, p=p: (
                torch.linalg.norm(x, p, (-2, -1))
                * torch.linalg.norm(torch.linalg.inv(x), p, (-2, -1))
            ),
            REGULAR.filter(nonempty),
        )
        for p in ("fro", 1, -np.inf)
    ],
}
