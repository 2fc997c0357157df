"""Matrices taken apart.

Eigenvectors and singular vectors are determined up to a sign: what is compared are their outer
products, v vᵀ and u vᵀ, one for each value. Of a symmetric matrix NumPy reads one triangle, which
then has the whole gradient; PyTorch spreads it over both. Given (x + xᵀ) / 2, x gets the same.
"""

import numpy as np

from tests.referee import torch
from tests.referee.pairs.pair import Pair, cases_like
from tinygrad_course.testing import Case


def symmetric(x):
    return (x + x.mT) / 2


def each_outer(u, v):
    """uₖ vₖᵀ, for each column of both."""
    return u.mT[..., :, None] * v.mT[..., None, :]


def eigh(library):
    """The eigenvalues, and the outer products of the eigenvectors, by either library."""

    def found(x):
        values, vectors = library.linalg.eigh(symmetric(x))
        return values, each_outer(vectors, vectors)

    return found


def svd(library):
    """The singular values, and the outer products of the singular vectors, by either library."""

    def found(x):
        u, s, vh = library.linalg.svd(x, full_matrices=False)
        return s, each_outer(u, vh.mT)

    return found


def qr(library):
    """Q and R, with a diagonal of R that is positive, by either library."""

    def found(x):
        q, r = library.linalg.qr(x)
        signs = library.sign(library.linalg.diagonal(r))
        return q * signs[..., None, :], r * signs[..., :, None]

    return found


ANY_SHAPE = cases_like(np.linalg.svdvals)
SQUARE = cases_like(np.linalg.eigvalsh).map(lambda case: Case(case.operands))

PAIRS = {
    np.linalg.cholesky: Pair(
        lambda x, upper: np.linalg.cholesky(symmetric(x), upper=upper),
        lambda x, upper: torch.linalg.cholesky(symmetric(x), upper=upper),
        cases_like(np.linalg.cholesky),
    ),
    np.linalg.qr: [
        Pair(qr(np), qr(torch), ANY_SHAPE),
        Pair(lambda x: np.linalg.qr(x, "r"), lambda x: torch.linalg.qr(x, "reduced").R, ANY_SHAPE),
    ],
    np.linalg.eigvalsh: Pair(
        lambda x: np.linalg.eigvalsh(symmetric(x)),
        lambda x: torch.linalg.eigvalsh(symmetric(x)),
        SQUARE,
    ),
    np.linalg.eigh: Pair(eigh(np), eigh(torch), SQUARE),
    np.linalg.svdvals: torch.linalg.svdvals,
    np.linalg.svd: Pair(svd(np), svd(torch), ANY_SHAPE),
}
