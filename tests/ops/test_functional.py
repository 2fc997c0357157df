"""Functions that take functions: what these are given, and what becomes of what they return."""

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import gradcheck

X = np.arange(1.0, 7.0).reshape(2, 3) / 7


def test_each_piece_is_asked_for_its_own_elements_alone():
    seen = []

    def noting(v):
        seen.append(v.data.tolist())
        return v

    x = leaf([3.0, -1.0, 2.0])
    np.piecewise(x, [x > 0, x > 5], [noting, noting, lambda v: v * v])
    assert seen == [[3, 2]]


def test_of_two_true_conditions_the_last_one_counts():
    x = leaf([1.0, 3.0])
    y = np.piecewise(x, [x > 0, x > 2], [lambda v: 2 * v, lambda v: 5 * v])
    assert y.data.tolist() == [2, 15]
    y.sum().backward()
    assert x.grad.data.tolist() == [2, 5]


def test_pieces_take_the_dtype_of_x():
    x = leaf(X, np.float32)
    y = np.piecewise(x, [X > 0.5], [lambda v: v.astype(np.float64) ** 2, np.float64(0.1)])
    assert y.dtype == np.float32
    y.sum().backward()
    np.testing.assert_allclose(x.grad.data, np.where(X > 0.5, 2 * X, 0), rtol=1e-6)


def test_conditions_may_be_tensors():
    pieces = [np.square, np.exp]
    gradcheck(lambda x: np.piecewise(x, [Tensor(X > 0.5)], pieces), X, order=2)
    gradcheck(lambda x: np.piecewise(x[0], Tensor(X[0] > 0.2), pieces), X, order=2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: np.piecewise(x, [X > 0], [np.sin] * 3), "functions are expected"),
        (lambda x: np.apply_over_axes(lambda a, axis: a.sum(), x, [0]), "correct shape"),
        (lambda x: np.apply_along_axis(np.sum, 0, x[:, :0]), "iteration dimensions"),
        (lambda x: np.apply_along_axis(np.sum, 2, x), "axis 2"),
    ],
)
def test_it_finds_fault_as_numpy_does(call, message):
    for x in (X, leaf(X)):
        with pytest.raises(ValueError, match=message):
            call(x)


def test_a_function_without_a_derivative_gives_plain_arrays():
    x = leaf(X)
    largest = np.apply_along_axis(np.argmax, 1, x)
    assert type(largest) is np.ndarray
    np.testing.assert_array_equal(largest, [2, 2])
