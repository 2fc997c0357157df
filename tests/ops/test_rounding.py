"""Functions that change in steps have no slope."""

import numpy as np
import pytest

from tests.tensors import gradients, leaf


@pytest.mark.parametrize("f", [np.sign, np.floor, np.ceil, np.trunc, np.fix, np.rint, np.round])
def test_slope_of_steps_is_zero_at_the_jumps_as_well(f):
    x = leaf([-2.0, -0.5, 0.0, 0.7, 1.5, 3.0])
    assert gradients(f(x), x) == [[0, 0, 0, 0, 0, 0]]


def test_heaviside_passes_to_its_value_at_zero_there():
    x, y = leaf([0.0, -1.0, -0.0, 2.0, 3.0]), leaf([0.1, 0.2, 0.3, 0.4, 0.5])
    np.heaviside(x, y).backward([5.0, 6.0, 7.0, 8.0, 9.0])
    assert x.grad.numpy().tolist() == [0, 0, 0, 0, 0]
    assert y.grad.numpy().tolist() == [5, 0, 7, 0, 0]


def test_modf_of_whole_and_infinite_numbers():
    x = leaf([-2.0, -0.0, 2.5, np.inf, -np.inf])
    decimals, whole = np.modf(x)
    for ours, numpys in zip((decimals, whole), np.modf(x.data), strict=True):
        np.testing.assert_array_equal(ours.data, numpys)
        np.testing.assert_array_equal(np.signbit(ours.data), np.signbit(numpys))
    assert gradients(decimals, x) == [[1, 1, 1, 1, 1]]
