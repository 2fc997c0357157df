"""Spaces, grids, interpolation."""

import numpy as np

from tests.laws.calls.call import Call, on
from tinygrad_course.primitive import POSITIVE, Domain

V = np.array([0.5, 1.5, 1.0])
KNOTS = np.array([-2.0, -0.5, 0.25, 1.0, 2.5])
AT = np.array([[-9.0, -1.7, 0.1], [0.9, 2.4, 3.0]])
BELOW = Domain(high=-0.2)


def interpolation(*more, **named):
    """x, knots that keep apart, and their values; each of x between two knots or outside."""
    return Call(
        lambda x, xp, fp: np.interp(x, xp, fp, *more, **named),
        arrays=lambda: (AT.copy(), KNOTS.copy(), np.sin(9 * KNOTS)),
    )


CALLS = {
    np.linspace: [
        on((), ())(lambda x, y: np.linspace(x, y, 4)),
        on((), ())(lambda x, y: np.linspace(start=x, stop=y, num=3, endpoint=False)),
        on((2, 1), (3,))(lambda x, y: np.linspace(x, y, 3)),
        on((2, 1), (3,))(lambda x, y: np.linspace(x, y, 3, axis=-1, retstep=False, dtype=None)),
        lambda x: np.linspace(x, 2.0, 3, axis=1),
        lambda x: np.linspace(V, x, 1),
        lambda x: np.linspace(V.tolist(), x, 0),
        on(())(lambda x: np.linspace(0, x)),
    ],
    np.logspace: [
        on((), ())(lambda x, y: np.logspace(x, y, 4)),
        on((), ())(lambda x, y: np.logspace(start=x, stop=y, num=3, endpoint=False, base=2)),
        on((2, 1), (3,))(lambda x, y: np.logspace(x, y, 3, axis=1)),
        on((2,), (), domain=POSITIVE)(lambda x, base: np.logspace(x, 1.5, 3, base=base)),
        on((2,), (3, 1), domain=POSITIVE)(lambda x, base: np.logspace(0, x, 3, base=base, axis=-1)),
        on((2,), domain=POSITIVE)(lambda base: np.logspace(0.5, 2, 3, base=base)),
    ],
    np.geomspace: [
        on((), (), domain=POSITIVE)(lambda x, y: np.geomspace(x, y, 4)),
        on((), (), domain=BELOW)(lambda x, y: np.geomspace(start=x, stop=y, num=3, endpoint=False)),
        on((2, 1), (3,), domain=POSITIVE)(lambda x, y: np.geomspace(x, y, 3, axis=-1)),
        on((), (3,), domain=POSITIVE)(lambda x, y: np.geomspace(x, y, 3, axis=1)),
        on((3,), (), domain=POSITIVE)(lambda x, y: np.geomspace(x, y, 3, axis=1)),
        on((2, 1), (3,), domain=POSITIVE)(
            lambda x, y: np.geomspace(x * [1, -1, -1], y * [1, -1, -1], 3, axis=1)
        ),
        on((2,), domain=POSITIVE)(lambda x: np.geomspace(x, 4, 3)),
    ],
    np.meshgrid: [
        on((2,), (3,))(lambda x, y: np.meshgrid(x, y)),
        on((2,), (3,))(lambda x, y: np.meshgrid(x, y, indexing="ij")),
        on((2,), (3,))(lambda x, y: np.meshgrid(x, y, sparse=True, copy=False)),
        on((2,), (3,), (2,))(lambda x, y, z: np.meshgrid(x, y, z)),
        on(())(lambda x: np.meshgrid(x)),
        lambda x: np.meshgrid(x),
    ],
    np.interp: [
        interpolation(),
        interpolation(-7.0),
        interpolation(left=1.0, right=2.0),
        interpolation(None, 5),
        interpolation(period=3.1),
        on(())(lambda x: np.interp(x, KNOTS, KNOTS**3)),
        on((3,))(lambda fp: np.interp(AT.tolist(), [0, 1, 2], fp=fp)),
        on((3,), (2,))(lambda fp, ends: np.interp(AT, [0.0, 1, 2], fp, ends[0], ends[1])),
        on((1,))(lambda fp: np.interp(AT, [0.5], fp)),
    ],
}
