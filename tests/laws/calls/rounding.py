"""Rounding, and what it takes away."""

import warnings

import numpy as np

from tests.laws.calls.call import on


def _fix(*args, **kwargs):
    """np.fix, which NumPy deprecates since 2.5."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return np.fix(*args, **kwargs)


CALLS = {
    np.fix: [lambda x: _fix(x), lambda x: _fix(x=x), lambda x: _fix(x, None)],
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
