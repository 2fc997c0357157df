"""Reductions."""

import numpy as np

from tests.laws.calls.call import on

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

MASK = np.array([[True, False, True], [True, True, False]])
for f in (np.sum, np.prod):
    CALLS[f] += [
        lambda x, f=f: f(x, where=MASK),
        lambda x, f=f: f(x, axis=1, where=MASK, keepdims=True),
        lambda x, f=f: f(x, 0, where=[True, False, True], initial=2.0),
        lambda x, f=f: f(x, dtype=np.float64),
        on((2, 3), ())(lambda x, y, f=f: f(x, axis=1, initial=y)),
        lambda x, f=f: f(x, 1, np.float64, None, False, 3, True),
    ]
for f in (np.max, np.min, np.amax, np.amin, np.nanmax, np.nanmin):
    CALLS[f] += [
        lambda x, f=f: f(x, where=MASK, initial=0.1),
        lambda x, f=f: f(x, axis=1, initial=0.1, keepdims=True),
        on((2, 3), ())(lambda x, y, f=f: f(x, axis=0, where=MASK, initial=y)),
        on((0, 3), ())(lambda x, y, f=f: f(x, axis=0, initial=y)),
    ]
CALLS[np.mean] += [
    lambda x: np.mean(x, where=MASK),
    lambda x: np.mean(x, axis=1, where=MASK[:1], keepdims=True),
    lambda x: np.mean(x, 1, np.float64),
]
for f in (np.var, np.std):
    CALLS[f] += [
        lambda x, f=f: f(x, where=MASK),
        lambda x, f=f: f(x, axis=1, where=MASK, keepdims=True, ddof=0.5),
        lambda x, f=f: f(x, dtype=np.float64),
        lambda x, f=f: f(x, axis=1, correction=1, where=MASK[::-1]),
        on((2, 3), (2, 1))(lambda x, m, f=f: f(x, axis=1, mean=m)),
    ]
