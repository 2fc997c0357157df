"""jacobian and hessian: whole matrices, against closed forms and central differences."""

import numpy as np
import pytest

from tinygrad_course import Tensor, elementwise_grad, grad, hessian, jacobian
from tinygrad_course.errors import NotRecordedError, ShapeError

A = np.array([[2.0, -1.0, 0.5], [0.3, 1.5, -0.7]])
X = np.array([0.4, -1.1, 0.8])


def test_of_a_linear_map_it_is_the_matrix():
    np.testing.assert_array_equal(jacobian(lambda x: A @ x)(X), A)


def test_its_shape_is_that_of_the_output_and_then_that_of_the_input():
    j = jacobian(lambda w: w @ X.reshape(3, 1))(A)
    assert j.shape == (2, 1, 2, 3)
    for i in range(2):
        np.testing.assert_array_equal(j[i, 0, i], X)
        np.testing.assert_array_equal(j[i, 0, 1 - i], 0)


def test_of_a_scalar_it_is_the_gradient():
    f = lambda x: (x**3).sum()  # noqa: E731
    np.testing.assert_array_equal(jacobian(f)(X), grad(f)(X))


def test_several_arguments_give_a_tuple():
    by_w, by_x = jacobian(lambda w, x: w @ x, (0, 1))(A, X)
    np.testing.assert_array_equal(by_x, A)
    assert by_w.shape == (2, 2, 3)
    np.testing.assert_array_equal(jacobian(lambda w, x: w @ x, 1)(A, X), A)


def test_the_hessian_of_a_quadratic_form():
    q = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, -1.0], [0.5, 0.0, 1.0]])
    np.testing.assert_allclose(hessian(lambda x: x @ q @ x)(X), q + q.T, rtol=1e-12)


def test_hessian_blocks_fit_together():
    f = lambda w, x: (np.tanh(w @ x) ** 2).sum()  # noqa: E731
    blocks = hessian(f, (0, 1))(A, X)
    assert [[b.shape for b in row] for row in blocks] == [
        [(2, 3, 2, 3), (2, 3, 3)],
        [(3, 2, 3), (3, 3)],
    ]
    np.testing.assert_allclose(blocks[0][1], np.moveaxis(blocks[1][0], 0, -1), rtol=1e-12)
    h = 1e-5
    numerical = np.stack(
        [(grad(f, 1)(A, X + h * e) - grad(f, 1)(A, X - h * e)) / (2 * h) for e in np.eye(3)]
    )
    np.testing.assert_allclose(blocks[1][1], numerical, rtol=1e-6, atol=1e-8)


def test_they_nest():
    third = jacobian(jacobian(jacobian(lambda x: x**4)))(X[:2])
    for index in np.ndindex(third.shape):
        i = index[0]
        expected = 24 * X[i] if index == (i,) * 4 else 0.0
        np.testing.assert_allclose(third[index], expected, rtol=1e-12)
    trace = grad(lambda x: np.trace(hessian(lambda y: (y**4).sum())(x)))
    np.testing.assert_allclose(trace(X), 24 * X, rtol=1e-12)


def test_parameters_from_outside_get_gradients():
    w = Tensor(A, requires_grad=True)
    (jacobian(lambda x: np.tanh(w @ x))(Tensor(X)) ** 2).sum().backward()
    assert w.grad is not None
    assert w.grad.data.any()


def test_an_empty_output_or_input_has_an_empty_matrix():
    assert jacobian(lambda x: x[:0])(X).shape == (0, 3)
    assert jacobian(lambda x: x)(np.zeros(0)).shape == (0, 0)
    assert jacobian(lambda x: x * 2)(1.5) == 2.0


def test_without_a_tensor_it_says_so():
    with pytest.raises(NotRecordedError, match="returned float"):
        jacobian(lambda x: 1.0)(X)


# --- elementwise_grad ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "slopes"),
    [
        (
            np.tanh,
            [lambda x: 1 - np.tanh(x) ** 2, lambda x: -2 * np.tanh(x) * (1 - np.tanh(x) ** 2)],
        ),
        (np.exp, [np.exp] * 5),
        (np.sin, [np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x), np.sin, np.cos]),
        (lambda x: x**5, [lambda x: 5 * x**4, lambda x: 20 * x**3, lambda x: 60 * x**2]),
        (lambda x: 1 / x, [lambda x: -(x**-2.0), lambda x: 2 * x**-3.0, lambda x: -6 * x**-4.0]),
    ],
)
def test_the_slope_of_the_slope(f, slopes):
    derivative = f
    for slope in slopes:
        derivative = elementwise_grad(derivative)
        np.testing.assert_allclose(derivative(X), slope(X), rtol=1e-10)


def test_another_argument_and_another_shape():
    np.testing.assert_array_equal(elementwise_grad(np.multiply, 1)(X, X), X)
    with pytest.raises(ShapeError, match=r"\(\) for an argument of shape \(3,\).*jacobian"):
        elementwise_grad(np.sum)(X)
