"""Spaces and interpolation: ends, knots and what lies outside."""

from itertools import product

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course.errors import UnsupportedError
from tinygrad_course.tensor import Tensor

KNOTS = np.array([0.0, 1.0, 3.0])
VALUES = np.array([2.0, 5.0, 4.0])


@pytest.mark.parametrize("space", [np.linspace, np.geomspace])
def test_the_ends_are_start_and_stop(space):
    start, stop = (leaf(v) for v in (0.3, 0.7))
    z = space(start, stop, 5)
    np.testing.assert_allclose(z.data[[0, -1]], [0.3, 0.7], rtol=1e-15)
    z[0].backward(retain_graph=True)
    z[-1].backward()
    np.testing.assert_allclose([start.grad.item(), stop.grad.item()], [1, 1], rtol=1e-15)


def test_start_and_stop_share_the_gradient():
    start, stop = leaf(0.3), leaf([0.7, 2.0])
    g = np.random.default_rng(0).standard_normal((2, 6))
    np.linspace(start, stop, 6, endpoint=False, axis=-1).backward(g)
    np.testing.assert_allclose(start.grad.data + stop.grad.data.sum(), g.sum())


def test_the_step_is_refused_by_name():
    with pytest.raises(UnsupportedError, match=r"numpy\.linspace: retstep="):
        np.linspace(Tensor(0.0), 1.0, retstep=True)


def test_no_geometric_sequence_includes_zero():
    for start in (0.0, leaf(0.0)):
        with pytest.raises(ValueError, match="zero"):
            np.geomspace(start, 1, 3)


def slopes(x):
    x = leaf(x)
    np.interp(x, KNOTS, VALUES).sum().backward()
    return x.grad.data.tolist()


def test_at_a_knot_the_slope_is_the_one_on_its_right():
    assert slopes([0.0, 0.5, 1.0, 2.0, 3.0]) == [3, 3, -0.5, -0.5, 0]


def test_outside_the_knots_it_is_constant():
    assert slopes([-1.0, 7.0]) == [0, 0]
    xp, fp = leaf(KNOTS), leaf(VALUES)
    np.interp([-1.0, 7.0, 8.0], xp, fp).sum().backward()
    assert fp.grad.data.tolist() == [1, 0, 2]
    assert xp.grad.data.tolist() == [0, 0, 0]


def test_a_jump_between_two_equal_knots():
    x, xp = leaf([-1.0, 0.0, 1.0, 2.0]), np.array([0.0, 0.0, 1.0, 1.0])
    fp = leaf([1.0, 2.0, 4.0, 9.0])
    y = np.interp(x, xp, fp)
    np.testing.assert_array_equal(y.data, np.interp(x.data, xp, fp.data))
    y.sum().backward()
    assert x.grad.data.tolist() == [0, 2, 0, 0]
    assert fp.grad.data.tolist() == [1, 1, 0, 2]


def test_nan_stays_nan():
    y = np.interp(Tensor([np.nan, 0.5]), KNOTS, VALUES)
    np.testing.assert_array_equal(y.data, [np.nan, 3.5])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.0, 1.0], [1.0]), "same length"),
        (([], []), "empty"),
        (([0.0], [1.0], None, None, 0), "non-zero"),
    ],
)
def test_interp_finds_fault_as_numpy_does(arguments, message):
    for x in (0.5, leaf(0.5)):
        with pytest.raises(ValueError, match=message):
            np.interp(x, *arguments)


@pytest.mark.parametrize("fp", list(product([1.0, 2.0, np.inf, -np.inf], repeat=3)))
def test_interp_beside_infinities_is_numpys(fp):
    x, xp = np.array([-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0]), [0.0, 1.0, 2.0]
    tensor = leaf(x)
    z = np.interp(tensor, xp, fp)
    np.testing.assert_array_equal(z.data, np.interp(x, xp, fp))
    z.backward(np.ones(7))
    knots = np.isin(x, xp)
    assert not np.isnan(tensor.grad.data[knots]).any()
