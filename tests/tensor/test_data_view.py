""".data is an ndarray in all that it does, and notes every way to write into it."""

import copy
import pickle

import numpy as np
import pytest

from tests.laws.calls import CALLS, calls_of
from tinygrad_course import Tensor, no_grad
from tinygrad_course.errors import ChangedValueError, GraphError
from tinygrad_course.tensor.data_view import DataView
from tinygrad_course.tensor.numpy_surface import full_name

ONES = np.ones((2, 3))

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
    "out= of a function by position": lambda d: np.clip(d, 0, 1, d),
    "out= of a method": lambda d: d.clip(0, 1, out=d),
    "out= of a method by position": lambda d: d.cumsum(1, None, d),
    "out= of another's method": lambda d: np.ones((4, 2, 3)).mean(0, out=d),
    "the second of two out=": lambda d: np.modf(ONES, np.empty((2, 3)), d),
    "ufunc.at": lambda d: np.add.at(d, (0, 0), 1.0),
    "ufunc.reduce": lambda d: np.add.reduce(np.ones((4, 2, 3)), axis=0, out=d),
    "copyto": lambda d: np.copyto(d, 1.0),
    "copyto by name": lambda d: np.copyto(src=1.0, dst=d),
    "put": lambda d: np.put(d, [0], [9.0]),
    "put by name": lambda d: np.put(v=[9.0], ind=[0], a=d),
    "putmask": lambda d: np.putmask(d, d > 0, 9.0),
    "place": lambda d: np.place(d, d > 0, [9.0]),
    "place by name": lambda d: np.place(mask=d > 0, vals=[9.0], arr=d),
    "put_along_axis": lambda d: np.put_along_axis(d, np.array([[0]]), 9.0, axis=1),
    "put_along_axis by name": lambda d: np.put_along_axis(
        indices=np.array([[0]]), values=9.0, axis=1, arr=d
    ),
    "fill_diagonal": lambda d: np.fill_diagonal(d, 9.0),
    "fill_diagonal by name": lambda d: np.fill_diagonal(val=9.0, a=d),
    "nan_to_num": lambda d: np.nan_to_num(d, copy=False),
    "nan_to_num by position": lambda d: np.nan_to_num(d, False),
    "overwrite_input": lambda d: np.median(d, overwrite_input=True),
    "overwrite_input by position": lambda d: np.median(d, None, None, True),
    "fill": lambda d: d.fill(9.0),
    "sort": lambda d: d.sort(),
    "partition": lambda d: d.partition(1),
    "the method put": lambda d: d.put([0], 9.0),
    "setfield": lambda d: d.setfield(9.0, d.dtype),
}

UNSEEN = {
    "asarray": lambda d: np.asarray(d).__setitem__(0, 9.0),
    "a plain view": lambda d: d.view(np.ndarray).__setitem__(0, 9.0),
    "memoryview": lambda d: memoryview(d).__setitem__((0, 0), 9.0),
    "nditer": lambda d: np.nditer(d, op_flags=["readwrite"]),
    "shuffle": lambda d: np.random.default_rng(0).shuffle(d),
    "a generator's out=": lambda d: np.random.default_rng(0).random(out=d),
    "as_strided": lambda d: np.lib.stride_tricks.as_strided(d).__setitem__(0, 9.0),
    "byteswap": lambda d: d.byteswap(inplace=True),
    "real": lambda d: setattr(d, "real", 9.0),
    "flat": lambda d: d.flat.__setitem__(0, 9.0),
    "assigned flat": lambda d: setattr(d, "flat", 9.0),
    "a method's out=": lambda d: np.eye(2).dot(ONES, d),
    "take's out=": lambda d: np.ones(6).take(np.arange(6).reshape(2, 3), out=d),
}
"""Ways to write that pass by NumPy's protocols."""

# Functions that write into out=, with the arguments before it and behind it that make a (2, 3).
SLICES = np.arange(24.0).reshape(4, 2, 3)
OUT = {
    np.sum: (SLICES, 0, None),
    np.prod: (SLICES, 0, None),
    np.mean: (SLICES, 0, None),
    np.std: (SLICES, 0, None),
    np.var: (SLICES, 0, None),
    np.cumsum: (ONES, 0, None),
    np.max: (SLICES, 0),
    np.ptp: (SLICES, 0),
    np.median: (SLICES, 0),
    np.quantile: (SLICES, 0.3, 0),
    np.nansum: (SLICES, 0, None),
    np.nanmedian: (SLICES, 0),
    np.take: (SLICES, 1, 0),
    np.round: (ONES * 1.5, 0),
    np.clip: (ONES, 2, 3),
    np.dot: (2 * np.eye(2), ONES),
    np.outer: ([1, 2], [1, 2, 3]),
    np.choose: ([[0, 1, 0], [1, 0, 1]], [ONES, ONES]),
    np.compress: ([0, 1, 1], np.ones((3, 3)), 0),
    np.concatenate: ([ONES[:1], ONES[1:]], 0),
    np.stack: ([ONES[0], ONES[1]], 0),
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


@pytest.mark.parametrize("by_name", [False, True])
@pytest.mark.parametrize("function", OUT, ids=full_name)
def test_what_a_function_writes_into_is_noted(function, by_name):
    w = weights()
    y = (w * w).sum()
    data, args = w.data, OUT[function]
    result = function(*args, out=data) if by_name else function(*args, data)
    assert result is data
    np.testing.assert_array_equal(data, function(*args))
    with pytest.raises(ChangedValueError, match="'w'"):
        y.backward()


@pytest.mark.parametrize("write", UNSEEN.values(), ids=UNSEEN)
def test_a_write_that_could_not_be_noted_is_refused(write):
    w = weights()
    y = (w * w).sum()
    with pytest.raises((ValueError, TypeError), match=r"read-only|writable|writeable|C-Array"):
        write(w.data)
    y.backward()
    np.testing.assert_array_equal(w.grad.data, 2 * weights().data)
    write(w.data.copy())


def test_code_outside_numpy_opens_the_array_and_says_that_it_has_written():
    w = weights()
    y = (w * w).sum()
    array = np.asarray(w.data)
    array.flags.writeable = True
    np.random.default_rng(0).shuffle(array)
    w.mark_changed()
    with pytest.raises(ChangedValueError, match="'w'"):
        y.backward()


@pytest.mark.parametrize(
    "fail",
    [
        lambda d: d.__itruediv__(0.0),
        lambda d: np.put(d, [0, 9], 5.0),
        lambda d: d.put([0, 9], 5.0),
    ],
    ids=["a division by zero", "put", "the method put"],
)
def test_a_write_that_breaks_off_in_the_middle_is_noted(fail):
    w = weights()
    y = (w * w).sum()
    with np.errstate(all="raise"), pytest.raises((FloatingPointError, IndexError)):
        fail(w.data)
    assert not np.array_equal(w.data, weights().data)
    with pytest.raises(ChangedValueError):
        y.backward()


@pytest.mark.parametrize(
    "fail",
    [
        lambda d: d.__setitem__(9, 1.0),
        lambda d: d.__setitem__(0, np.ones(5)),
        lambda d: d.__iadd__(np.ones(5)),
        lambda d: d.__iadd__(1j),
        lambda d: np.copyto(d, np.ones(5)),
        lambda d: d.fill("x"),
    ],
    ids=["an index", "a shape", "a shape, augmented", "a dtype", "copyto", "fill"],
)
def test_a_write_that_is_refused_leaves_everything_as_it_was(fail):
    w = weights()
    y = (w * w).sum()
    with pytest.raises((IndexError, ValueError, TypeError)):
        fail(w.data)
    y.backward()
    np.testing.assert_array_equal(w.grad.data, 2 * weights().data)


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
    w, x = Tensor(np.ones(300), requires_grad=True), Tensor(np.arange(300.0), name="x")
    y = (w * x).sum()
    x.data[0] = 5.0
    with pytest.raises(ChangedValueError, match="'x'"):
        y.backward()


def test_a_constant_detached_from_a_leaf_changes_with_it():
    w = Tensor(np.ones((20, 30)), requires_grad=True, name="w")
    v = Tensor(np.ones((20, 30)), requires_grad=True)
    y = (v * w.detach().T.T).sum()
    w.data -= 1.0
    with pytest.raises(ChangedValueError, match="'w'"):
        y.backward()


def test_of_a_small_constant_the_graph_has_a_copy():
    w, x, v = (Tensor(np.arange(3.0), requires_grad=i != 1) for i in range(3))
    y = (w * x).sum() + (v * w.detach()).sum()
    x.data[0] = 5.0
    w.data -= 1.0
    y.backward()
    np.testing.assert_array_equal(w.grad.data, [0.0, 1.0, 2.0])
    np.testing.assert_array_equal(v.grad.data, [0.0, 1.0, 2.0])


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


def arrays_in(value):
    """The arrays that a call returned, out of lists and tuples."""
    if isinstance(value, (list, tuple)):
        return [x for part in value for x in arrays_in(part)]
    return [value] if isinstance(value, np.ndarray) else []


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(call, id=f"{full_name(function)}-{i}")
        for function in CALLS
        for i, call in enumerate(calls_of(function))
    ],
)
def test_what_shares_its_memory_is_a_view_of_it_whatever_made_it(call):
    tensors = [Tensor(x, name=str(i)) for i, x in enumerate(call.operands())]
    found = arrays_in(call.call(*(t.data for t in tensors)))
    for ours, numpys in zip(found, arrays_in(call.call(*call.operands())), strict=True):
        np.testing.assert_array_equal(ours, numpys)
        shares = any(np.may_share_memory(np.asarray(ours), t._data) for t in tensors)
        assert type(ours) is (DataView if shares else np.ndarray)


@pytest.mark.parametrize(
    "view",
    [
        np.ravel,
        np.transpose,
        np.flip,
        np.real,
        np.atleast_3d,
        lambda d: np.reshape(d, (3, 2)),
        lambda d: np.moveaxis(d, 0, 1),
        lambda d: np.expand_dims(d, 0),
        lambda d: np.split(d, 3, axis=1)[0],
        lambda d: np.broadcast_arrays(d, 1.0)[0],
        lambda d: d.ravel(),
        lambda d: d.view(np.int64),
    ],
)
def test_a_write_into_a_view_of_it_is_noted(view):
    w = weights()
    y = (w * w).sum()
    view(w.data)[..., 0] = 9
    assert not np.array_equal(w.data, weights().data)
    with pytest.raises(ChangedValueError, match="'w'"):
        y.backward()


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
def test_a_copy_belongs_to_no_tensor(copied):
    w = weights()
    y = (w * w).sum()
    copied(w.data)[...] = 0.0
    y.backward()
    np.testing.assert_array_equal(w.grad.data, 2 * w.data)


def test_the_flat_iterator_is_for_reading():
    assert list(weights().data.flat) == [3, 1, 2, 6, 5, 4]


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
