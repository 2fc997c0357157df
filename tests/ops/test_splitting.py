"""Splitting: nothing is lost, and what can't be split says so."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tensors import leaf
from tinygrad_course.tensor import Tensor


@given(st.integers(0, 6), st.integers(1, 5), st.sampled_from([0, -1]))
def test_the_parts_make_up_the_whole(length, sections, axis):
    x = Tensor(np.arange(2.0 * length).reshape((length, 2) if axis == 0 else (2, length)))
    parts = np.array_split(x, sections, axis)
    np.testing.assert_array_equal(np.concatenate(parts, axis).data, x.data)


def test_a_part_that_is_not_used_costs_no_gradient():
    x = leaf(np.ones(4))
    first, _ = np.split(x, 2)
    first.sum().backward()
    assert x.grad.data.tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("split", "message"),
    [
        (lambda x: np.split(x, 2), "equal division"),
        (lambda x: np.array_split(x, 0), "larger than 0"),
        (lambda x: np.vsplit(x[0], 1), "2 or more dimensions"),
        (lambda x: np.dsplit(x, 1), "dimension"),
        (lambda x: np.split(x, 1, axis=2), "axis 2"),
    ],
)
def test_what_cannot_be_split_says_why(split, message):
    with pytest.raises(ValueError, match=message):
        split(leaf(np.ones((3, 2))))
