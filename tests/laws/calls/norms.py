"""Norms and condition numbers."""

import numpy as np

from tests.laws.calls.call import on
from tests.laws.calls.linalg import A, B, at

_VECTOR = (None, 2, 1, 3, 1.5, 0.5, -1, np.inf, -np.inf, np.float64(2.5))
_MATRIX = (None, "fro", "f", "nuc", 1, -1, 2, -2, np.inf, -np.inf)
_THREE_D = on((2, 3, 2))

CALLS = {
    np.linalg.norm: [
        *(lambda x, p=p: np.linalg.norm(x[0], p) for p in _VECTOR),
        *(lambda x, p=p: np.linalg.norm(x, p, axis=-1) for p in _VECTOR),
        *(lambda x, p=p: np.linalg.norm(x=x, ord=p, axis=(0,), keepdims=True) for p in _VECTOR),
        *(lambda x, p=p: np.linalg.norm(x, p) for p in _MATRIX),
        *(lambda x, p=p: np.linalg.norm(x, p, None, True) for p in _MATRIX),
        *(_THREE_D(lambda x, p=p: np.linalg.norm(x, p, axis=(0, -1))) for p in _MATRIX),
        *(_THREE_D(lambda x, p=p: np.linalg.norm(x, p, (2, 1), True)) for p in _MATRIX),
        _THREE_D(np.linalg.norm),
        _THREE_D(lambda x: np.linalg.norm(x, keepdims=True)),
        on(())(np.linalg.norm),
    ],
    np.linalg.vector_norm: [
        *(lambda x, p=p: np.linalg.vector_norm(x, ord=p) for p in _VECTOR if p),
        *(lambda x, p=p: np.linalg.vector_norm(x, ord=p, axis=0) for p in _VECTOR if p),
        lambda x: np.linalg.vector_norm(x, keepdims=True),
        _THREE_D(lambda x: np.linalg.vector_norm(x, axis=(0, -1), keepdims=True, ord=3)),
        _THREE_D(lambda x: np.linalg.vector_norm(x, axis=(2, 0))),
        on(())(np.linalg.vector_norm),
    ],
    np.linalg.matrix_norm: [
        *(_THREE_D(lambda x, p=p: np.linalg.matrix_norm(x, ord=p)) for p in _MATRIX if p),
        _THREE_D(lambda x: np.linalg.matrix_norm(x, keepdims=True)),
    ],
    np.linalg.cond: [
        *(at(A)(lambda x, p=p: np.linalg.cond(x, p)) for p in _MATRIX if p != "f"),
        at(B)(lambda x: np.linalg.cond(x=x)),
        at(np.stack([A, A.T - 1.0]))(lambda x: np.linalg.cond(x, p=-2)),
        at(np.stack([A, A.T - 1.0]))(lambda x: np.linalg.cond(x, 1)),
    ],
}
