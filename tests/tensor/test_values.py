"""The numbers of a leaf are its own, in C order, wherever they come from and however they are laid out."""

import array
import copy
import ctypes
import pickle
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course import Tensor, nn
from tinygrad_course.errors import DtypeError, UnsupportedError
from tinygrad_course.optim import SGD, Adam

NUMBERS = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def memory_map(numbers, folder):
    kept = np.memmap(folder / "numbers", dtype=numbers.dtype, mode="w+", shape=numbers.shape)
    kept[...] = numbers
    return kept


def c_array(numbers, _):
    shared = ((ctypes.c_double * 3) * 2)()
    np.asarray(shared)[...] = numbers
    return shared


def interface(numbers, _):
    return SimpleNamespace(__array_interface__=numbers.__array_interface__, keeps=numbers)


def struct(numbers, _):
    return SimpleNamespace(__array_struct__=numbers.__array_struct__, keeps=numbers)


class Converts:
    """It hands its own array to np.asarray, as pandas and PyTorch do."""

    def __init__(self, numbers):
        self.numbers = numbers

    def __array__(self, dtype=None, copy=None):
        return np.array(self.numbers, dtype, copy=copy)


SOURCES = {
    "an array": lambda a, _: a,
    "a read-only array": lambda a, _: np.broadcast_to(a, a.shape),
    "a transposed array": lambda a, _: np.array(a.T, order="C").T,
    "an array in Fortran order": lambda a, _: np.asfortranarray(a),
    "a strided array": lambda a, _: np.repeat(a, 2, axis=1)[:, ::2],
    "an array that runs backwards": lambda a, _: np.array(a[::-1, ::-1])[::-1, ::-1],
    "a broadcast array": lambda a, _: np.broadcast_to(a[0], a.shape),
    "a field of a record": lambda a, _: np.array(
        [[(1, x) for x in row] for row in a], dtype=[("i", "i1"), ("x", "f8")]
    )["x"],
    "an array of the other byte order": lambda a, _: a.astype(a.dtype.newbyteorder()),
    "an array from DLPack": lambda a, _: np.from_dlpack(a),
    "a memory map": memory_map,
    "the data of a tensor": lambda a, _: Tensor(a).data,
    "a constant": lambda a, _: Tensor(a),
    "a detached leaf": lambda a, _: Tensor(a, requires_grad=True).detach(),
    "array.array": lambda a, _: array.array("d", a[0]),
    "a memoryview": lambda a, _: memoryview(a),
    "a bytearray": lambda a, _: memoryview(bytearray(a)).cast("B").cast("d"),
    "a ctypes array": c_array,
    "a ctypes pointer": lambda a, _: np.ctypeslib.as_array(c_array(a, _)),
    "__array_interface__": interface,
    "__array_struct__": struct,
    "__array__": lambda a, _: Converts(a),
    "a Series": lambda a, _: pd.Series(a[0], index=[2, 0, 1]),
    "a column of a DataFrame": lambda a, _: pd.DataFrame(a)[1],
    "a DataFrame": lambda a, _: pd.DataFrame(a, columns=list("abc")),
    "a list": lambda a, _: a.tolist(),
    "a list of arrays": lambda a, _: list(a),
}

LEAVES = {
    "Tensor": lambda source: Tensor(source, requires_grad=True),
    "Tensor of a dtype": lambda source: Tensor(source, dtype=np.float64, requires_grad=True),
    "requires_grad": lambda source: set_afterwards(source),
    "Parameter": lambda source: nn.Parameter(source),
    "data": lambda source: assigned(source),
    "load_state_dict": lambda source: loaded(source),
    "a copy": lambda source: copy.copy(nn.Parameter(source)),
    "a pickle": lambda source: pickle.loads(pickle.dumps(Tensor(source, requires_grad=True))),
}


def set_afterwards(source):
    made = Tensor(source)
    made.requires_grad = True
    return made


def assigned(source):
    made = Tensor(np.zeros(np.shape(np.asarray(source))), requires_grad=True)
    made.data = source
    return made


class Holder(nn.Module):
    def __init__(self, shape):
        self.w = nn.Parameter(np.zeros(shape))


def loaded(source):
    holder = Holder(np.shape(np.asarray(source)))
    holder.load_state_dict({"w": source})
    return holder.w


@pytest.mark.parametrize("make", LEAVES.values(), ids=LEAVES)
@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_leaf_owns_its_numbers_in_c_order(source, make, tmp_path):
    given = source(NUMBERS.copy(), tmp_path)
    before = np.array(given)
    leaf = make(given)
    held = leaf._data
    assert held.flags.c_contiguous
    assert held.flags.owndata
    assert held.flags.writeable
    assert held.flags.aligned
    assert not np.shares_memory(held, np.asarray(given))
    np.testing.assert_array_equal(held, before)
    for optimizer in (SGD([leaf], lr=1.0), Adam([leaf], lr=1.0)):
        leaf.grad = np.ones(leaf.shape)
        optimizer.step()
    leaf.data[...] -= 1
    leaf[0] = 7.0
    assert leaf._data.flags.c_contiguous
    np.testing.assert_array_equal(np.asarray(given), before)


layouts = st.tuples(
    st.permutations(range(3)), st.tuples(*[st.sampled_from([1, -1, 2, -2])] * 3), st.booleans()
)


@given(layouts, st.sampled_from([np.float16, np.float32, np.float64]))
def test_saved_memory_is_in_the_order_of_the_shape(layout, dtype):
    axes, steps, is_fortran = layout
    numbers = np.arange(2 * 4 * 6, dtype=dtype).reshape(2, 4, 6)
    source = numbers.transpose(axes)[tuple(slice(None, None, step) for step in steps)]
    source = np.asfortranarray(source) if is_fortran else source
    expected = source.tolist()
    holder = Holder(source.shape)
    for w in (nn.Parameter(source), Tensor(source, requires_grad=True)):
        assert np.frombuffer(w._data.data, dtype).reshape(w.shape).tolist() == expected
    holder.load_state_dict({"w": source})
    optimizer = Adam(holder)
    holder.w.grad = source
    optimizer.step()
    for state in (holder.state_dict(), optimizer.state_dict()):
        # What a file format that writes raw memory, such as safetensors, reads back.
        for saved in state.values():
            raw = np.frombuffer(bytearray(saved.tobytes("A")), saved.dtype).reshape(saved.shape)
            np.testing.assert_array_equal(raw, saved)
            assert saved.flags.c_contiguous
    state = optimizer.state_dict()
    state["w.sum"] = np.asfortranarray(state["w.sum"])
    optimizer.load_state_dict(state)
    assert all(saved.flags.c_contiguous for saved in optimizer.state_dict().values())


def test_state_that_was_laid_out_by_other_code_is_saved_in_c_order():
    holder = Holder((2, 3))
    holder.w._data = np.asfortranarray(NUMBERS)
    saved = holder.state_dict()["w"]
    assert saved.flags.c_contiguous
    np.testing.assert_array_equal(saved, NUMBERS)


@pytest.mark.parametrize("make", [nn.Parameter, assigned])
def test_numbers_with_arithmetic_of_their_own_are_no_numbers_of_a_leaf(make):
    masked = np.ma.array(NUMBERS, mask=NUMBERS > 3)
    with pytest.raises(UnsupportedError, match=r"filled\(0\)"):
        make(masked)
    np.testing.assert_array_equal(make(masked.filled(0)).data, [[1, 2, 3], [0, 0, 0]])


def test_a_write_of_what_is_no_number_is_refused():
    w = Tensor(NUMBERS, requires_grad=True)
    for wrong, error in (("abc", DtypeError), (np.ma.array([1.0], mask=[1]), UnsupportedError)):
        with pytest.raises(error):
            w[0, 0] = wrong
    np.testing.assert_array_equal(w.data, NUMBERS)
