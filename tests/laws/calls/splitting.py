"""One array in several."""

import numpy as np

from tests.laws.calls.call import on
from tinygrad_course.composition import numpy_named

CALLS = {
    np.array_split: [
        lambda x: np.array_split(x, 3),
        lambda x: np.array_split(x, 2, 1),
        lambda x: np.array_split(ary=x, indices_or_sections=[1, 1], axis=-1),
        on((4,))(lambda x: np.array_split(x, (3, 1, -1, 9))),
        on((0, 2))(lambda x: np.array_split(x, 2)),
    ],
    np.split: [
        lambda x: np.split(x, 2),
        lambda x: np.split(x, 3, axis=1),
        lambda x: np.split(ary=x, indices_or_sections=np.array([1]), axis=-1),
    ],
    np.vsplit: [lambda x: np.vsplit(x, 2), lambda x: np.vsplit(ary=x, indices_or_sections=[1])],
    np.hsplit: [
        lambda x: np.hsplit(x, 3),
        lambda x: np.hsplit(ary=x, indices_or_sections=[2]),
        on((4,))(lambda x: np.hsplit(x, 2)),
    ],
    np.dsplit: [
        on((2, 1, 4))(lambda x: np.dsplit(x, 2)),
        on((2, 1, 4))(lambda x: np.dsplit(ary=x, indices_or_sections=(1, 2))),
    ],
    **{
        f: [lambda x, f=f: f(x), lambda x, f=f: f(x, axis=-1), on((2, 0))(lambda x, f=f: f(x))]
        for f in numpy_named("unstack")
    },
}
