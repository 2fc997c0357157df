"""Elements in order of size."""

import numpy as np

from tests.laws.calls.call import on

CALLS = {
    np.sort: [
        lambda x: np.sort(x),
        lambda x: np.sort(x, 0),
        lambda x: np.sort(a=x, axis=-1, kind=None, order=None),
        lambda x: np.sort(x, axis=None),
        lambda x: np.sort(x, kind="stable"),
        lambda x: np.sort(x, stable=True),
        on((2, 3, 4))(lambda x: np.sort(x, axis=1)),
    ],
    np.partition: [
        lambda x: np.partition(x, 1),
        lambda x: np.partition(x, -1, 0),
        lambda x: np.partition(a=x, kth=[0, 2], axis=1, kind="introselect", order=None),
        lambda x: np.partition(x, 4, axis=None),
        on((2, 3, 4))(lambda x: np.partition(x, (0, 1), axis=1)),
    ],
}
