"""Products against NumPy's, in every combination of shapes, and einsum in every notation."""

import numpy as np
import pytest

from tests.laws.cases.products import EINSUMS
from tinygrad_course.errors import ShapeError
from tinygrad_course.ops import products
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
    x, y = Tensor(np.ones((2, 3)), name="X"), Tensor(np.ones((4, 3)), requires_grad=True, name="W")
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


@pytest.mark.parametrize("subscripts", EINSUMS)
def test_einsum_is_numpys(subscripts):
    terms = subscripts.replace(" ", "").partition("->")[0].split(",")
    operands = [RNG.standard_normal([2] * len(term.replace("...", "jk"))) for term in terms]
    tensors = [Tensor(x, requires_grad=True) for x in operands]
    expected = np.einsum(subscripts, *operands)
    np.testing.assert_array_equal(np.einsum(subscripts, *tensors).data, expected)
    gradcheck(lambda *xs: np.einsum(subscripts, *xs), *operands)


@pytest.mark.parametrize(
    ("subscripts", "ndims", "expected"),
    [
        ("ij,jk", [2, 2], (["ij", "jk"], "ik")),
        ("ba", [2], (["ba"], "ab")),
        ("ii", [2], (["ii"], "")),
        (" i j -> j ", [2], (["ij"], "j")),
        ("...i,i", [3, 1], (["zyi", "i"], "zy")),
        ("...,...i->i...", [1, 3], (["y", "zyi"], "izy")),
        ("...ii->...i", [2], (["ii"], "i")),
    ],
)
def test_subscripts_are_written_out(subscripts, ndims, expected):
    assert products.explicit_subscripts(subscripts, ndims) == expected


def test_einsum_broadcasts_ellipses():
    x, y = RNG.standard_normal((1, 2, 3)), RNG.standard_normal((4, 3, 2))
    np.testing.assert_array_equal(
        np.einsum("...ij,...jk->...ik", Tensor(x), Tensor(y)).data,
        np.einsum("...ij,...jk->...ik", x, y),
    )
    gradcheck(lambda x, y: np.einsum("...ij,...jk->...ik", x, y), x, y)


def test_einsum_broadcasts_letters_of_length_one_as_numpy_does():
    x, y = RNG.standard_normal((1, 3)), RNG.standard_normal((2, 3))
    gradcheck(lambda x, y: np.einsum("ij,ij->ij", x, y), x, y)


def test_einsum_with_the_same_tensor_twice():
    gradcheck(lambda x: np.einsum("ij,kj->ik", x, x), RNG.standard_normal((2, 3)), order=2)
