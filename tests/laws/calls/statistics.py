"""Averages, quantiles, covariance."""

import numpy as np

from tests.laws.calls.call import Call, on
from tests.laws.calls.nan import with_nan
from tests.laws.cases.statistics import METHODS
from tinygrad_course.primitive import POSITIVE

M = np.array([[0.6, 1.4, 0.9], [1.1, 0.7, 1.3]])
V = np.array([0.5, 1.5, 1.0])
# From here on, weights may have several axes of an array.
NUMPY_2_1 = np.lib.NumpyVersion(np.__version__) >= "2.1.0"

CALLS = {
    np.average: [
        lambda x: np.average(x),
        lambda x: np.average(x, 0),
        lambda x: np.average(x, (0, 1), keepdims=True),
        lambda x: np.average(x, 1, V),
        lambda x: np.average(a=x, axis=None, weights=M.tolist(), returned=False),
        lambda x: np.average(x, axis=1, returned=True)[0],
        Call(lambda x: np.average(x, axis=1, returned=True)[1], order=0),
        lambda x: np.average(M.tolist(), axis=0, weights=x[:, 0]),
        lambda x: np.average([[1, 2, 3], [4, 5, 6]], axis=1, weights=x[0], returned=True),
        lambda x: np.average(np.eye(2, 3, dtype=bool), weights=x),
        on((2, 3), (3,), domain=POSITIVE)(lambda x, w: np.average(x, -1, w, keepdims=True)),
        on((2, 3), (2, 3), domain=POSITIVE)(lambda x, w: np.average(x, 0, w, True)),
        *(
            [on((2, 3, 4), (4, 2), domain=POSITIVE)(lambda x, w: np.average(x, (2, 0), w))]
            if NUMPY_2_1
            else []
        ),
    ],
    **{
        f: [
            *(lambda x, f=f: f(x), with_nan(lambda x, f=f: f(x, axis=0), order=0)),
            lambda x, f=f: f(x, 1),
            lambda x, f=f: f(x, axis=-1, keepdims=True),
            lambda x, f=f: f(a=x, axis=(1, 0), keepdims=False, out=None, overwrite_input=False),
        ]
        for f in (np.median, np.nanmedian)
    },
    **{
        f: [
            *(lambda x, f=f, q=q, m=m: f(x, [q, 2 * q], method=m) for m in METHODS),
            lambda x, f=f, q=q: f(x, q),
            lambda x, f=f, q=q: f(x, q, 1, None, False, "hazen", True),
            lambda x, f=f, q=q: f(a=x, q=[[q], [0]], axis=(0, 1), weights=None),
            lambda x, f=f: f(x, 0, axis=0),
            lambda x, f=f, q=q: f(x, np.array([q, q, 0]), axis=-2, keepdims=True),
            with_nan(lambda x, f=f, q=q: f(x, [q, 0], axis=0), order=0),
        ]
        for f, q in (
            (np.quantile, 0.3),
            (np.nanquantile, 0.3),
            (np.percentile, 30),
            (np.nanpercentile, 30),
        )
    },
    np.cov: [
        lambda x: np.cov(x),
        lambda x: np.cov(x[0]),
        lambda x: np.cov(m=x, rowvar=False, bias=True),
        lambda x: np.cov(x, None, True, False, 0),
        lambda x: np.cov(x[0], V, ddof=1),
        lambda x: np.cov([0.5, 1, 3], x),
        lambda x: np.cov(x, V[:2], rowvar=False),
        lambda x: np.cov(x, V[None, :2], rowvar=False),
        on((2, 3), (1, 3))(np.cov),
        lambda x: np.cov(x, fweights=[1, 3, 2]),
        on((2, 3), (3,), domain=POSITIVE)(lambda x, w: np.cov(x, aweights=w)),
        on((2, 3), (3,), domain=POSITIVE)(
            lambda x, w: np.cov(x, None, True, True, None, [2, 0, 1], w)
        ),
        lambda x: np.cov(x, ddof=2, fweights=np.array([1, 3, 2]), aweights=V),
        lambda x: np.cov(x, dtype=np.float64),
    ],
    np.corrcoef: [
        lambda x: np.corrcoef(x),
        lambda x: np.corrcoef(x=x, y=None, rowvar=True),
        lambda x: np.corrcoef(V, x[0]),
        on((4, 3))(lambda x: np.corrcoef(x, rowvar=False)),
        on((2, 3), (1, 3))(np.corrcoef),
    ],
}
for f, q in (
    (np.quantile, 0.3),
    (np.nanquantile, 0.3),
    (np.percentile, 30),
    (np.nanpercentile, 30),
):
    CALLS[f] += [
        Call(
            lambda x, q, f=f, m=m: f(x, q, axis=1, method=m),
            arrays=lambda q=q: (M + 0.1, q * np.array([1.0, 2.1, 0.3])),
        )
        for m in METHODS
    ]
CALLS[np.nanmedian] += [with_nan(lambda x: np.nanmedian(x)), with_nan(lambda x: np.nanmedian(x, 1))]
CALLS[np.nanquantile] += [
    with_nan(lambda x, m=m: np.nanquantile(x, [0.3, 0.6], axis=1, method=m)) for m in METHODS
]
CALLS[np.nanpercentile] += [with_nan(lambda x: np.nanpercentile(x, 30, (1, 0), keepdims=True))]
