"""Singular matrices, ranks, orders of products, and what is refused."""

import numpy as np
import pytest

from tests.tensors import gradient, leaf
from tinygrad_course import Tensor
from tinygrad_course.errors import DegenerateError, ShapeError
from tinygrad_course.ops.linalg import _cheapest_splits
from tinygrad_course.testing import gradcheck

RNG = np.random.default_rng(0)
SINGULAR = np.array([[1.0, 2.0], [2.0, 4.0]])


@pytest.mark.parametrize("f", [np.linalg.inv, lambda x: np.linalg.solve(x, np.ones(2))])
def test_a_singular_matrix_is_numpys_error(f):
    with pytest.raises(np.linalg.LinAlgError, match="Singular matrix"):
        f(leaf(SINGULAR))


def test_the_shape_of_what_is_not_square_is_named():
    with pytest.raises(ShapeError, match=r"inv of .* \(2, 3\)"):
        np.linalg.inv(leaf(np.ones((2, 3))))
    with pytest.raises(ShapeError, match=r"matrix_power.*\(2, 3\)"):
        np.linalg.matrix_power(leaf(np.ones((2, 3))), 0)


# --- determinants -----------------------------------------------------------------------------------


def test_the_gradient_of_det_are_the_cofactors_however_close_to_singular():
    x = leaf([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    cofactors = [[-3, 6, -3], [6, -12, 6], [-3, 6, -3]]
    np.testing.assert_allclose(gradient(np.linalg.det(x), x), cofactors, rtol=1e-10)


def test_a_determinant_that_underflows_is_no_sign_of_a_singular_matrix(monkeypatch):
    x = leaf(1e-120 * np.eye(4))
    z, logarithm = np.linalg.det(x), np.linalg.slogdet(x).logabsdet
    assert z.item() == 0
    with monkeypatch.context() as without:
        without.setattr(np.linalg, "det", None)  # n² of them are for singular matrices
        assert not gradient(z, x).any()
    x.grad = None
    np.testing.assert_allclose(gradient(logarithm, x), 1e120 * np.eye(4))


def test_the_logarithm_of_a_determinant_that_is_0_has_no_gradient():
    sign, logarithm = np.linalg.slogdet(leaf(SINGULAR))
    assert (sign.item(), logarithm.item()) == (0, -np.inf)
    with pytest.raises(DegenerateError, match="slogdet: a matrix is singular"):
        logarithm.backward()


# --- of any rank ------------------------------------------------------------------------------------


def test_pinv_has_a_derivative_along_matrices_of_one_rank():
    left, right = RNG.uniform(0.5, 2, (4, 2)), RNG.uniform(-1, 1, (2, 3))
    gradcheck(lambda a, b: np.linalg.pinv(a @ b, 1e-10), left, right, order=2)
    gradcheck(lambda a, b: np.linalg.pinv((a @ b).T, 1e-10), left, right)


def test_pinv_of_equal_singular_values():
    gradcheck(np.linalg.pinv, np.eye(3), order=2)


def test_pinv_of_a_regular_matrix_is_its_inverse():
    x = np.array([[1.0, 1.0], [1.0, 1.0 + 1e-7]])  # badly conditioned
    found, expected = leaf(x), leaf(x)
    np.testing.assert_allclose(
        gradient(np.linalg.pinv(found, 1e-10)[0, 0], found),
        gradient(np.linalg.inv(expected)[0, 0], expected),
        rtol=1e-4,
    )


def test_pinv_that_drops_what_is_not_0_has_no_rule():
    x = leaf([np.diag([1.0, 0.1]), np.eye(2)])
    np.linalg.pinv(x, rcond=np.array([0.01, 0.5])).sum().backward()
    for rcond in (0.5, np.array([0.5, 0.01])):
        with pytest.raises(DegenerateError, match="rcond drops"):
            np.linalg.pinv(x, rcond).sum().backward()


@pytest.mark.parametrize("size", [1.0, 1e6, 1e-9])
def test_pinv_may_drop_what_makes_no_difference(size):
    x = leaf(size * np.diag([1.0, 2.0**-26]))  # √ε of the largest
    z = np.linalg.pinv(x, 0.1)
    np.testing.assert_allclose(gradient(z, x)[0, 0], -1 / size**2)
    x = leaf(size * np.diag([1.0, 2.0**-25]))
    with pytest.raises(DegenerateError, match="rcond drops"):
        np.linalg.pinv(x, 0.1).sum().backward()


def test_pinv_drops_what_is_as_small_as_rcond_as_numpy_does():
    with pytest.raises(DegenerateError, match="rcond drops"):
        np.linalg.pinv(leaf(np.diag([1.0, 0.5])), 0.5).sum().backward()
    # One tenth in single precision is a little more than in double precision.
    x = leaf(np.diag([1.0, 0.1]), np.float32)
    np.linalg.pinv(x, 0.1).sum().backward()
    np.testing.assert_allclose(np.diagonal(x.grad.data), [-1, -100], rtol=1e-5)


def test_lstsq_solves_the_normal_equations():
    a, b = leaf(RNG.uniform(-1, 1, (5, 2))), leaf(RNG.uniform(-1, 1, 5))
    ours, by_lstsq = [], np.linalg.lstsq(a, b)[0]
    for z in (by_lstsq, np.linalg.solve(a.T @ a, a.T @ b)):
        a.grad = b.grad = None
        z.sum().backward()
        ours.append((a.grad.data, b.grad.data))
    for found, expected in zip(*ours, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_lstsq_without_full_rank_has_no_residuals():
    a = RNG.uniform(1, 2, (4, 1)) @ RNG.uniform(1, 2, (1, 2))
    found = np.linalg.lstsq(leaf(a), np.ones(4))
    expected = np.linalg.lstsq(a, np.ones(4))
    assert found[2] == expected[2] == 1
    assert found[1].shape == expected[1].shape == (0,)
    np.testing.assert_allclose(found[0].data, expected[0])


def test_lstsq_takes_one_matrix_in_the_precision_of_both():
    a, b = RNG.uniform(-1, 1, (5, 2)).astype(np.float32), RNG.uniform(-1, 1, 5)
    found, expected = np.linalg.lstsq(Tensor(a), b), np.linalg.lstsq(a, b)
    np.testing.assert_allclose(found[0].data, expected[0], rtol=1e-12)
    with pytest.raises(ShapeError, match="3 and 1 axes"):
        np.linalg.lstsq(leaf(np.ones((1, 2, 2))), np.ones(2))


# --- products ---------------------------------------------------------------------------------------


def test_the_cheapest_order_of_a_product():
    # 10·100·5 + 10·5·50 multiplications, and not 100·5·50 + 10·100·50.
    assert _cheapest_splits([10, 100, 5, 50])[0, 2] == 1
    assert _cheapest_splits([100, 10, 50, 5])[0, 2] == 0


def test_multi_dot_takes_two_or_more_matrices():
    x = leaf(np.ones((2, 2)))
    with pytest.raises(ValueError, match="at least two"):
        np.linalg.multi_dot([x])
    with pytest.raises(ShapeError, match=r"\(1, 2, 2\)"):
        np.linalg.multi_dot([x, x[None], x])


def test_the_power_of_a_matrix_is_an_integer():
    with pytest.raises(TypeError, match="integer"):
        np.linalg.matrix_power(leaf(SINGULAR), 0.5)


def test_tensorinv_takes_a_positive_number_of_axes():
    with pytest.raises(ValueError, match="ind"):
        np.linalg.tensorinv(leaf(SINGULAR), 0)
