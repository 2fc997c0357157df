"""Selecting elements."""

import numpy as np

from tests.laws.calls.call import Call, on

ROWS = np.array([[1, 0, 0], [0, 1, 1]])

CALLS = {
    np.take: [
        lambda x: np.take(x, [5, 0, 0]),
        lambda x: np.take(x, 2),
        lambda x: np.take(x, [[-1, 0], [1, 1]], 1),
        lambda x: np.take(a=x, indices=np.array([1, 0, 1]), axis=-2),
        lambda x: np.take(x, [4, -5, 0], axis=1, mode="wrap"),
        lambda x: np.take(x, [4, -5, 0], axis=1, out=None, mode="clip"),
        lambda x: np.take(x, [], axis=1),
        on(())(lambda x: np.take(x, [0, 0])),
        on(())(lambda x: np.take(x, [0, 0], axis=0)),
        on((3,))(lambda x: np.take(x, [[2, 2]])),
    ],
    np.take_along_axis: [
        lambda x: np.take_along_axis(x, ROWS, 1),
        lambda x: np.take_along_axis(x, ROWS - 1, 0),
        lambda x: np.take_along_axis(arr=x, indices=np.array([[2, 2, 2, -3]]), axis=-1),
        lambda x: np.take_along_axis(x, np.argsort(x, axis=0), axis=0),
        lambda x: np.take_along_axis(x, np.array([5, 0, 0]), axis=None),
        lambda x: np.take_along_axis(x, np.argmax(x, axis=1, keepdims=True), axis=1),
        lambda x: np.take_along_axis(x, np.zeros((2, 0), dtype=int), axis=1),
        on((2, 1, 3))(lambda x: np.take_along_axis(x, np.array([[[0], [0]]]), axis=1)),
    ],
    np.bincount: [
        on((4,))(lambda x: np.bincount([1, 0, 3, 1], x)),
        on((4,))(lambda x: np.bincount([1, 0, 3, 1], weights=x, minlength=6)),
        Call(lambda x: np.bincount(np.argsort(x.ravel())), order=0),
    ],
}
