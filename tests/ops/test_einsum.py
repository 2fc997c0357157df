"""einsum in every notation."""

import numpy as np
import pytest

from tests.laws.cases.einsum import EINSUMS
from tests.tensors import leaf
from tinygrad_course.ops.einsum import explicit_subscripts
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import gradcheck

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("subscripts", EINSUMS)
def test_einsum_is_numpys(subscripts):
    terms = subscripts.replace(" ", "").partition("->")[0].split(",")
    operands = [RNG.standard_normal([2] * len(term.replace("...", "jk"))) for term in terms]
    tensors = [leaf(x) for x in operands]
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
    assert explicit_subscripts(subscripts, ndims) == expected


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


def test_an_infinite_operand_is_the_slope_of_its_own_element_alone():
    x = leaf(np.ones((1, 2)))
    np.einsum("ij,j->i", x, np.array([np.inf, 3.0])).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [[np.inf, 3]])


def test_einsum_with_the_same_tensor_twice():
    gradcheck(lambda x: np.einsum("ij,kj->ik", x, x), RNG.standard_normal((2, 3)), order=2)


def test_einsum_of_an_operand_that_was_stretched_and_has_the_shape_of_the_output():
    gradcheck(lambda x, y: np.einsum("i,ij->j", x, y), np.array([2.0]), np.array([[1.0], [3.0]]))
