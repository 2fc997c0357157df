"""Joining arrays."""

import numpy as np

from tests.laws.calls.call import on

M = np.array([[0.6, 1.4, 0.9], [1.1, 0.7, 1.3]])
V = np.array([0.5, 1.5, 1.0])

CALLS = {
    np.concatenate: [
        lambda x: np.concatenate([x, M]),
        lambda x: np.concatenate((V[None], x, x.tolist() if x is M else x), 0),
        lambda x: np.concatenate([x, M[:, :1]], axis=1),
        lambda x: np.concatenate([x, V], axis=None),
        lambda x: np.concatenate([M, x], axis=-1, out=None, dtype=None, casting="same_kind"),
        lambda x: np.concatenate([x, M.tolist()]),
    ],
    np.stack: [
        lambda x: np.stack([x, M]),
        lambda x: np.stack(arrays=(M, x, x), axis=-1),
        lambda x: np.stack([x, M.tolist()], 1, None),
    ],
    np.vstack: [
        lambda x: np.vstack([x, M]),
        lambda x: np.vstack((V, x, V.tolist())),
        lambda x: np.vstack(tup=x),
        on((3,), (3,))(lambda x, y: np.vstack([x, y])),
        on((), (1,))(lambda x, y: np.vstack([x, y])),
    ],
    np.hstack: [
        lambda x: np.hstack([x, M]),
        lambda x: np.hstack(tup=(x, M[:, :1], x)),
        lambda x: np.hstack(x),
        on((3,), ())(lambda x, y: np.hstack([x, y, 1.0, [2.0]])),
        on((2, 1, 2), (2, 2, 2))(lambda x, y: np.hstack([x, y])),
    ],
    np.dstack: [
        lambda x: np.dstack([x, M]),
        lambda x: np.dstack(tup=(x, x[..., None])),
        on((3,), (3,))(lambda x, y: np.dstack([x, y])),
        on((), ())(lambda x, y: np.dstack([x, y])),
    ],
    np.column_stack: [
        lambda x: np.column_stack([x, M]),
        on((2, 3), (2,))(lambda x, y: np.column_stack(tup=(y, x, [1.0, 2.0]))),
        on((), (1,))(lambda x, y: np.column_stack([x, y])),
    ],
    np.block: [
        lambda x: np.block(x),
        lambda x: np.block([x, M]),
        lambda x: np.block([[x, M], [M, x]]),
        lambda x: np.block(arrays=[[x[:, :1], x], [M, M[:, 1:2]]]),
        on((2, 2), (2,))(lambda x, y: np.block([[x, np.zeros((2, 1))], [y, 1.0]])),
        on((2,), (1, 2))(lambda x, y: np.block([x, y, 3.0])),
        on((), (2, 1, 1))(lambda x, y: np.block([[[x]], [[y[0]]], [[y]]])),
        on(())(lambda x: np.block(x)),
        on(())(lambda x: np.block([x])),
    ],
}
