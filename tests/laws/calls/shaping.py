"""Moving elements."""

import numpy as np

from tests.laws.calls.call import Call, on
from tinygrad_course import Tensor
from tinygrad_course.composition import numpy_named

# From here on, np.reshape calls its shape "shape".
NUMPY_2_1 = np.lib.NumpyVersion(np.__version__) >= "2.1.0"
M = np.array([[0.6, 1.4, 0.9], [1.1, 0.7, 1.3]])
V = np.array([0.5, 1.5, 1.0])

CALLS = {
    np.reshape: [
        lambda x: np.reshape(x, (3, 2)),
        lambda x: np.reshape(x, -1),
        lambda x: np.reshape(x, (3, 2), "C"),
        *([lambda x: np.reshape(x, shape=[6], order="C", copy=None)] if NUMPY_2_1 else []),
    ],
    np.transpose: [
        lambda x: np.transpose(x),
        lambda x: np.transpose(x, (1, 0)),
        lambda x: np.transpose(a=x, axes=[1, 0]),
        lambda x: np.transpose(x, None),
    ],
    np.swapaxes: [lambda x: np.swapaxes(x, 0, 1), lambda x: np.swapaxes(a=x, axis1=-1, axis2=0)],
    np.moveaxis: [
        lambda x: np.moveaxis(x, 0, 1),
        lambda x: np.moveaxis(a=x, source=[0, 1], destination=[1, 0]),
    ],
    np.squeeze: [
        lambda x: np.squeeze(x[None]),
        lambda x: np.squeeze(x[None], 0),
        lambda x: np.squeeze(a=x[..., None], axis=(-1,)),
    ],
    np.expand_dims: [
        lambda x: np.expand_dims(x, 0),
        lambda x: np.expand_dims(a=x, axis=(0, -1)),
    ],
    np.broadcast_to: [
        lambda x: np.broadcast_to(x, (4, 2, 3)),
        lambda x: np.broadcast_to(array=x, shape=[1, 2, 3], subok=False),
    ],
    np.ravel: [
        lambda x: np.ravel(x),
        lambda x: np.ravel(a=x, order="C"),
        on(())(lambda x: np.ravel(x)),
        on((2, 1, 2))(lambda x: np.ravel(x.T)),
    ],
    **{
        f: [lambda x, f=f: f(x), on((2, 1, 3))(lambda x, f=f: f(x))]
        for f in (np.matrix_transpose, np.linalg.matrix_transpose)
    },
    np.rollaxis: [
        lambda x: np.rollaxis(x, 1),
        on((1, 2, 3))(lambda x: np.rollaxis(x, 0, 3)),
        on((1, 2, 3))(lambda x: np.rollaxis(a=x, axis=-1, start=-2)),
        on((1, 2, 3))(lambda x: np.rollaxis(x, 1, 1)),
    ],
    np.flip: [
        lambda x: np.flip(x),
        lambda x: np.flip(x, 0),
        lambda x: np.flip(m=x, axis=(0, -1)),
        lambda x: np.flip(x, ()),
        on(())(lambda x: np.flip(x)),
    ],
    np.fliplr: [lambda x: np.fliplr(x), lambda x: np.fliplr(m=x)],
    np.flipud: [lambda x: np.flipud(x), on((3,))(lambda x: np.flipud(m=x))],
    np.rot90: [
        lambda x: np.rot90(x),
        lambda x: np.rot90(x, 2),
        lambda x: np.rot90(x, -1, axes=[1, 0]),
        lambda x: np.rot90(m=x, k=4),
        on((2, 1, 3))(lambda x: np.rot90(x, 3, (0, -1))),
        on((2, 1, 3))(lambda x: np.rot90(x, -6, (2, 1))),
    ],
    np.roll: [
        lambda x: np.roll(x, 1),
        lambda x: np.roll(x, -4, 1),
        lambda x: np.roll(a=x, shift=(1, 2), axis=(0, 1)),
        lambda x: np.roll(x, [1, 2], axis=1),
        lambda x: np.roll(x, 1, axis=[-1, 0]),
        on(())(lambda x: np.roll(x, 3)),
    ],
    **{
        f: [
            lambda x, f=f: f(x),
            lambda x, f=f: f(x, 1),
            lambda x, f=f: f(x=x, axes=(0, -1)),
            on((5,))(lambda x, f=f: f(x, axes=[0])),
        ]
        for f in (np.fft.fftshift, np.fft.ifftshift)
    },
    **{
        f: [
            *(on(shape)(lambda x, f=f: f(x)) for shape in [(), (2,), (2, 3), (1, 2, 3)]),
            on((), (2, 3))(lambda x, y, f=f: f(x, y, x)),
        ]
        for f in (np.atleast_1d, np.atleast_2d, np.atleast_3d)
    },
    np.broadcast_arrays: [
        lambda x: np.broadcast_arrays(x),
        on((2, 3), (3,), ())(lambda x, y, z: np.broadcast_arrays(x, y, z, subok=False)),
        on((2, 1), (1, 3))(lambda x, y: np.broadcast_arrays(x, y)),
    ],
    np.copy: [
        lambda x: np.copy(x),
        lambda x: np.copy(a=x, order="K"),
        on(())(lambda x: np.copy(x)),
    ],
    **{
        f: [
            lambda x, f=f: f(x, x.dtype),
            lambda x, f=f: f(x, np.float64, copy=False),
            lambda x, f=f: f(x, "float64", copy=True),
            Call(lambda x, f=f: f(x.detach() if isinstance(x, Tensor) else x, int), order=0),
        ]
        for f in numpy_named("astype")
    },
}
