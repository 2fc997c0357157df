"""vjp, jvp and hvp: products with derivatives that agree with each other and with central differences."""

import numpy as np
import pytest
from hypothesis import given

from tests.sampling import same
from tinygrad_course import Tensor, grad, hessian, hvp, jacobian, jvp, vjp
from tinygrad_course.errors import NotRecordedError, ShapeError
from tinygrad_course.testing.strategies import programs

X = np.array([[0.3, -1.2, 0.7], [1.9, 0.4, -0.8]])
W = np.array([[0.5, -0.1], [0.2, 0.9], [-0.7, 0.3]])


def f(x, w):
    return np.tanh(x @ w)


def rng():
    return np.random.default_rng(0)


def along(f, primals, tangents, h=1e-6):
    """J v by central differences."""
    ahead, behind = (
        f(*(x + sign * h * v for x, v in zip(primals, tangents, strict=True))) for sign in (1, -1)
    )
    return (ahead - behind) / (2 * h)


def test_jvp_is_the_slope_along_the_tangents():
    tangents = [rng().normal(size=x.shape) for x in (X, W)]
    value, slope = jvp(f, (X, W), tangents)
    np.testing.assert_array_equal(value, f(X, W))
    np.testing.assert_allclose(slope, along(f, (X, W), tangents), rtol=1e-8)


def test_vjp_may_be_called_several_times_and_is_linear():
    value, product = vjp(f, X, W)
    u, v = rng().normal(size=(2, *value.shape))
    for both, first, second in zip(product(u + 2 * v), product(u), product(v), strict=True):
        np.testing.assert_allclose(both, first + 2 * second, rtol=1e-10)


@same(50)
@given(programs())
def test_both_are_the_same_matrix(program):
    """⟨u, J v⟩ = ⟨Jᵀ u, v⟩ for whole programs."""
    tangents = [rng().normal(size=x.shape) for x in program.inputs]
    value, slope = jvp(program, program.inputs, tangents)
    _, product = vjp(program, *program.inputs)
    u = rng().normal(size=np.shape(value))
    products = product(u)
    expected = sum((g * v).sum() for g, v in zip(products, tangents, strict=True))
    np.testing.assert_allclose((u * slope).sum(), expected, rtol=1e-8, atol=1e-10)


def cost(x, w):
    return (f(x, w) ** 3.0).sum()


def test_hvp_is_the_hessian_times_the_vector():
    tangents = [rng().normal(size=x.shape) for x in (X, W)]
    blocks = hessian(cost, (0, 1))(X, W)
    found = hvp(cost, (X, W), tangents)
    for a, product in enumerate(found):
        expected = sum(np.tensordot(blocks[a][b], tangents[b], 2) for b in (0, 1))
        np.testing.assert_allclose(product, expected, rtol=1e-10)


def test_they_nest_in_each_other_and_in_grad():
    v = np.ones_like(X)
    third = grad(lambda x: jvp(lambda x: jvp(np.sin, (x,), (v,))[1], (x,), (v,))[1].sum())(X)
    np.testing.assert_allclose(third, -np.cos(X), rtol=1e-12)
    np.testing.assert_allclose(
        jvp(lambda x: grad(lambda x: (x**4).sum())(x), (X,), (v,))[1], 12 * X**2, rtol=1e-12
    )
    pulled = grad(lambda u: (vjp(np.tanh, X)[1](u)[0] ** 2).sum())(v)
    np.testing.assert_allclose(pulled, 2 * v * (1 - np.tanh(X) ** 2) ** 2, rtol=1e-12)
    through = jacobian(lambda x: vjp(lambda x: x**3, x)[1](np.ones(3))[0])(X[0])
    np.testing.assert_allclose(through, np.diag(6 * X[0]), rtol=1e-12)


def test_what_is_recorded_outside_stays_differentiable():
    w = Tensor(W, requires_grad=True)
    _, slope = jvp(lambda x: np.tanh(x @ w), (Tensor(X),), (np.ones_like(X),))
    slope.sum().backward()
    eps = 1e-6
    direction = np.zeros_like(W)
    direction[1, 0] = 1

    def slope_at(w):
        return jvp(lambda x: f(x, w), (X,), (np.ones_like(X),))[1].sum()

    ahead, behind = slope_at(W + eps * direction), slope_at(W - eps * direction)
    np.testing.assert_allclose(w.grad.data[1, 0], (ahead - behind) / (2 * eps), rtol=1e-6)


def test_arrays_in_arrays_out_and_tensors_in_tensors_out():
    for kind in (np.asarray, Tensor):
        x = kind(X)
        expected = Tensor if kind is Tensor else np.ndarray
        value, slope = jvp(np.exp, (x,), (np.ones_like(X),))
        assert type(value) is type(slope) is expected
        value, product = vjp(np.exp, x)
        assert type(value) is type(product(np.ones_like(X))[0]) is expected
        assert type(hvp(lambda x: np.exp(x).sum(), (x,), (np.ones_like(X),))[0]) is expected


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_stay(dtype):
    x = X.astype(dtype)
    value, slope = jvp(np.exp, (x,), (np.ones_like(X),))
    assert value.dtype == slope.dtype == dtype
    assert vjp(np.exp, x)[1](np.ones_like(X))[0].dtype == dtype
    assert hvp(lambda x: np.exp(x).sum(), (x,), (np.ones_like(X),))[0].dtype == dtype


def test_a_function_that_ignores_its_argument_has_derivative_zero():
    constant = Tensor(np.ones(2))
    np.testing.assert_array_equal(jvp(lambda x: constant, (X,), (X,))[1], [0, 0])
    np.testing.assert_array_equal(vjp(lambda x: constant, X)[1](np.ones(2))[0], np.zeros_like(X))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: jvp(np.exp, (X,), (X, X)), ShapeError, "1 primals and 2 tangents"),
        (lambda: hvp(cost, (X, W), (X,)), ShapeError, "2 primals and 1 tangents"),
        (lambda: jvp(np.exp, (X,), (W,)), ShapeError, r"tangent 0 has shape \(3, 2\).*\(2, 3\)"),
        (lambda: vjp(np.exp, X)[1](W), ShapeError, r"cotangent has shape \(3, 2\).*\(2, 3\)"),
        (lambda: hvp(lambda x: x, (X,), (X,)), ShapeError, "only a scalar"),
        (lambda: jvp(lambda x: 1.0, (X,), (X,)), NotRecordedError, "returned float, not a Tensor"),
    ],
)
def test_what_does_not_fit_is_said(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_nothing_is_added_to_any_grad():
    x = Tensor(X, requires_grad=True)
    vjp(np.exp, x)[1](np.ones_like(X))
    jvp(np.exp, (x,), (X,))
    hvp(lambda x: np.exp(x).sum(), (x,), (X,))
    assert x.grad is None
