"""Rounding, and what it takes away."""

import numpy as np

from tests.laws.calls.call import on

CALLS = {
    np.fix: [lambda x: np.fix(x), lambda x: np.fix(x=x), lambda x: np.fix(x, None)],
    **{
        f: [
            lambda x, f=f: f(x),
            lambda x, f=f: f(x, 2),
            lambda x, f=f: f(a=x, decimals=-1, out=None),
            on(())(lambda x, f=f: f(x, decimals=1)),
        ]
        for f in (np.round, np.around)
    },
    np.modf: [lambda x: np.modf(x), on(())(lambda x: np.modf(x))],
}
