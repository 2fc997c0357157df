import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tensors import leaf
from tinygrad_course import nn
from tinygrad_course.errors import SettingError, ShapeError

shapes = st.lists(st.integers(0, 3), min_size=2, max_size=5).map(tuple)


@given(shapes)
def test_each_row_becomes_a_vector_and_back(shape):
    x = np.arange(np.prod(shape), dtype=float).reshape(shape)
    flat = nn.Flatten()(x)
    np.testing.assert_array_equal(flat, x.reshape(shape[0], int(np.prod(shape[1:]))))
    np.testing.assert_array_equal(nn.Unflatten(1, shape[1:])(flat), x)


def test_other_axes():
    x = leaf(np.zeros((2, 3, 4, 5)))
    assert nn.Flatten(0, 1)(x).shape == (6, 4, 5)
    assert nn.Flatten(-2)(x).shape == (2, 3, 20)
    assert nn.Unflatten(-1, (5, 1))(x).shape == (2, 3, 4, 5, 1)
    assert nn.Unflatten(2, (2, -1))(x).shape == (2, 3, 2, 2, 5)
    assert nn.Identity()(x) is x


def test_what_does_not_fit_is_refused():
    with pytest.raises(ShapeError, match=r"no axes from 1 to -1: give a batch with one row"):
        nn.Flatten()(np.zeros(3))
    nn.Flatten()(np.zeros(3)[None])
    with pytest.raises(ShapeError, match=r"axis 1 must have 6 elements, to become \(2, 3\)"):
        nn.Unflatten(1, (2, 3))(np.zeros((4, 5)))
    with pytest.raises(ShapeError, match=r"axis 1 must have a multiple of 3 elements"):
        nn.Unflatten(1, (-1, 3))(np.zeros((4, 5)))
    with pytest.raises(SettingError, match="only one length may be -1"):
        nn.Unflatten(1, (-1, -1))
