"""Products."""

import warnings

import numpy as np

from tests.laws.calls.call import on

M = np.array([[0.6, 1.4, 0.9], [1.1, 0.7, 1.3]])
V = np.array([0.5, 1.5, 1.0])
NUMPY_2_5 = np.lib.NumpyVersion(np.__version__) >= "2.5.0"
T = np.arange(12.0).reshape(3, 2, 2) / 7 - 0.6


def _in_the_plane(*args, **kwargs):
    """np.cross of vectors in the plane, which NumPy deprecates, and refuses since 2.5."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return np.cross(*args, **kwargs)


CALLS = {
    np.matmul: [lambda x: np.matmul(x, V), lambda x: np.matmul(V[:2], x)],
    np.linalg.matmul: [
        lambda x: np.linalg.matmul(x, V),
        on((3,), (2, 3, 1))(np.linalg.matmul),
    ],
    np.dot: [
        lambda x: np.dot(x, V),
        lambda x: np.dot(V[:2], x),
        lambda x: np.dot(a=x, b=2.0),
        lambda x: np.dot(x, M.T.tolist()),
        on((2, 3), (2, 3, 2))(np.dot),
        on((2, 3, 2), (2,))(np.dot),
        on((), (2, 2))(np.dot),
    ],
    np.vdot: [
        lambda x: np.vdot(x, M),
        lambda x: np.vdot(M.tolist(), x),
        on((2, 3), (3, 2))(np.vdot),
        on((), ())(np.vdot),
    ],
    np.inner: [
        lambda x: np.inner(x, V),
        lambda x: np.inner(M.tolist(), x),
        lambda x: np.inner(x, 2.0),
        on((2, 3), (2, 1, 3))(np.inner),
        on((3,), (3,))(np.inner),
        on((), (2, 2))(np.inner),
    ],
    np.outer: [
        lambda x: np.outer(x, V),
        lambda x: np.outer(a=V, b=x, out=None),
        on((), (3,))(np.outer),
    ],
    np.linalg.outer: [on((2,), (3,))(np.linalg.outer)],
    np.tensordot: [
        lambda x: np.tensordot(x, M),
        lambda x: np.tensordot(x, V, 1),
        lambda x: np.tensordot(a=V.tolist(), b=x, axes=0),
        lambda x: np.tensordot(x, T, axes=[1, 0]),
        lambda x: np.tensordot(x, T, axes=([0, 1], [-1, 0])),
        on((2, 3, 2), (2, 2, 3))(lambda x, y: np.tensordot(x, y, ((2, 1), (0, -1)))),
        on((2, 3, 1, 2), (2, 1, 2))(lambda x, y: np.tensordot(x, y, ([3, 0], [0, 2]))),
        on((), (2,))(lambda x, y: np.tensordot(x, y, 0)),
    ],
    np.linalg.tensordot: [
        lambda x: np.linalg.tensordot(x, M),
        lambda x: np.linalg.tensordot(x, T, axes=((1,), (0,))),
    ],
    np.vecdot: [lambda x: np.vecdot(x, V), on((2, 1, 3), (2, 3))(np.vecdot)],
    np.linalg.vecdot: [
        on((2, 3), (3,))(np.linalg.vecdot),
        on((2, 3), (2, 1))(lambda x, y: np.linalg.vecdot(x, y, axis=0)),
        lambda x: np.linalg.vecdot(x, M.tolist(), axis=-2),
        on((1,), (1,))(np.linalg.vecdot),
    ],
    np.kron: [
        lambda x: np.kron(x, M),
        lambda x: np.kron(a=V.tolist(), b=x),
        on((2, 1), (1, 2, 2))(np.kron),
        on((2,), (3,))(np.kron),
        on((), (2, 2))(np.kron),
    ],
    np.cross: [
        lambda x: np.cross(x, V),
        lambda x: np.cross(V.tolist(), x),
        on((2, 1, 3), (2, 3))(np.cross),
        on((3, 2), (2, 3))(lambda x, y: np.cross(x, y, 0, 1, 0)),
        on((3, 2), (3, 1))(lambda x, y: np.cross(a=x, b=y, axis=0)),
        on((2, 3), (2, 3))(lambda x, y: np.cross(x, y, axisc=0)),
        *(
            []
            if NUMPY_2_5
            else [
                on((2,), (2,))(_in_the_plane),
                on((3, 2), (2,))(_in_the_plane),
                on((2, 3), (3, 3))(lambda x, y: _in_the_plane(x, y, axisa=0)),
                on((3,), (2, 2))(_in_the_plane),
            ]
        ),
    ],
    np.linalg.cross: [
        on((2, 3), (3,))(np.linalg.cross),
        on((3, 2), (3, 1))(lambda x, y: np.linalg.cross(x, y, axis=0)),
    ],
}
if hasattr(np, "matvec"):
    CALLS[np.matvec] = [lambda x: np.matvec(x, V), on((2, 1, 2, 3), (2, 3))(np.matvec)]
    CALLS[np.vecmat] = [lambda x: np.vecmat([1.0, 2.0], x), on((2, 1, 3), (2, 3, 1))(np.vecmat)]
