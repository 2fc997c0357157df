"""Products against NumPy's, in every combination of shapes."""

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course.errors import ShapeError
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import gradcheck

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((3,), (3, 2)),
        ((2, 3), (3, 4)),
        ((5, 2, 3), (3, 4)),
        ((2, 3), (5, 3, 4)),
        ((5, 2, 3), (5, 3, 4)),
        ((5, 1, 2, 3), (4, 3, 2)),
        ((3,), (5, 3, 2)),
        ((5, 2, 3), (3,)),
        ((1, 1), (1, 1)),
        ((2, 0), (0, 3)),
    ],
)
def test_matmul_in_all_combinations(x, y):
    a, b = RNG.standard_normal(x), RNG.standard_normal(y)
    np.testing.assert_array_equal((Tensor(a) @ Tensor(b)).data, a @ b)
    gradcheck(lambda a, b: a @ b, a, b, order=1 if a.size * b.size > 200 else 2)


@pytest.mark.parametrize("f", [lambda x: x @ x.T, lambda x: x.T @ x, lambda x: (x @ x.T) @ x])
def test_matmul_of_a_matrix_with_itself(f):
    gradcheck(f, RNG.standard_normal((2, 3)), order=2)


def test_matmul_says_when_a_transpose_is_missing():
    x, y = Tensor(np.ones((2, 3)), name="X"), leaf(np.ones((4, 3)), name="W")
    with pytest.raises(ShapeError, match=r"'X' \(2, 3\) and 'W' \(4, 3\).*\.T\?"):
        x @ y


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ((), ()),
        ((), (2, 3)),
        ((2, 3), ()),
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((3,), (3, 2)),
        ((2, 3), (3, 2)),
        ((3,), (2, 3, 4)),
        ((2, 2, 3), (3,)),
        ((2, 3), (2, 3, 2)),
        ((2, 2, 3), (2, 3, 2)),
    ],
)
def test_dot_in_n_dimensions(x, y):
    a, b = RNG.standard_normal(x), RNG.standard_normal(y)
    np.testing.assert_array_equal(np.dot(Tensor(a), Tensor(b)).data, np.dot(a, b))
    gradcheck(np.dot, a, b, order=1 if a.size * b.size > 100 else 2)


@pytest.mark.parametrize("product", [np.dot, np.outer, np.multiply])
def test_products_with_a_python_number(product):
    gradcheck(lambda x: product(2.0, x), np.array([1.0, 2.0]), order=2)
    gradcheck(lambda x: product(x, 2), np.array([1.0, 2.0]), order=2)


def test_outer_flattens():
    a, b = RNG.standard_normal((2, 2)), RNG.standard_normal((1, 3))
    gradcheck(np.outer, a, b, order=2)


def test_vectors_are_orthogonal_to_their_cross_product():
    x, y = RNG.standard_normal((2, 4, 3))
    z = np.cross(Tensor(x), y)
    np.testing.assert_allclose(np.vecdot(z, x).data, 0, atol=1e-14)
    np.testing.assert_allclose(np.vecdot(z, y).data, 0, atol=1e-14)


@pytest.mark.parametrize("f", [np.cross, np.linalg.cross])
@pytest.mark.parametrize("n", [1, 4])
def test_cross_takes_vectors_in_space(f, n):
    with pytest.raises(ShapeError, match="dimension"):
        f(leaf(np.ones((2, n))), np.ones(3))


def test_cross_takes_vectors_in_the_plane_with_every_numpy():
    x, y = RNG.standard_normal((2, 4, 2))  # which NumPy itself refuses since 2.5
    z = np.cross(Tensor(x), y)
    np.testing.assert_allclose(z.data, x[:, 0] * y[:, 1] - x[:, 1] * y[:, 0])
    gradcheck(np.cross, x, y, order=2)


def test_outer_of_linalg_flattens_nothing():
    with pytest.raises(ShapeError, match=r"two vectors.*\(1, 2\)"):
        np.linalg.outer(leaf(np.ones((1, 2))), np.ones(2))


def test_an_operand_that_was_stretched_and_has_the_shape_of_the_output():
    gradcheck(np.vecdot, RNG.standard_normal(2), RNG.standard_normal((2, 2)), order=2)
