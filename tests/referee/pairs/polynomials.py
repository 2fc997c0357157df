"""Convolution, and what PyTorch has of polynomials."""

import numpy as np
from hypothesis import strategies as st

from tests.laws.cases.tools import unary
from tests.referee import torch
from tests.referee.pairs.pair import Pair, cases_like
from tinygrad_course.ops.polynomials import polynomial
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import values_in

LENGTHS = st.integers(1, 7)
VECTORS = LENGTHS.map(lambda n: (n,))


def convolve(x, y, mode="full"):
    x, y = torch.atleast_1d(x, y)
    if len(y) > len(x):
        x, y = y, x
    # What networks call a convolution is a correlation.
    filters = torch.flip(y, (0,))[None, None]
    full = torch.nn.functional.conv1d(x[None, None], filters, padding=len(y) - 1)[0, 0]
    length = {"full": len(full), "same": len(x), "valid": len(x) - len(y) + 1}[mode]
    start = (len(full) - length) // 2
    return full[start : start + length]


@st.composite
def _two_vectors(draw):
    return Case(draw(values_in([REAL] * 2, [draw(VECTORS), draw(VECTORS)])))


def powers(x, N, increasing=False):
    exponents = torch.arange(N)
    return x[:, None] ** (exponents if increasing else exponents.flip(0))


def polyval(p, x):
    return (powers(x.reshape(-1), len(p)) @ p).reshape(x.shape)


def added(x, y):
    n = max(len(x), len(y))
    return sum(torch.nn.functional.pad(z, (n - len(z), 0)) for z in (x, y))


SIDES = unary(VECTORS, N=lambda shape: LENGTHS, increasing=lambda shape: st.booleans())

PAIRS = {
    np.convolve: convolve,
    np.correlate: Pair(
        np.correlate,
        lambda x, y: torch.nn.functional.conv1d(x[None, None], y[None, None])[0, 0],
        _two_vectors().map(lambda case: Case(tuple(sorted(case.operands, key=len)[::-1]))),
    ),
    polynomial: polyval,
    np.polyval: Pair(np.polyval, polyval, cases_like(polynomial)),
    np.polyadd: Pair(np.polyadd, added, _two_vectors()),
    np.polysub: Pair(np.polysub, lambda x, y: added(x, -y), _two_vectors()),
    np.polymul: Pair(np.polymul, convolve, _two_vectors()),
    np.vander: [
        # PyTorch's overwrites what its derivative needs; the powers that it stands for do not.
        Pair(np.vander, lambda x, **sides: torch.vander(x.detach(), **sides), SIDES, order=0),
        Pair(np.vander, powers, SIDES),
    ],
}
