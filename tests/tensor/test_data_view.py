""".data is an ndarray in all that it does, and notes every way to write into it."""

import copy
import pickle

import numpy as np
import pytest

from tinygrad_course import Tensor, no_grad
from tinygrad_course.errors import ChangedValueError, GraphError

WRITES = {
    "an item": lambda d: d.__setitem__((0, 0), 9.0),
    "a slice": lambda d: d.__setitem__(slice(1), 9.0),
    "a view of a view": lambda d: d.T[1:].__setitem__(0, 9.0),
    "reshaped": lambda d: d.reshape(-1).__setitem__(0, 9.0),
    "augmented": lambda d: d.__isub__(1.0),
    "a slice, augmented": lambda d: d[0].__imul__(2.0),
    "out=": lambda d: np.add(d, 1.0, out=d),
    "out= by position": lambda d: np.sqrt(np.abs(d), d),
    "out= of a function": lambda d: np.clip(d, 0, 1, out=d),
    "ufunc.at": lambda d: np.add.at(d, (0, 0), 1.0),
    "copyto": lambda d: np.copyto(d, 1.0),
    "put": lambda d: np.put(d, [0], [9.0]),
    "putmask": lambda d: np.putmask(d, d > 0, 9.0),
    "place": lambda d: np.place(d, d > 0, [9.0]),
    "put_along_axis": lambda d: np.put_along_axis(d, np.array([[0]]), 9.0, axis=1),
    "fill_diagonal": lambda d: np.fill_diagonal(d, 9.0),
    "nan_to_num": lambda d: np.nan_to_num(d, copy=False),
    "overwrite_input": lambda d: np.median(d, overwrite_input=True),
    "fill": lambda d: d.fill(9.0),
    "sort": lambda d: d.sort(),
    "partition": lambda d: d.partition(1),
    "the method put": lambda d: d.put([0], 9.0),
    "setfield": lambda d: d.setfield(9.0, d.dtype),
}


def weights():
    return Tensor(np.array([[3.0, 1.0, 2.0], [6.0, 5.0, 4.0]]), requires_grad=True, name="w")


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("when", ["before", "after"])
def test_every_write_is_noted(write, when):
    w = weights()
    data = w.data if when == "before" else None
    y = (w * w).sum()
    write(w.data if data is None else data)
    with pytest.raises(ChangedValueError, match=rf"tensor 'w' .*changed in place \(at {__file__}:"):
        y.backward()
    assert w.grad is None
    (w * w).sum().backward()
    np.testing.assert_array_equal(w.grad.data, 2 * w.data)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize(
    "make",
    [
        lambda w: w * 2.0,
        lambda w: w.detach(),
        lambda w: w.T.T,
        lambda w: w.detach().reshape(2, 3),
        lambda w: w.detach().detach(),
    ],
    ids=["computed", "detached", "a view", "a view outside the graph", "detached twice"],
)
def test_what_is_computed_or_shared_is_not_written_into(write, make):
    w = weights()
    y = make(w)
    before = y.data.copy()
    with pytest.raises(GraphError, match=r"\.copy\(\)"):
        write(y.data)
    np.testing.assert_array_equal(y.data, before)
    write(y.data.copy())
    np.testing.assert_array_equal(w.data, weights().data)


def test_a_result_outside_the_graph_that_owns_its_numbers_may_be_written_into():
    with no_grad():
        prediction = weights() * 2.0
    prediction.data[0] = 0.0
    np.testing.assert_array_equal(prediction.data[0], 0)


def test_a_constant_that_changed_is_noticed_too():
    w, x = Tensor(np.ones(3), requires_grad=True), Tensor(np.arange(3.0), name="x")
    y = (w * x).sum()
    x.data[0] = 5.0
    with pytest.raises(ChangedValueError, match="'x'"):
        y.backward()


def test_a_constant_detached_from_a_leaf_changes_with_it():
    w, v = weights(), Tensor(np.ones((2, 3)), requires_grad=True)
    y = (v * w.detach().T.T).sum()
    w.data -= 1.0
    with pytest.raises(ChangedValueError, match="'w'"):
        y.backward()


def test_augmented_assignment_goes_on_with_the_same_tensor():
    w = weights()
    numbers = w._data
    w.data -= 1.0
    w.data[0] *= 2.0
    assert w._data is numbers
    np.testing.assert_array_equal(w.data, [[4, 0, 2], [5, 4, 3]])


def test_the_array_given_to_a_leaf_is_not_its_own():
    array = np.ones(3)
    w = Tensor(array, requires_grad=True)
    y = (w * w).sum()
    array[:] = 7.0
    y.backward()
    np.testing.assert_array_equal(w.grad.data, 2.0)
    w.data = array
    array[:] = 8.0
    np.testing.assert_array_equal(w.data, 7.0)


def test_what_is_computed_from_it_is_a_plain_array():
    data = weights().data
    for result in (
        data + 1,
        np.exp(data),
        data @ data.T,
        np.concatenate([data, data]),
        np.sort(data),
    ):
        assert type(result) is np.ndarray
    assert type(data.sum()) is np.float64
    assert repr(data) == repr(np.asarray(data))
    assert str(data) == str(np.asarray(data))


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_a_copy_belongs_to_nobody(copied):
    w = weights()
    y = (w * w).sum()
    copied(w.data)[...] = 0.0
    y.backward()
    np.testing.assert_array_equal(w.grad.data, 2 * w.data)


def test_the_flat_iterator_is_for_reading():
    w = weights()
    assert list(w.data.flat) == [3, 1, 2, 6, 5, 4]
    with pytest.raises(ValueError, match="read-only"):
        w.data.flat[0] = 1.0


def test_numpy_and_asarray_are_for_reading():
    constant = Tensor(np.ones(3))
    for array in (constant.numpy(), np.asarray(constant)):
        assert type(array) is np.ndarray
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 2.0


def test_a_view_does_not_keep_the_graph_alive():
    w = weights()
    y = w * 2.0
    data = y.data
    del y
    assert data._tensor() is None
    with pytest.raises(GraphError, match="a tensor that is gone"):
        data[0] = 1.0
