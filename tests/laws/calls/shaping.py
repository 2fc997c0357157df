"""Moving and joining elements."""

import numpy as np

from tests.laws.calls.call import Calls

# From here on, np.reshape calls its shape "shape".
NUMPY_2_1 = np.lib.NumpyVersion(np.__version__) >= "2.1.0"
M = np.array([[0.6, 1.4, 0.9], [1.1, 0.7, 1.3]])
V = np.array([0.5, 1.5, 1.0])

CALLS: Calls = {
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
}
