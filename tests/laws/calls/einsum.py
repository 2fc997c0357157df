"""einsum."""

import numpy as np

M = np.array([[0.6, 1.4, 0.9], [1.1, 0.7, 1.3]])
V = np.array([0.5, 1.5, 1.0])

CALLS = {
    np.einsum: [
        lambda x: np.einsum("ij,j", x, V),
        lambda x: np.einsum("ij,kj->ik", M, x, optimize=True),
        lambda x: np.einsum("ij,kj,k->i", x, M, x[:, 0], optimize=["einsum_path", (0, 1), (0, 1)]),
        lambda x: np.einsum("ij,kj,k->i", x, M, x[:, 0], optimize="optimal"),
        lambda x: np.einsum("...j->...", x),
    ],
}
