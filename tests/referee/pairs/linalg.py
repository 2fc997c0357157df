"""Inverses, determinants, solutions, powers, products."""

from itertools import pairwise, permutations

import numpy as np
from hypothesis import strategies as st

from tests.laws.cases.linalg import regular
from tests.referee import torch
from tests.referee.pairs.pair import Pair
from tinygrad_course.ops.linalg import log_determinant
from tinygrad_course.primitive import REAL, Domain
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import values_in

REGULAR = regular().map(lambda x: Case((x,)))


def solve(a, b):
    # A vector is one with one axis, and a stack is one that broadcasts, as in NumPy.
    if b.ndim == 1:
        return torch.linalg.solve(a, b[:, None].expand(*a.shape[:-1], 1))[..., 0]
    stack = torch.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    return torch.linalg.solve(a.expand(*stack, *a.shape[-2:]), b.expand(*stack, *b.shape[-2:]))


def determinant(x):
    """Σ ± Π xᵢₚ₍ᵢ₎ over all permutations p."""
    n = x.shape[-1]
    products = []
    for p in permutations(range(n)):
        swaps = sum(p[j] > p[i] for i in range(n) for j in range(i))
        products.append((-1) ** swaps * x[..., range(n), p].prod(-1))
    return sum(products)


@st.composite
def _overdetermined(draw):
    """More equations than unknowns, with a small condition number."""
    n = draw(st.integers(1, 3))
    m = n + draw(st.integers(1, 2))
    a, b = draw(values_in([Domain(-1, 1), REAL], [(m, n), (m, draw(st.integers(1, 2)))]))
    return Case((a + 3 * np.eye(m, n), b))


def lstsq(a, b):
    found = torch.linalg.lstsq(a, b, driver="gelsd")
    # Its residuals and singular values have no derivative.
    residuals = ((a @ found.solution - b) ** 2).sum(0)
    return found.solution, residuals, found.rank, torch.linalg.svdvals(a)


def tensors(*shapes):
    """Operands of these shapes, the first of which has small entries beside its diagonal, as a matrix."""

    @st.composite
    def cases(draw):
        first, *others = draw(values_in([REAL] * len(shapes), shapes))
        return Case((first + 4 * np.eye(shapes[0][0]).reshape(shapes[0]), *others))

    return cases()


@st.composite
def _chain(draw):
    sides = [draw(st.integers(1, 3)) for _ in range(draw(st.integers(3, 5)))]
    shapes = list(pairwise(sides))
    return Case(draw(values_in([REAL] * len(shapes), shapes)))


PAIRS = {
    np.linalg.inv: torch.linalg.inv,
    # Where a matrix is singular, PyTorch's has the gradient 0 or NaN. That of the sum is right.
    np.linalg.det: [Pair(np.linalg.det, torch.linalg.det, REGULAR), determinant],
    log_determinant: lambda x: torch.stack(torch.linalg.slogdet(x)),
    np.linalg.slogdet: Pair(np.linalg.slogdet, torch.linalg.slogdet, REGULAR),
    np.linalg.solve: solve,
    np.linalg.pinv: lambda x, rcond: torch.linalg.pinv(x),
    np.linalg.lstsq: Pair(np.linalg.lstsq, lstsq, _overdetermined()),
    np.linalg.tensorsolve: Pair(
        np.linalg.tensorsolve, torch.linalg.tensorsolve, tensors((4, 2, 2), (4,))
    ),
    np.linalg.tensorinv: Pair(
        lambda x: np.linalg.tensorinv(x, ind=1),
        lambda x: torch.linalg.tensorinv(x, ind=1),
        tensors((4, 2, 2)),
    ),
    np.linalg.matrix_power: [
        Pair(
            lambda x, n=n: np.linalg.matrix_power(x, n),
            lambda x, n=n: torch.linalg.matrix_power(x, n),
            REGULAR,
        )
        for n in (-3, -1, 0, 1, 2, 5)
    ],
    np.linalg.multi_dot: Pair(
        lambda *x: np.linalg.multi_dot(x), lambda *x: torch.linalg.multi_dot(x), _chain()
    ),
}
