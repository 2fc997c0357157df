"""Joining: what may stand beside a Tensor, and what NumPy finds fault with."""

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course.errors import ShapeError
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import gradcheck

V = np.array([1.0, 2.0])


def test_joining_a_tensor_with_arrays_and_lists():
    gradcheck(lambda x: np.concatenate([x, np.ones(2), [3.0]]) ** 2, V, order=2)
    gradcheck(lambda x: np.stack([x, np.ones(2)]) ** 2, V, order=2)
    gradcheck(lambda x: np.hstack([x, 3.0, [4.0]]) ** 2, V, order=2)


def test_a_tensor_is_the_sequence_of_its_rows():
    x = np.arange(6.0).reshape(3, 2)
    for join in (np.concatenate, np.stack, np.vstack, np.hstack, np.dstack, np.column_stack):
        np.testing.assert_array_equal(join(Tensor(x)).data, join(x))
    gradcheck(lambda x: np.column_stack(x) ** 2, x, order=2)


@pytest.mark.parametrize(
    ("arrange", "message"),
    [
        (lambda x: [[x], x], "mismatched"),
        (lambda x: [[x], []], "empty"),
        (lambda x: [(x,)], "tuple"),
        (lambda x: (x, x), "tuple"),
    ],
)
def test_block_finds_fault_with_the_nesting_as_numpy_does(arrange, message):
    for x in (V, leaf(V)):
        with pytest.raises((ValueError, TypeError), match=message):
            np.block(arrange(x))


def test_what_does_not_fit_names_the_shapes():
    x = leaf(V)
    for join in (np.vstack, np.column_stack, lambda arrays: np.block([[a] for a in arrays])):
        with pytest.raises(ShapeError, match=r"\(\d, \d\)"):
            join([x, np.ones((3, 3))])
