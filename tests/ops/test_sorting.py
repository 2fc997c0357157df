"""Equal elements, NaN, and arrays that are sorted along no axis."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import same
from tests.tensors import leaf

VALUES = st.lists(st.sampled_from([-1.0, 0.0, 2.0, np.inf, np.nan]), min_size=1, max_size=8)


def moved_back(y, x):
    """The gradient for the cotangents 0, 1, 2 …"""
    y.backward(np.arange(float(y.size)).reshape(y.shape))
    return x.grad.numpy()


@given(VALUES)
@same()
def test_each_cotangent_finds_the_element_that_was_sorted_there(values):
    x = leaf(values)
    positions = moved_back(np.sort(x), x).astype(int)
    np.testing.assert_array_equal(np.sort(x.data)[positions], values)


@given(VALUES, st.data())
@same()
def test_each_cotangent_finds_the_element_that_was_partitioned_there(values, data):
    x, kth = leaf(values), data.draw(st.integers(0, len(values) - 1))
    positions = moved_back(np.partition(x, kth), x).astype(int)
    assert sorted(positions) == [*range(len(values))]
    np.testing.assert_array_equal(np.partition(x.data, kth)[positions], values)


def test_equal_elements_keep_their_order():
    x = leaf([2.0, 1.0, 2.0, 1.0, 1.0])
    np.testing.assert_array_equal(moved_back(np.sort(x), x), [3, 0, 4, 1, 2])


@pytest.mark.parametrize("moved", [np.sort, lambda x: np.partition(x, 0)])
def test_many_equal_elements_keep_their_order(moved):
    x = leaf(np.arange(1000.0) % 3)  # so many that not every way to sort them does
    positions = moved_back(moved(x), x)
    for value in range(3):
        assert (np.diff(positions[x.data == value]) > 0).all()


def test_sorted_without_an_axis_it_is_flat():
    x = leaf([[3.0, 0.0], [1.0, 2.0]])
    y = np.sort(x, axis=None)
    assert y.shape == (4,)
    np.testing.assert_array_equal(moved_back(y, x), [[3, 0], [1, 2]])


@pytest.mark.parametrize("axis", [0, -1, None])
def test_argsort_and_argpartition_as_methods_give_plain_arrays(axis):
    x = leaf([[3.0, 0.0], [1.0, 2.0]])
    np.testing.assert_array_equal(x.argsort(axis=axis), x.data.argsort(axis=axis))
    np.testing.assert_array_equal(x.argpartition(1, axis=axis), x.data.argpartition(1, axis=axis))
    assert type(x.argsort()) is type(x.argpartition(0)) is np.ndarray
