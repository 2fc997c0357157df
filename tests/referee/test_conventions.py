"""Both libraries answer as the tables of conventions say, and what they answer at a kink is valid."""

import numpy as np
import pytest

from tests.referee import torch
from tests.referee.conventions import BEYOND, KINKS
from tinygrad_course import Tensor

ALL = KINKS | BEYOND


def our_slope(function, at):
    x = Tensor(np.array(at), requires_grad=True)
    with np.errstate(all="ignore"):
        function(x).sum().backward()
    return x.grad.numpy()


def their_slope(function, at):
    x = torch.tensor(np.array(at), requires_grad=True)
    function(x).sum().backward()
    return x.grad.numpy()


@pytest.mark.parametrize("name", ALL)
def test_each_library_answers_as_it_is_written(name):
    choice = ALL[name]
    theirs = choice.our_slope if choice.their_slope is None else choice.their_slope
    near = {"rtol": 1e-7, "atol": 1e-15}
    np.testing.assert_allclose(our_slope(choice.ours, choice.at), choice.our_slope, **near)
    np.testing.assert_allclose(their_slope(choice.theirs, choice.at), theirs, **near)


def in_the_hull_of_slopes_around(slope, function, at):
    """Whether a slope lies in the convex hull of those around a point: Clarke's generalised gradient.

    It does if in no direction it points further than all of them.
    """
    rng = np.random.default_rng(0)
    at, far, near = np.array(at, dtype=float), 1e-3, 1e-6
    steps = near * np.eye(at.size).reshape(at.size, *at.shape)
    points = at + far * rng.standard_normal((200, *at.shape))
    slopes = [[(function(p + h) - function(p - h)) / (2 * near) for h in steps] for p in points]
    directions = rng.standard_normal((200, at.size))
    reach = (np.array(slopes) @ directions.T).max(axis=0)
    return bool((directions @ np.ravel(slope) <= reach + 1e-2).all())


@pytest.mark.parametrize("name", KINKS)
def test_what_they_answer_lies_between_the_slopes_around(name):
    choice = KINKS[name]
    ours = lambda x: float(np.sum(choice.ours(x)))  # noqa: E731
    theirs = lambda x: choice.theirs(torch.tensor(x)).sum().item()  # noqa: E731
    assert in_the_hull_of_slopes_around(choice.our_slope, ours, choice.at)
    if choice.their_slope is not None and np.isfinite(choice.their_slope).all():
        assert in_the_hull_of_slopes_around(choice.their_slope, theirs, choice.at)


@pytest.mark.parametrize("slope", [-0.1, 1.1])
def test_what_lies_outside_is_seen(slope):
    assert not in_the_hull_of_slopes_around([slope], lambda x: max(x[0], 0.0), [0.0])
