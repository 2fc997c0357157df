"""Elements chosen by position or condition."""

import numpy as np

from tests.laws.calls.call import on

M = np.array([[0.6, 1.4, 0.9], [1.1, 0.7, 1.3]])
V = np.array([0.5, 1.5, 1.0])
WHICH = np.array([[0, 1, 1], [2, 0, 1]])

CALLS = {
    np.compress: [
        lambda x: np.compress([True, False, True, True], x),
        lambda x: np.compress([0, 1], x, 0),
        lambda x: np.compress(condition=V > 0.7, a=x, axis=-1, out=None),
        lambda x: np.compress([], x, axis=1),
        on(())(lambda x: np.compress([1], x, axis=0)),
    ],
    np.extract: [
        lambda x: np.extract(M > 1, x),
        lambda x: np.extract(condition=[[1, 0, 1]], arr=x),
        lambda x: np.extract(x > 0, x),
        on(())(lambda x: np.extract(True, x)),
    ],
    np.select: [
        lambda x: np.select([M > 1, M < 0.8], [x, x * x]),
        lambda x: np.select([M > 1, True], [x, V.tolist()], 5),
        lambda x: np.select(condlist=(M > 1, M < 0.8), choicelist=(2.0, x), default=x * x),
        lambda x: np.select([M[0] > 1, V > 1], [x, 1.0], default=0.5),
        on((3,), (2, 1))(lambda x, y: np.select([M > 1], [x], y)),
        on((), ())(lambda x, y: np.select([V > 0.7], [x], y)),
        on((2, 3), (3,))(lambda x, y: np.select([x > 0, np.bool_(True)], [x, y])),
    ],
    np.choose: [
        lambda x: np.choose(WHICH, [x, M, 0.5]),
        lambda x: np.choose(a=WHICH, choices=(V, 1.0, x), mode="raise"),
        lambda x: np.choose(WHICH % 2, x),
        lambda x: np.choose([0, 1, 0], x),
        lambda x: np.choose(WHICH - 4, [x, M], None, "wrap"),
        lambda x: np.choose(2 * WHICH - 1, [M, x], mode="clip"),
        on((), (3,))(lambda x, y: np.choose(1, [x, y, 2.0])),
        on((3,))(lambda x: np.choose([[0], [0]], [x])),
    ],
    np.diagonal: [
        lambda x: np.diagonal(x),
        lambda x: np.diagonal(a=x, offset=1),
        lambda x: np.diagonal(x, -1, 0, 1),
        lambda x: np.diagonal(x, 7),
        on((2, 3, 2))(lambda x: np.diagonal(x)),
        on((2, 3, 2))(lambda x: np.diagonal(x, axis1=2, axis2=0)),
        on((2, 3, 2))(lambda x: np.diagonal(x, 1, -1, -2)),
    ],
    np.linalg.diagonal: [
        lambda x: np.linalg.diagonal(x),
        on((2, 3, 2))(lambda x: np.linalg.diagonal(x, offset=-1)),
    ],
    np.trace: [
        lambda x: np.trace(x),
        lambda x: np.trace(a=x, offset=1, dtype=None, out=None),
        on((2, 3, 2))(lambda x: np.trace(x, -1, 2, 1)),
    ],
    np.linalg.trace: [
        lambda x: np.linalg.trace(x),
        on((2, 3, 2))(lambda x: np.linalg.trace(x, offset=-1)),
    ],
    np.diag: [
        lambda x: np.diag(x),
        lambda x: np.diag(v=x, k=-1),
        *(on((3,))(lambda x, k=k: np.diag(x, k)) for k in (0, 2, -1)),
        on((0,))(lambda x: np.diag(x, 2)),
    ],
    np.diagflat: [
        lambda x: np.diagflat(x),
        lambda x: np.diagflat(v=x, k=-1),
        on(())(lambda x: np.diagflat(x, 1)),
    ],
    **{
        f: [
            lambda x, f=f: f(x),
            lambda x, f=f: f(m=x, k=-1),
            on((2, 3, 3))(lambda x, f=f: f(x, 1)),
            on((3,))(lambda x, f=f: f(x)),
        ]
        for f in (np.tril, np.triu)
    },
}
