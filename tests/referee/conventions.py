"""Where a derivative is a matter of choice, or does not exist: what each library answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.referee import torch
from tinygrad_course import logsumexp
from tinygrad_course.nn import functional as our

their = torch.nn.functional
NAN, INF = np.nan, np.inf
Function = Callable[[Any], Any]


@dataclass(frozen=True)
class Choice:
    """A function of one array in both libraries, a point, and the gradient that each has there."""

    ours: Function
    theirs: Function
    at: Any
    our_slope: Any
    their_slope: Any = None
    """None if it is ours."""


def of_two(function):
    """A function of two numbers as one of an array."""
    return lambda x: function(x[0], x[1])


KINKS = {
    "relu: from the left": Choice(our.relu, their.relu, [0.0, -0.0], [0, 0]),
    "leaky relu: from the left": Choice(our.leaky_relu, their.leaky_relu, [0.0], [0.01]),
    "elu: from the left": Choice(
        lambda x: our.elu(x, alpha=2.0), lambda x: their.elu(x, alpha=2.0), [0.0], [2]
    ),
    "abs: 0": Choice(np.abs, torch.abs, [0.0, -0.0], [0, 0]),
    "copysign: 0": Choice(
        lambda x: np.copysign(x, -1.0), lambda x: torch.copysign(x, -1.0), [0.0, -0.0], [0, 0]
    ),
    "clip: passes at its edges": Choice(
        lambda x: np.clip(x, 0, 1), lambda x: torch.clamp(x, 0, 1), [-1.0, 0.0, 1.0], [0, 1, 1]
    ),
    "clip: and so gives nothing to a bound that is equal": Choice(
        lambda low: np.clip(1.0, low, None),
        lambda low: torch.clamp(torch.ones_like(low), low),
        [1.0, 2.0],
        [0, 1],
    ),
    "maximum: halves": Choice(of_two(np.maximum), of_two(torch.maximum), [1.0, 1.0], [0.5, 0.5]),
    "minimum: halves": Choice(of_two(np.minimum), of_two(torch.minimum), [1.0, 1.0], [0.5, 0.5]),
    "fmax: halves; PyTorch: all to the first": Choice(
        of_two(np.fmax), of_two(torch.fmax), [1.0, 1.0], [0.5, 0.5], [1, 0]
    ),
    "fmin: halves; PyTorch: all to the first": Choice(
        of_two(np.fmin), of_two(torch.fmin), [1.0, 1.0], [0.5, 0.5], [1, 0]
    ),
    "max: equal shares": Choice(np.max, torch.amax, [1.0, 2.0, 2.0], [0, 0.5, 0.5]),
    "min: equal shares": Choice(np.min, torch.amin, [1.0, 2.0, 1.0], [0.5, 0, 0.5]),
    "max: equal shares; PyTorch's along an axis: all to one": Choice(
        lambda x: np.max(x, 0), lambda x: torch.max(x, 0).values, [2.0, 2.0], [0.5, 0.5], [1, 0]
    ),
    "ptp: equal shares of both": Choice(np.ptp, lambda x: x.amax() - x.amin(), [1.0, 1.0], [0, 0]),
    "sort: equal elements in the order in which they stand": Choice(
        lambda x: np.sort(x)[1],
        lambda x: torch.sort(x, stable=True).values[1],
        [2.0, 1.0, 2.0],
        [1, 0, 0],
    ),
    "quantile: likewise": Choice(
        lambda x: np.quantile(x, 0.5), lambda x: torch.quantile(x, 0.5), [2.0, 2.0], [0.5, 0.5]
    ),
    "median: likewise; PyTorch: equal shares": Choice(
        np.median, torch.median, [1.0, 1.0, 1.0], [0, 1, 0], [1 / 3, 1 / 3, 1 / 3]
    ),
    "std of equal elements: 0": Choice(
        np.std, lambda x: torch.std(x, correction=0), [1.0, 1.0], [0, 0]
    ),
    **{
        f"norm of order {order} at 0: 0": Choice(
            lambda x, order=order: np.linalg.norm(x, order),
            lambda x, order=order: torch.linalg.norm(x, order),
            [0.0, 0.0],
            [0, 0],
        )
        for order in (1, 1.5, 2, 3, INF)
    },
    "norm of order ∞: equal shares": Choice(
        lambda x: np.linalg.norm(x, INF),
        lambda x: torch.linalg.norm(x, INF),
        [2.0, -2.0],
        [0.5, -0.5],
    ),
    "norm of order 2 of a matrix: equal shares of the singular values": Choice(
        lambda x: np.linalg.norm(x, 2),
        lambda x: torch.linalg.norm(x, 2),
        np.eye(2),
        np.eye(2) / 2,
    ),
    "singular values of 0: 0; PyTorch: as their vectors happen to be": Choice(
        lambda x: np.linalg.svdvals(x).sum(),
        lambda x: torch.linalg.svdvals(x).sum(),
        np.zeros((2, 2)),
        np.zeros((2, 2)),
        np.eye(2),
    ),
    "hypot at 0: 0; PyTorch: NaN": Choice(
        of_two(np.hypot), of_two(torch.hypot), [0.0, 0.0], [0, 0], [NAN, NAN]
    ),
}
"""Where gradients from different sides meet: what lies between them is a valid answer, NaN is none."""

BEYOND = {
    "√ at 0: infinite": Choice(np.sqrt, torch.sqrt, [0.0], [INF]),
    "xʸ in x at 0: 0 for y = 0, infinite for y < 1": Choice(
        lambda x: np.power(x, np.array([0.0, 0.5, 1.0, 2.0])),
        lambda x: torch.pow(x, torch.tensor([0.0, 0.5, 1.0, 2.0])),
        [0.0, 0.0, 0.0, 0.0],
        [0, INF, 1, 0],
    ),
    "xʸ in y, where ln x does not exist: 0; PyTorch: NaN, and −∞ at the pole": Choice(
        lambda y: np.power(np.array([-2.0, 0.0, 0.0]), y),
        lambda y: torch.pow(torch.tensor([-2.0, 0.0, 0.0]), y),
        [3.0, 2.0, -1.0],
        [0, 0, 0],
        [NAN, 0, -INF],
    ),
    "arctan2 at 0: 0": Choice(of_two(np.arctan2), of_two(torch.arctan2), [0.0, 0.0], [0, 0]),
    "ln(0 + 0) of logarithms: 0; PyTorch: NaN": Choice(
        of_two(np.logaddexp), of_two(torch.logaddexp), [-INF, -INF], [0, 0], [NAN, NAN]
    ),
    "and of several: 0; PyTorch: NaN": Choice(
        logsumexp, lambda x: torch.logsumexp(x, 0), [-INF, -INF], [0, 0], [NAN, NAN]
    ),
    "ln(∞ + 1) of logarithms: as for large numbers": Choice(
        of_two(np.logaddexp), of_two(torch.logaddexp), [INF, 0.0], [1, 0], [1, 0]
    ),
    "and of several: as for large numbers; PyTorch: NaN": Choice(
        logsumexp, lambda x: torch.logsumexp(x, 0), [INF, 0.0], [1, 0], [NAN, 0]
    ),
    "max of a NaN: it is the maximum; PyTorch's amax: NaN for all": Choice(
        np.max, torch.amax, [1.0, NAN], [0, 1], [NAN, NAN]
    ),
    "maximum of a NaN: it is the maximum; PyTorch: both are": Choice(
        of_two(np.maximum), of_two(torch.maximum), [1.0, NAN], [0, 1], [1, 1]
    ),
    "fmax of two NaNs: halves; PyTorch: all to the first": Choice(
        of_two(np.fmax), of_two(torch.fmax), [NAN, NAN], [0.5, 0.5], [1, 0]
    ),
    "cross-entropy of a certain and wrong answer: cut off": Choice(
        lambda p: our.binary_cross_entropy(p, np.array([0.0, 1.0])),
        lambda p: their.binary_cross_entropy(p, torch.tensor([0.0, 1.0]).double()),
        [1.0, 0.0],
        [5e11, -5e11],
    ),
    "softplus: exact; PyTorch: 1 from 20 on": Choice(
        our.softplus, their.softplus, [21.0], [1 / (1 + np.exp(-21.0))], [1]
    ),
    "median of an even number: the mean of two; PyTorch: the smaller one": Choice(
        np.median, torch.median, [3.0, 1.0, 2.0, 4.0], [0.5, 0, 0.5, 0], [0, 0, 1, 0]
    ),
    "eigenvalues of a symmetric matrix: to the triangle that is read; PyTorch: to both": Choice(
        lambda x: np.linalg.eigvalsh(x)[0],
        lambda x: torch.linalg.eigvalsh(x)[0],
        [[1.0, 2.0], [2.0, 1.0]],
        [[0.5, 0], [-1, 0.5]],
        [[0.5, -0.5], [-0.5, 0.5]],
    ),
    "Cholesky: likewise": Choice(
        lambda x: np.linalg.cholesky(x).sum(),
        lambda x: torch.linalg.cholesky(x).sum(),
        np.eye(2),
        [[0.5, 0], [1, 0.5]],
        [[0.5, 0.5], [0.5, 0.5]],
    ),
}
"""Where there is no derivative, or the functions themselves are not quite the same."""
