"""Reductions and scans that leave NaN out; the extremes and quantiles are with the others."""

import numpy as np

from tests.laws.calls.call import Call

NAN = np.nan
X = np.array([[0.6, NAN, 0.9, -2.0], [1.1, 0.7, 1.3, 3.0], [1.2, NAN, 0.1, 2.0]])


def with_nan(call, order=2):
    """A call of an array with NaN in some rows and columns."""
    return Call(call, arrays=lambda: (X.copy(),), order=order)


REDUCTIONS = (np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd)

CALLS = {
    **{
        f: [
            *(with_nan(lambda x, f=f: f(x)), lambda x, f=f: f(x)),
            with_nan(lambda x, f=f: f(x, 0)),
            with_nan(lambda x, f=f: f(x, axis=-1, keepdims=True)),
            with_nan(lambda x, f=f: f(a=x, axis=(0, 1), keepdims=False)),
            with_nan(lambda x, f=f: f(x, axis=None, out=None, dtype=None)),
        ]
        for f in REDUCTIONS
    },
    **{
        f: [
            *(with_nan(lambda x, f=f: f(x)), lambda x, f=f: f(x)),
            with_nan(lambda x, f=f: f(x, 1)),
            with_nan(lambda x, f=f: f(a=x, axis=0, dtype=None, out=None)),
        ]
        for f in (np.nancumsum, np.nancumprod)
    },
}
CALLS[np.nanvar] += [
    with_nan(lambda x: np.nanvar(x, 1, None, None, 1)),
    with_nan(lambda x: np.nanvar(x, axis=(-1, 0), ddof=0.5, keepdims=True)),
]
CALLS[np.nanstd] += [
    with_nan(lambda x: np.nanstd(x, axis=1, ddof=1)),
    with_nan(lambda x: np.nanstd(x, axis=1, correction=1)),
]

_MASK = np.array([[True, True, True, False], [False, True, True, True], [True, False, True, True]])
for f in (np.nansum, np.nanprod):
    CALLS[f] += [
        with_nan(lambda x, f=f: f(x, where=_MASK, initial=2.0)),
        with_nan(lambda x, f=f: f(x, axis=1, dtype=np.float64)),
    ]
for f in (np.nancumsum, np.nancumprod):
    CALLS[f] += [with_nan(lambda x, f=f: f(x, axis=1, dtype=np.float64))]
for f in (np.nanmean, np.nanvar, np.nanstd):
    CALLS[f] += [
        with_nan(lambda x, f=f: f(x, axis=0, where=_MASK)),
        with_nan(lambda x, f=f: f(x, dtype=np.float64, where=_MASK, keepdims=True)),
    ]
