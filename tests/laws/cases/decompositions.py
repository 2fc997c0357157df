"""Matrices that are taken apart.

Their diagonals are far apart, so that no vector changes its sign while it is differentiated
numerically.
"""

import numpy as np

from tinygrad_course.testing import Case


def spread(*shape):
    """Matrices with distinct singular values, and a small condition number."""
    m, n = shape[-2:]
    noise = np.random.default_rng(len(shape) + m).uniform(-0.4, 0.4, shape)
    return noise + np.diag([2.0, -3.5, 5.0, 7.0])[:m, :n]


def symmetric(*shape):
    """Symmetric matrices with distinct eigenvalues."""
    x = spread(*shape)
    return (x + x.mT) / 2


def positive(*shape):
    """Positive definite matrices."""
    x = spread(*shape)
    return x @ x.mT


_SQUARE = ((1, 1), (2, 2), (3, 3), (2, 2, 2), (0, 2, 2), (0, 0), (2, 0, 0))
_TALL = ((3, 2), (2, 3, 1), (2, 0))
_WIDE = ((2, 3), (1, 1, 2), (0, 2))


def _either(name, values, arrays):
    return tuple(Case((x,), {name: value}) for x in arrays for value in values)


CASES = {
    "cholesky": _either("upper", [False, True], [positive(*shape) for shape in _SQUARE]),
    "qr_factors": tuple(Case((spread(*shape),)) for shape in (*_SQUARE, *_TALL)),
    **{
        name: _either("UPLO", ["L", "U"], [symmetric(*shape) for shape in _SQUARE])
        for name in ("eigvalsh", "eigenpairs")
    },
    # With one column more, which is determined but for its sign.
    "qr_complement": tuple(Case((spread(*shape),)) for shape in ((3, 2), (2, 2, 1))),
    "svd_complement": tuple(Case((spread(*shape),)) for shape in ((3, 2), (2, 3), (2, 2, 1))),
    **{
        name: tuple(Case((spread(*shape),)) for shape in (*_SQUARE, *_TALL, *_WIDE))
        for name in ("svdvals", "singular_triplets")
    },
}
