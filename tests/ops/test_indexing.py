"""Every kind of index that NumPy has, and its transpose."""

import numpy as np
import pytest

from tinygrad_course.ops import indexing
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import gradcheck

X = np.arange(12.0).reshape(3, 4) / 7

INDICES = {
    "an element": (1, 2),
    "a row": 1,
    "a row from the end": -1,
    "a NumPy integer": np.int32(2),
    "a slice": slice(None, None, 2),
    "a slice backwards": (slice(None, None, -1), slice(3, 0, -2)),
    "an empty slice": slice(2, 2),
    "everything": ...,
    "nothing": (),
    "a new axis": None,
    "new axes between": (None, 1, None, ..., None),
    "ellipsis and integer": (..., 0),
    "integers": np.array([2, 0, 1]),
    "repeated integers": np.array([1, 1, 1, 0]),
    "a list with repeats": [0, 0, -3],
    "no integers": np.array([], dtype=int),
    "pairs with repeats": (np.array([0, 0, 2]), np.array([1, 1, 3])),
    "integers that broadcast": (np.array([[0], [2]]), np.array([1, 1])),
    "integers and slice": (slice(1, None), np.array([3, 3])),
    "integers apart": (np.array([0, 1]), None, np.array([1, 1])),
    "a mask": X > 0.5,
    "a mask of rows": np.array([True, False, True]),
    "a mask of rows and an integer": (np.array([True, False, True]), 1),
    "mask and integers": (np.array([True, False, True]), np.array([1, 1])),
    "a mask that takes nothing": np.zeros((3, 4), dtype=bool),
    "True": True,
    "a list of booleans": [True, False, True],
    "a range": range(2),
}


@pytest.mark.parametrize("kind", INDICES)
def test_index(kind):
    index = INDICES[kind]
    np.testing.assert_array_equal(Tensor(X)[index].data, X[index])
    gradcheck(lambda x: x[index] * x[index], X, order=2)


def test_repeated_indices_add_up():
    x = Tensor(np.zeros(3), requires_grad=True)
    (x[[0, 0, 2]] * np.array([1.0, 10.0, 100.0])).sum().backward()
    assert x.grad.numpy().tolist() == [11, 0, 100]


@pytest.mark.parametrize("kind", INDICES)
def test_scatter_add_is_the_transpose(kind):
    """⟨A x, y⟩ = ⟨x, Aᵀ y⟩ for the linear map x ↦ x[index]."""
    index = INDICES[kind]
    y = np.random.default_rng(0).standard_normal(X[index].shape)
    scattered = indexing.scatter_add(y, index=index, shape=X.shape)
    np.testing.assert_allclose((X[index] * y).sum(), (X * scattered).sum())


def test_tensors_index_like_arrays():
    x, rows = Tensor(X, requires_grad=True), Tensor(np.array([0, 0]))
    np.testing.assert_array_equal(x[rows].data, X[[0, 0]])
    np.testing.assert_array_equal(x[rows, 1].data, X[[0, 0], 1])
