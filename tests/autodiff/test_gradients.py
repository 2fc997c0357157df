"""grad and value_and_grad: derivatives as functions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course import Tensor, grad, no_grad, value_and_grad
from tinygrad_course.errors import DtypeError, NotRecordedError, ShapeError

REALS = st.floats(-2.0, 2.0)


@given(st.lists(REALS, min_size=1, max_size=6), REALS)
def test_derivatives_of_a_polynomial_to_every_order(coefficients, at):
    polynomial = np.polynomial.Polynomial(coefficients)

    def f(x):
        return sum((c * x**i for i, c in enumerate(coefficients) if i), 0.0 * x + coefficients[0])

    for order in range(len(coefficients) + 1):
        expected = polynomial.deriv(order)(at) if order else polynomial(at)
        np.testing.assert_allclose(f(at), expected, rtol=1e-9, atol=1e-9)
        f = grad(f)


def test_the_fifth_derivative_of_x_to_the_fifth():
    f = lambda x: x**5  # noqa: E731
    for expected in (5 * 16.0, 20 * 8.0, 60 * 4.0, 120 * 2.0, 120.0, 0.0):
        f = grad(f)
        assert f(2.0) == expected


@given(REALS, REALS)
def test_second_order_through_shared_nodes(a, b):
    # f = sin(u) u with u = x y: ∂²f/∂x∂y against the closed form.
    def f(x, y):
        u = x * y
        return np.sin(u) * u

    mixed = grad(lambda x, y: grad(f, 1)(x, y))(a, b)
    u = a * b
    first, second = np.cos(u) * u + np.sin(u), 2 * np.cos(u) - u * np.sin(u)
    np.testing.assert_allclose(mixed, first + u * second, atol=1e-12)


def test_nested_derivatives_do_not_mix():
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0
    # Both by the same variable, and three deep.
    assert grad(lambda x: grad(lambda y: x * x * y)(x))(3.0) == 6.0
    cube = grad(lambda x: grad(lambda y: grad(lambda z: x * y * z)(y))(x) * x)
    assert cube(2.0) == 4.0


@pytest.mark.parametrize("argnums", [0, 1, (0, 1), (1, 0), [1], -1])
def test_argnums(argnums):
    values = (np.array([1.0, 2.0]), np.array([3.0, 5.0]))
    partial = (2 * values[0] * values[1], values[0] ** 2)
    got = grad(lambda x, y: (x * x * y).sum(), argnums)(*values)
    if isinstance(argnums, int):
        assert type(got) is np.ndarray
        np.testing.assert_array_equal(got, partial[argnums])
    else:
        assert isinstance(got, tuple)
        for one, i in zip(got, argnums, strict=True):
            np.testing.assert_array_equal(one, partial[i])


def test_keywords_are_passed_on():
    assert grad(lambda x, *, power: x**power)(2.0, power=3.0) == 12.0


def test_has_aux():
    def f(x):
        return (x * x).sum(), {"seen": x.shape}

    x = np.array([1.0, 2.0])
    slope, auxiliary = grad(f, has_aux=True)(x)
    np.testing.assert_array_equal(slope, 2 * x)
    assert auxiliary == {"seen": (2,)}
    (value, auxiliary), slope = value_and_grad(f, has_aux=True)(x)
    assert value == 5.0
    assert auxiliary == {"seen": (2,)}
    np.testing.assert_array_equal(slope, 2 * x)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_arrays_in_arrays_out(dtype):
    x = np.array([1.0, 2.0], dtype)
    value, slope = value_and_grad(lambda x: (x**3).sum())(x)
    assert not isinstance(value, Tensor)
    assert type(slope) is np.ndarray
    assert (value.dtype, slope.dtype) == (dtype, dtype)
    second = grad(lambda x: (grad(lambda x: (x**3).sum())(x) ** 2).sum())(x)
    assert second.dtype == dtype
    np.testing.assert_allclose(second, 36 * x**3, rtol=1e-6)


def test_tensors_in_tensors_out():
    value, slope = value_and_grad(lambda x: (x**3).sum())(Tensor([1.0, 2.0]))
    assert isinstance(value, Tensor)
    assert isinstance(slope, Tensor)
    assert not value.requires_grad
    assert not slope.requires_grad


def test_an_independent_input_has_a_gradient_of_zeros():
    x, y = np.ones((2, 3), np.float32), np.ones(2)
    slope, other = grad(lambda x, y: y.sum(), (0, 1))(x, y)
    assert slope.dtype == np.float32
    np.testing.assert_array_equal(slope, np.zeros((2, 3)))
    np.testing.assert_array_equal(other, np.ones(2))
    np.testing.assert_array_equal(grad(lambda x: Tensor(1.0))(x), np.zeros((2, 3)))


def test_nothing_is_added_to_any_grad():
    x, w = Tensor(2.0, requires_grad=True), Tensor(3.0, requires_grad=True)
    slope = grad(lambda x: w * x * x)(x)
    assert slope.item() == 12.0
    assert x.grad is w.grad is None


def test_a_penalty_on_a_gradient_trains():
    # ‖∂f/∂x‖² for f = w x³ is (3 w x²)²; its slope in w is 18 w x⁴.
    w = Tensor(2.0, requires_grad=True)
    slope = grad(lambda x: w * x**3)(Tensor(1.5))
    penalty = slope * slope
    penalty.backward()
    assert w.grad is not None
    np.testing.assert_allclose(w.grad.data, 18 * 2.0 * 1.5**4)


def test_it_joins_the_graph_around_it():
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = np.exp(x)  # a computed argument
    value, slope = value_and_grad(lambda y: (y * y * y).sum())(y)
    (value + slope.sum()).backward()
    assert x.grad is not None
    e = np.exp([1.0, 2.0])
    np.testing.assert_allclose(x.grad.data, (3 * e**2 + 6 * e) * e)


def test_a_computed_argument_whose_leaf_is_gone():
    y = np.exp(Tensor(0.5, requires_grad=True))
    slope = grad(lambda y: y * grad(lambda t: y * t * t)(1.0))(y)  # of 2 y²
    np.testing.assert_allclose(slope.detach().data, 4 * np.exp(0.5))


def test_it_works_inside_no_grad():
    with no_grad():
        assert grad(lambda x: x * x)(3.0) == 6.0
        assert grad(grad(lambda x: x**3))(2.0) == 12.0


def test_what_has_no_gradient_is_refused():
    def named(x):
        return x * x

    with pytest.raises(ShapeError, match=r"named returned shape \(2,\).*\.sum\(\)"):
        grad(named)(np.ones(2))
    with pytest.raises(NotRecordedError, match=r"returned float, not a Tensor.*\.item\(\)"):
        grad(lambda x: x.item())(1.0)
    with pytest.raises(DtypeError, match="int64"):
        grad(lambda x: x.sum())(np.array([1, 2]))


def test_an_error_in_the_function_passes_through():
    def failing(x):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        grad(failing)(1.0)


# --- create_graph of backward: the same, by hand --------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(values=st.lists(st.floats(0.5, 2.0), min_size=1, max_size=4))
def test_second_order_with_broadcasting_and_dtypes(dtype, values):
    # L = Σᵢⱼ (aᵢ bⱼ)³: dL/da = 3 a² Σ b³, and d²L/da² is diagonal, 6 a Σ b³.
    a = Tensor(np.array(values, dtype)[:, None], requires_grad=True)
    b = Tensor(np.array([0.5, 2.0], dtype), requires_grad=True)
    ((a * b) ** 3).sum().backward(create_graph=True)
    slope, a.grad, b.grad = a.grad, None, None
    assert slope is not None
    assert slope.dtype == dtype
    cubes = np.sum(b.data**3)
    np.testing.assert_allclose(slope.data, 3 * a.data**2 * cubes, rtol=1e-5)
    slope.sum().backward()
    assert a.grad is not None
    assert b.grad is not None
    assert (a.grad.dtype, b.grad.dtype) == (dtype, dtype)
    np.testing.assert_allclose(a.grad.data, 6 * a.data * cubes, rtol=1e-5)
    np.testing.assert_allclose(b.grad.data, 9 * np.sum(a.data**2) * b.data**2, rtol=1e-5)


def test_second_order_through_a_sum_with_parameters():
    x = Tensor(np.arange(1.0, 7.0).reshape(2, 3), requires_grad=True)
    (x.sum(axis=0, keepdims=True) ** 3).sum().backward(create_graph=True)
    slope, x.grad = x.grad, None
    assert slope is not None
    slope.sum().backward()
    assert x.grad is not None
    np.testing.assert_allclose(x.grad.data, np.broadcast_to(12 * x.data.sum(0), (2, 3)))


def test_gradients_own_their_memory():
    g = grad(lambda x: x.sum())(np.ones(100))
    g += 1.0
    one, other = grad(lambda x, y: ((x + y) * 2.0).sum(), (0, 1))(np.ones(100), np.ones(100))
    one += 1.0
    np.testing.assert_array_equal(other, 2.0)


def test_a_graph_that_the_derivative_does_not_pass_may_be_released():
    w = Tensor(3.0, requires_grad=True)
    y = w * w
    y.backward()
    assert grad(lambda v: v * y)(1.0).item() == 9.0
