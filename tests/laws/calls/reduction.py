"""Reductions."""

import numpy as np

REDUCTIONS = (
    *(np.sum, np.mean, np.prod, np.max, np.min, np.amax, np.amin, np.ptp, np.nanmax, np.nanmin),
    *(np.var, np.std),
)

CALLS = {
    f: [
        lambda x, f=f: f(x),
        lambda x, f=f: f(x, 0),
        lambda x, f=f: f(x, axis=-1, keepdims=True),
        lambda x, f=f: f(a=x, axis=(0, 1), keepdims=False),
        lambda x, f=f: f(x, axis=None, out=None),
    ]
    for f in REDUCTIONS
}
CALLS[np.sum] += [lambda x: np.sum(x, None, None, None, False), lambda x: np.sum(x, 1, None)]
CALLS[np.var] += [lambda x: np.var(x, ddof=1), lambda x: np.var(x, 0, None, None, 1, True)]
CALLS[np.std] += [lambda x: np.std(x, correction=1), lambda x: np.std(x, axis=1, ddof=0)]
