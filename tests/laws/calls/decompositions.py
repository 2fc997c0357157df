"""Matrices that are taken apart.

Vectors are determined up to their sign: here the one in which their first element is positive.
"""

import numpy as np

from tests.laws.calls.linalg import at
from tests.laws.cases.decompositions import positive, spread, symmetric


def _eigh(*args, **kwargs):
    values, vectors = np.linalg.eigh(*args, **kwargs)
    return values, vectors * np.sign(vectors[..., :1, :])


def _svd(*args, **kwargs):
    u, s, vh = np.linalg.svd(*args, **kwargs)
    sign = np.sign(u[..., :1, :])
    return u * sign, s, vh * np.swapaxes(sign, -1, -2)


def _projection(z):
    """On what the columns of z span, which may be known where they are not."""
    return z @ z.T


_SQUARE, _STACK = at(spread(3, 3)), at(spread(2, 2, 2))
_TALL, _WIDE = at(spread(3, 2)), at(spread(2, 3))

CALLS = {
    np.linalg.cholesky: [
        at(positive(3, 3))(np.linalg.cholesky),
        at(positive(2, 2, 2))(lambda x: np.linalg.cholesky(x, upper=True)),
        _TALL(lambda x: np.linalg.cholesky(x.T @ x)),
    ],
    np.linalg.qr: [
        _SQUARE(np.linalg.qr),
        _TALL(np.linalg.qr),
        _WIDE(np.linalg.qr),
        at(spread(2, 2, 3))(lambda x: np.linalg.qr(a=x, mode="reduced")),
        _TALL(lambda x: np.linalg.qr(x, "r")),
        _WIDE(lambda x: np.linalg.qr(x, "r")),
        _WIDE(lambda x: np.linalg.qr(x, "complete")),
        _SQUARE(lambda x: np.linalg.qr(x, mode="complete")),
        _TALL(lambda x: np.linalg.qr(x, "complete")),
        at(spread(2, 2, 1))(lambda x: np.linalg.qr(x, mode="complete")),
        at(spread(4, 2))(lambda x: _projection(np.linalg.qr(x, "complete").Q[:, 2:])),
    ],
    np.linalg.eigvalsh: [
        at(symmetric(3, 3))(np.linalg.eigvalsh),
        at(symmetric(2, 2, 2))(lambda x: np.linalg.eigvalsh(a=x, UPLO="u")),
        _SQUARE(lambda x: np.linalg.eigvalsh(x + x.T)),
    ],
    np.linalg.eigh: [
        at(symmetric(3, 3))(_eigh),
        at(symmetric(2, 2, 2))(lambda x: _eigh(a=x, UPLO="U")),
        _SQUARE(lambda x: _eigh(x + x.T, "l")),
        at(symmetric(3, 3))(lambda x: np.linalg.eigh(x).eigenvalues),
    ],
    np.linalg.svdvals: [_TALL(np.linalg.svdvals), _STACK(np.linalg.svdvals)],
    np.linalg.svd: [
        _SQUARE(_svd),
        _STACK(lambda x: _svd(a=x)),
        _TALL(lambda x: _svd(x, full_matrices=False)),
        _TALL(lambda x: np.linalg.svd(x).U[:, :2] ** 2),
        _WIDE(lambda x: np.linalg.svd(x).Vh[2] ** 2),
        _TALL(lambda x: np.linalg.svd(x, full_matrices=True).U[:, 2] ** 2),
        at(spread(4, 2))(lambda x: _projection(np.linalg.svd(x).U[:, 2:])),
        at(spread(1, 3))(lambda x: _projection(np.linalg.svd(x).Vh[1:].T)),
        _WIDE(lambda x: _svd(x, False)),
        _WIDE(lambda x: np.linalg.svd(x, compute_uv=False)),
        _TALL(lambda x: np.linalg.svd(x, False, False)),
        _WIDE(lambda x: np.linalg.svd(x, full_matrices=False).S),
        at(spread(3, 1))(lambda x: _svd(x, full_matrices=False)),
    ],
}
