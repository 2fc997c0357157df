"""Products."""

import numpy as np

from tests.laws.calls.call import Calls

M = np.array([[0.6, 1.4, 0.9], [1.1, 0.7, 1.3]])
V = np.array([0.5, 1.5, 1.0])

CALLS: Calls = {
    np.matmul: [lambda x: np.matmul(x, V), lambda x: np.matmul(V[:2], x)],
    np.dot: [lambda x: np.dot(x, V), lambda x: np.dot(V[:2], x), lambda x: np.dot(a=x, b=2.0)],
    np.outer: [lambda x: np.outer(x, V), lambda x: np.outer(a=V, b=x, out=None)],
    np.einsum: [
        lambda x: np.einsum("ij,j", x, V),
        lambda x: np.einsum("ij,kj->ik", M, x, optimize=True),
        lambda x: np.einsum("...j->...", x),
    ],
}
