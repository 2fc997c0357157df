"""Initial weights: drawn from the same distributions."""

import inspect

import numpy as np
import pytest

from tests.referee import torch
from tinygrad_course.nn import init

SHAPE = (300, 500)
PAIRS = {
    init.zeros: torch.nn.init.zeros_,
    init.xavier_uniform: torch.nn.init.xavier_uniform_,
    init.xavier_normal: torch.nn.init.xavier_normal_,
    init.he_uniform: lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="relu"),
    init.he_normal: lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="relu"),
}


def test_every_initializer_is_compared():
    exported = [getattr(init, name) for name in init.__all__]
    assert set(filter(inspect.isfunction, exported)) == PAIRS.keys()


def distance(x, y):
    """How far two empirical distribution functions are apart at most (Kolmogorov and Smirnov)."""
    both = np.sort(np.concatenate([x, y]))
    shares = [np.searchsorted(np.sort(z), both, side="right") / len(z) for z in (x, y)]
    return np.abs(shares[0] - shares[1]).max()


def drawn(initializer):
    ours = initializer(SHAPE, rng=0)
    torch.manual_seed(0)
    theirs = PAIRS[initializer](torch.empty(SHAPE)).numpy()
    assert ours.dtype == theirs.dtype
    return ours.ravel(), theirs.ravel()


@pytest.mark.parametrize("initializer", PAIRS, ids=lambda f: f.__name__)
def test_distributions_are_the_same(initializer):
    x, y = drawn(initializer)
    # Samples of one distribution are farther apart once in a million times.
    assert distance(x, y) < 2.7 * np.sqrt(2 / x.size)


def test_another_scale_is_seen():
    x, y = drawn(init.he_normal)
    assert distance(1.05 * x, y) > 2.7 * np.sqrt(2 / x.size)


@pytest.mark.parametrize("initializer", PAIRS, ids=lambda f: f.__name__)
def test_kernels_are_drawn_with_the_same_spread(initializer):
    kernel = (40, 20, 5, 5)
    ours = initializer(kernel, rng=0)
    torch.manual_seed(0)
    theirs = PAIRS[initializer](torch.empty(kernel)).numpy()
    assert distance(ours.ravel(), theirs.ravel()) < 2.7 * np.sqrt(2 / ours.size)
