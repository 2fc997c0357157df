"""Functions that take functions."""

import numpy as np

from tests.laws.calls.call import on
from tinygrad_course.primitive import Domain

M = np.array([[0.6, 1.4, 0.9], [1.1, 0.7, 1.3]])
V = np.array([0.5, 1.5, 1.0])


def scaled(v, by, plus=0.0):
    return v * by + plus


CALLS = {
    np.apply_along_axis: [
        lambda x: np.apply_along_axis(np.sum, 0, x),
        lambda x: np.apply_along_axis(func1d=lambda v: v * v.sum(), axis=-1, arr=x),
        lambda x: np.apply_along_axis(lambda v: v[:2, None] * v[:1], 1, x),
        lambda x: np.apply_along_axis(scaled, 1, x, 2.0, plus=1.0),
        on((3,))(lambda x: np.apply_along_axis(np.prod, 0, x)),
        on((2, 3, 2))(lambda x: np.apply_along_axis(np.diag, 1, x)),
    ],
    np.apply_over_axes: [
        lambda x: np.apply_over_axes(np.sum, x, 1),
        lambda x: np.apply_over_axes(func=np.prod, a=x, axes=[0, -1]),
        lambda x: np.apply_over_axes(np.flip, x, (0, 1)),
        lambda x: np.apply_over_axes(lambda a, axis: a.sum(axis, keepdims=True), x, [-2]),
    ],
    np.piecewise: [
        lambda x: np.piecewise(x, [M > 1, M < 0.8], [np.square, lambda v: 3 * v]),
        lambda x: np.piecewise(x, [M > 1], [np.square, np.exp]),
        on((3,))(lambda x: np.piecewise(x, V > 1, [np.square, 2])),
        lambda x: np.piecewise(x, [M > 2], [np.square]),
        lambda x: np.piecewise(x=x, condlist=[M > 1, M > 0.8], funclist=[scaled, scaled], by=2.0),
        lambda x: np.piecewise(x, [M > 1, M > 0.8], [scaled, lambda v, *rest: v.sum()], 2.0, 1.0),
        lambda x: np.piecewise(x, [x > 0, x <= 0], [np.log, lambda v: np.sqrt(-v)]),
        on(())(lambda x: np.piecewise(x, [True], [np.square])),
        on((3,))(lambda x: np.piecewise(x, [True, False, True], [np.square])),
        on((0,))(lambda x: np.piecewise(x, [x > 0], [np.log])),
        on((3,), domain=Domain(0.2, 2))(lambda x: np.piecewise(x, [V > 1, V < 1], [np.log, 0.5])),
    ],
}
