"""Running sums and products, differences."""

from functools import partial

import numpy as np

from tests.laws.calls.call import Call, on
from tinygrad_course.composition import numpy_named
from tinygrad_course.primitive import POSITIVE

M = np.array([[0.6, 1.4, 0.9], [1.1, 0.7, 1.3]])
V = np.array([0.5, 1.5, 1.0])


def _on_a_grid(call, *, along=0):
    """A call of f and of the coordinates along one of its axes, at which f is known."""
    rng = np.random.default_rng(0)
    f = rng.uniform(-1, 1, (4, 3))
    return Call(call, arrays=lambda: (f.copy(), np.cumsum(np.arange(1.0, f.shape[along] + 1))))


CALLS = {
    **{
        f: [
            lambda x, f=f: f(x),
            lambda x, f=f: f(x, 1),
            lambda x, f=f: f(x, 0),
            lambda x, f=f: f(a=x, axis=-1, dtype=None, out=None),
        ]
        for f in (np.cumsum, np.cumprod)
    },
    **{
        f: [
            on((3,))(f),
            on((3,))(partial(f, include_initial=True)),
            on(())(partial(f, include_initial=True)),
            partial(f, axis=0),
            partial(f, axis=-1, dtype=None, out=None, include_initial=True),
        ]
        for f in numpy_named("cumulative_sum", "cumulative_prod")
    },
    np.diff: [
        lambda x: np.diff(x),
        lambda x: np.diff(x, 2),
        lambda x: np.diff(x, n=1, axis=0),
        lambda x: np.diff(x, 1, -2),
        lambda x: np.diff(a=x, n=0),
        lambda x: np.diff(x, prepend=0),
        lambda x: np.diff(x, axis=0, prepend=[V.tolist()], append=2.0),
        lambda x: np.diff(x, 3, 1, 0, x),
        on((3,), ())(lambda x, y: np.diff(x, append=y)),
        on((2, 1))(lambda x: np.diff(M.tolist(), prepend=x)),
    ],
    np.ediff1d: [
        lambda x: np.ediff1d(x),
        lambda x: np.ediff1d(x, 1),
        lambda x: np.ediff1d(ary=x, to_end=[1.0, 2.0], to_begin=V),
        lambda x: np.ediff1d(x, x, 3 * x),
        on((2,))(lambda x: np.ediff1d(M.tolist(), to_begin=x)),
        on(())(lambda x: np.ediff1d(x, to_end=x)),
    ],
    np.trapezoid: [
        lambda x: np.trapezoid(x),
        lambda x: np.trapezoid(x, axis=0, dx=0.5),
        lambda x: np.trapezoid(x, V),
        lambda x: np.trapezoid(x, [1, 3], axis=0),
        lambda x: np.trapezoid(y=x, x=M, dx=1.0, axis=-1),
        lambda x: np.trapezoid(V.tolist(), x[0]),
        on((2, 3), (3,))(np.trapezoid),
        on((2, 3), (2, 3))(lambda y, x: np.trapezoid(y, x, 1.0, -2)),
        on((2, 3), ())(lambda y, dx: np.trapezoid(y, None, dx)),
    ],
    np.gradient: [
        lambda x: np.gradient(x),
        lambda x: np.gradient(x, 2),
        lambda x: np.gradient(x, np.float64(0.5), axis=1),
        lambda x: np.gradient(x, 0.5, 2.0),
        lambda x: np.gradient(x, 0.5, V),
        lambda x: np.gradient(x, [1, 3], [1, 2, 4], axis=(0, 1)),
        lambda x: np.gradient(x, [0.0, 0.5], axis=0),
        lambda x: np.gradient(f=x, axis=-1, edge_order=2),
        lambda x: np.gradient(x, V, axis=1, edge_order=2),
        lambda x: np.gradient(x, V, 2.0, axis=(-1, 0)),
        on((4,))(np.gradient),
        on((2,))(np.gradient),
        on((4,))(lambda x: np.gradient(x, edge_order=2)),
        on((4, 3, 3))(lambda x: np.gradient(x, axis=(0, 2), edge_order=2)),
        on((4,), (), domain=POSITIVE)(lambda x, d: np.gradient(x, d, edge_order=2)),
        _on_a_grid(lambda f, x: np.gradient(f, x, axis=0)),
        _on_a_grid(lambda f, x: np.gradient(f, x, axis=0, edge_order=2)),
        _on_a_grid(lambda f, x: np.gradient(f, 0.5, x), along=1),
    ],
}
for f in (np.cumsum, np.cumprod, *numpy_named("cumulative_sum", "cumulative_prod")):
    CALLS[f] += [partial(f, axis=1, dtype=np.float64)]
