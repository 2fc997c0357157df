"""The affine map of a layer: what it takes, and what it refuses."""

import numpy as np
import pytest

from tests.tensors import gradient, leaf
from tinygrad_course.errors import ShapeError
from tinygrad_course.ops import affine


@pytest.mark.parametrize(
    ("x", "weight", "bias"),
    [((2, 3), (4, 2), (4,)), ((2, 3), (4, 3), (3,)), ((2, 3), (4, 3), (1, 4)), ((), (4, 3), (4,))],
)
def test_linear_refuses_shapes(x, weight, bias):
    with pytest.raises(ShapeError, match="linear"):
        affine.linear(np.zeros(x), np.zeros(weight), np.zeros(bias))


def test_linear_takes_its_bias_by_name():
    x, weight, bias = np.ones((2, 3)), np.ones((4, 3)), leaf(np.zeros(4))
    np.testing.assert_array_equal(gradient(affine.linear(x, weight, bias=bias), bias), [2, 2, 2, 2])


def test_linear_takes_what_is_true_for_1():
    x, weight = np.array([[True, False, True], [True, True, False]]), leaf(np.ones((4, 3)))
    found = gradient(affine.linear(x, weight), weight)
    np.testing.assert_array_equal(found, np.tile([2.0, 1.0, 1.0], (4, 1)))


def test_linear_leaves_its_operands_alone_when_dtypes_differ():
    x, weight, bias = np.ones((2, 3), np.float32), np.ones((4, 3), np.float32), np.ones(4)
    z = affine.linear(x, weight, bias)
    assert z.dtype == np.float64
    np.testing.assert_array_equal(bias, 1)


@pytest.mark.parametrize(
    ("x", "weight", "way_out"),
    [
        ((4, 3), (3, 2), r"With weight\.T it would fit"),
        ((3, 4), (2, 3), r"With x\.T it would fit"),
        ((4, 3), (2, 5), r"as long as in_features$"),
    ],
)
def test_linear_says_what_would_fit_transposed(x, weight, way_out):
    with pytest.raises(ShapeError, match=way_out):
        affine.linear(np.ones(x), np.ones(weight))
