"""Polynomials and convolution."""

import numpy as np

from tests.laws.calls.call import on

V = np.array([0.5, 1.5, 1.0])

_TWO = [on((3,), (3,)), on((4,), (2,)), on((2,), (3,))]

CALLS = {
    **{
        f: [
            *(shaped(lambda x, y, f=f: f(x, y)) for shaped in _TWO),
            *(
                shaped(lambda x, y, f=f, mode=mode: f(x, v=y, mode=mode))
                for shaped in _TWO
                for mode in ("same", "valid", "full")
            ),
            lambda x, f=f: f(x[0], [1, 2]),
            lambda x, f=f: f(V.tolist(), x[1]),
        ]
        for f in (np.convolve, np.correlate)
    },
    np.polyval: [
        on((3,), (2, 2))(np.polyval),
        on((1,), (2,))(np.polyval),
        on((4,), ())(np.polyval),
        lambda x: np.polyval(V.tolist(), x),
        lambda x: np.polyval(x[0], 2.0),
        lambda x: np.polyval(p=x[0], x=[1, 2]),
    ],
    **{
        f: [
            *(shaped(lambda x, y, f=f: f(x, y)) for shaped in _TWO),
            lambda x, f=f: f(x[0], [1, 2]),
            lambda x, f=f: f(a1=V.tolist(), a2=x[1]),
            lambda x, f=f: f(2.0, x[1]),
            on((), (2,))(lambda x, y, f=f: f(x, y)),
        ]
        for f in (np.polyadd, np.polysub, np.polymul)
    },
    np.polyder: [
        lambda x: np.polyder(x[0]),
        lambda x: np.polyder(x[0], 2),
        lambda x: np.polyder(p=x[0], m=0),
    ],
    np.polyint: [
        lambda x: np.polyint(x[0]),
        lambda x: np.polyint(x[0], 2),
        lambda x: np.polyint(x[0], m=2, k=1.5),
        lambda x: np.polyint(p=x[0], m=2, k=[1, 2]),
        lambda x: np.polyint(x[0], 0),
        lambda x: np.polyint(x[0], 2, x[1]),
    ],
    np.vander: [
        lambda x: np.vander(x[0]),
        lambda x: np.vander(x[0], 2),
        lambda x: np.vander(x=x[0], N=4, increasing=True),
        lambda x: np.vander(x[0], 0),
    ],
}
CALLS[np.convolve] += [on((), (2,))(np.convolve), lambda x: np.convolve(x[1], 2.0)]
