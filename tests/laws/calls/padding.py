"""Arrays made longer or shorter."""

import numpy as np

from tests.laws.calls.call import on

NUMPY_2_2 = np.lib.NumpyVersion(np.__version__) >= "2.2.0"
NUMPY_2_4 = np.lib.NumpyVersion(np.__version__) >= "2.4.0"
M = np.array([[0.6, 1.4, 0.9], [1.1, 0.7, 1.3]])
V = np.array([0.5, 1.5, 1.0])


def framed(x):
    """x between zeros that are no part of it."""
    return np.pad(x, ((1, 0), (0, 2)))


CALLS = {
    np.pad: [
        lambda x: np.pad(x, 1),
        lambda x: np.pad(x, (2, 0), "constant"),
        lambda x: np.pad(array=x, pad_width=[(0, 1), (2, 0)], mode="constant", constant_values=3.0),
        lambda x: np.pad(x, ((1,), (2,)), constant_values=((1, 2), (3.5, 4))),
        lambda x: np.pad(x, 0),
        on(())(lambda x: np.pad(x, 1)),
        on((0, 2))(lambda x: np.pad(x, 1)),
        *(
            on(shape)(lambda x, mode=mode, width=width: np.pad(x, width, mode))
            for mode in ("edge", "reflect", "symmetric", "wrap")
            for shape, width in [
                ((2, 3), 1),
                ((2, 3), ((0, 1), (2, 0))),
                ((4,), (3, 9)),
                ((1, 2), 2),
                ((2, 0), ((1, 1), (0, 0))),
                ((), 1),
            ]
        ),
    ],
    np.append: [
        lambda x: np.append(x, M),
        lambda x: np.append(x, 2.0),
        lambda x: np.append(M, x, 0),
        lambda x: np.append(arr=x, values=V[None], axis=0),
        on((2, 3), (2, 1))(lambda x, y: np.append(x, y, axis=-1)),
    ],
    np.insert: [
        lambda x: np.insert(x, 1, 5.0),
        lambda x: np.insert(x, [1, 6, -3], V),
        lambda x: np.insert(x, 1, V, axis=0),
        lambda x: np.insert(x, [0], [[1.0], [2.0]], axis=1),
        lambda x: np.insert(x, [0, 0, 3], [[1.0], [2.0]], axis=1),
        lambda x: np.insert(arr=x, obj=slice(None, None, 2), values=9, axis=-1),
        # Older NumPys take booleans for numbers here, with a warning.
        *([lambda x: np.insert(x, np.array([True, False]), V, axis=0)] if NUMPY_2_2 else []),
        lambda x: np.insert(x, [], 1.0, axis=0),
        lambda x: np.insert(M, 2, x, axis=0),
        lambda x: np.insert(V.tolist(), 1, x[0, 0]),
        on((2, 3), (2,))(lambda x, y: np.insert(x, -1, y, axis=1)),
        on((2, 3), ())(lambda x, y: np.insert(x, [1, 2], y, axis=1)),
    ],
    np.delete: [
        lambda x: np.delete(x, 1),
        lambda x: np.delete(x, [0, -1, 0]),
        lambda x: np.delete(arr=x, obj=1, axis=0),
        lambda x: np.delete(x, slice(None, None, 2), axis=1),
        lambda x: np.delete(x, np.array([True, False, True]), axis=-1),
        lambda x: np.delete(x, [], axis=1),
    ],
    np.repeat: [
        lambda x: np.repeat(x, 2),
        lambda x: np.repeat(x, [2, 0, 1], axis=1),
        lambda x: np.repeat(a=x, repeats=np.array([3, 1]), axis=0),
        lambda x: np.repeat(x, [2], -1),
        lambda x: np.repeat(x, 0, axis=0),
        on(())(lambda x: np.repeat(x, 3)),
        on(())(lambda x: np.repeat(x, 3, axis=0)),
    ],
    np.resize: [
        lambda x: np.resize(x, 4),
        lambda x: np.resize(a=x, new_shape=(3, 5)),
        lambda x: np.resize(x, ()),
        lambda x: np.resize(x, (0, 2)),
        on(())(lambda x: np.resize(x, (2, 2))),
        on((0,))(lambda x: np.resize(x, (2, 2))),
    ],
    np.tile: [
        lambda x: np.tile(x, 2),
        lambda x: np.tile(A=x, reps=(2, 1, 3)),
        lambda x: np.tile(x, [1, 0]),
        lambda x: np.tile(x, ()),
        on((1, 2, 2))(lambda x: np.tile(x, np.array([2, 3]))),
        on(())(lambda x: np.tile(x, 3)),
    ],
    np.trim_zeros: [
        *(
            on((4,))(lambda x, trim=trim: np.trim_zeros(np.pad(x, 2), trim))
            for trim in ("fb", "F", "b")
        ),
        on((4,))(lambda x: np.trim_zeros(filt=x)),
        on((2,), (2,))(lambda x, y: np.trim_zeros(np.concatenate([[0.0], x, [0.0], y]))),
        lambda x: np.trim_zeros(0 * x.ravel()),
        *(
            [
                lambda x: np.trim_zeros(framed(x)),
                lambda x: np.trim_zeros(framed(x), axis=-1),
                lambda x: np.trim_zeros(framed(0 * x), "b", axis=0),
            ]
            if NUMPY_2_2
            else []
        ),
        *(
            [
                lambda x: np.trim_zeros(framed(x), "b", axis=(0, 1)),
                lambda x: np.trim_zeros(x, axis=()),
            ]
            if NUMPY_2_4  # before that NumPy takes one axis
            else []
        ),
    ],
}
