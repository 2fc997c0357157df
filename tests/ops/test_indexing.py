"""Every kind of index that NumPy has, and its transpose."""

import numpy as np
import pytest

from tests.tensors import leaf
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
    "a new axis, a list and the rest": (None, [0, 2], ..., None),
    "lists in a tuple": ([0, 2], [1, 1]),
    "a list of lists": [[0, 1], [1, 2]],
    "an empty list": [],
    "an empty list behind a slice": (slice(None, None, -1), []),
    "a list on both sides of a new axis and a slice": ([0, 2, 0], None, slice(3, 0, -2)),
    "an integer and a list apart": (0, None, [1, 0, 1]),
    "False": False,
    "a 0-d boolean": np.array(True),
    "True and a slice": (np.True_, slice(1, 2)),
    "a 0-d integer": np.array(1),
    "small integers": np.array([0, 1], dtype=np.uint8),
    "a mesh": np.ix_([0, 2], [1, 3, 3]),
}


@pytest.mark.parametrize("kind", INDICES)
def test_index(kind):
    index = INDICES[kind]
    np.testing.assert_array_equal(Tensor(X)[index].data, X[index])
    gradcheck(lambda x: x[index] * x[index], X, order=2)


def test_repeated_indices_add_up():
    x = leaf(np.zeros(3))
    (x[[0, 0, 2]] * np.array([1.0, 10.0, 100.0])).sum().backward()
    assert x.grad.numpy().tolist() == [11, 0, 100]


@pytest.mark.parametrize("kind", INDICES)
def test_scatter_add_is_the_transpose(kind):
    """⟨A x, y⟩ = ⟨x, Aᵀ y⟩ for the linear map x ↦ x[index]."""
    index = INDICES[kind]
    y = np.random.default_rng(0).standard_normal(X[index].shape)
    scattered = indexing.scatter_add(y, index=index, shape=X.shape)
    np.testing.assert_allclose((X[index] * y).sum(), (X * scattered).sum())


@pytest.mark.parametrize(
    "index", [[1, 1], (0, 2), [True, False, True], [[0], [2]]], ids=lambda index: f"{index}"
)
def test_tensors_index_like_arrays(index):
    array = np.array(index)
    gradcheck(lambda x: x[Tensor(array)] ** 2, X, order=2)
    np.testing.assert_array_equal(Tensor(X)[Tensor(array)].data, X[array])
    np.testing.assert_array_equal(Tensor(X)[Tensor(array), None].data, X[array, None])
    if array.ndim == 1:
        ends = slice(Tensor(0), Tensor(2))
        np.testing.assert_array_equal(Tensor(X)[[Tensor(0), Tensor(2)], ends].data, X[[0, 2], :2])


@pytest.mark.parametrize(
    "select",
    [
        lambda x, i: x[i],
        lambda x, i: x.take(i, axis=0),
        lambda x, i: np.take(x, i, axis=0, mode="clip"),
        lambda x, i: np.take_along_axis(x, i[:, None], axis=0),
        lambda x, i: np.repeat(x, i, axis=0),
        lambda x, i: np.bincount(i, weights=x[:, 0]),
    ],
)
def test_what_was_selected_stays_so_if_the_index_is_written_into(select):
    index, x = np.array([2, 0, 2]), leaf(X)
    gradient = np.random.default_rng(0).standard_normal(select(X, index).shape)
    select(x, index).backward(gradient)
    expected, x.grad = x.grad, None
    y = select(x, index)
    index[:] = 1
    y.backward(gradient)
    np.testing.assert_array_equal(x.grad.data, expected.data)


def test_take_looks_at_indices_as_numpy_does():
    for t in (X, leaf(X)):
        with pytest.raises(IndexError, match="out of bounds for axis 1 with size 4"):
            np.take(t, [0, 4], axis=1)
        with pytest.raises(ValueError, match="clipmode"):
            np.take(t, 0, mode="x")
        with pytest.raises(TypeError, match="Cannot cast"):
            np.take(t, np.array([0.5]))
    # For np.take, booleans are the numbers 0 and 1, and no mask.
    mask = np.array([True, False, True])
    np.testing.assert_array_equal(np.take(Tensor(X), mask, axis=0).data, X[[1, 0, 1]])


@pytest.mark.parametrize("indices", [[0, 1], X > 0.5, X])
def test_take_along_axis_wants_an_integer_for_each_row(indices):
    for t in (X, leaf(X)):
        with pytest.raises((IndexError, ValueError), match="`indices`"):
            np.take_along_axis(t, np.array(indices), axis=1)


def test_bincount_is_float64_and_counts_in_whole_numbers():
    labels = np.array([1, 0, 1, 3])
    weights = leaf(np.ones(4, dtype=np.float32))
    sums = np.bincount(labels, weights)
    assert sums.dtype == np.float64
    (sums * np.array([1.0, 10.0, 100.0, 1000.0])).sum().backward()
    assert weights.grad.dtype == np.float32
    assert weights.grad.data.tolist() == [10, 1, 10, 1000]
    assert np.bincount(Tensor(labels)).tolist() == [1, 2, 0, 1]
    with pytest.raises(ValueError, match="same length"):
        np.bincount(labels, weights[:3])
