"""Subclasses of ndarray beside a tensor: plain ones count as their numbers, others are refused."""

import operator

import numpy as np
import pytest

from tinygrad_course import Tensor
from tinygrad_course.errors import UnsupportedError

X = np.array([[2.0, 1.0], [0.5, 3.0]])
Y = np.array([[1.0, 2.0], [3.0, 4.0]])


class Labelled(np.ndarray):
    """It computes as any array does."""

    def __array_finalize__(self, source):
        self.label = getattr(source, "label", "")


class WithUnit(np.ndarray):
    """It does not, as arrays with units don't."""

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        plain = [np.asarray(x) if isinstance(x, WithUnit) else x for x in inputs]
        return 1000 * getattr(ufunc, method)(*plain, **kwargs)


def memory_map(array, folder):
    kept = np.memmap(folder / "numbers", dtype=array.dtype, mode="w+", shape=array.shape)
    kept[...] = array
    return kept


PLAIN = {
    "a memory map": memory_map,
    "a subclass": lambda a, _: a.view(Labelled),
    "the data of a tensor": lambda a, _: Tensor(a).data,
    "a record array": lambda a, _: a.view(np.recarray),
}
OF_ITS_OWN_KIND = {
    "masked": (
        np.ma.array(Y, mask=[[0, 1], [0, 0]]),
        r"MaskedArray .*filled\(0\).*np\.where\(m\.mask",
    ),
    "a matrix": (Y.view(np.matrix), r"matrix .*np\.asarray.*@"),
    "with a unit": (Y.view(WithUnit), r"WithUnit .*np\.asarray"),
}
OPERATIONS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "@": operator.matmul,
    "np.multiply": np.multiply,
    "np.dot": np.dot,
    "np.where": lambda x, y: np.where(x > 1, x, y),
    "np.concatenate": lambda x, y: np.concatenate([x, y]),
    "np.average": lambda x, y: np.average(x, weights=y),
}


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
@pytest.mark.parametrize("made", PLAIN.values(), ids=PLAIN)
def test_a_subclass_that_computes_like_an_array_is_taken_as_one(made, operation, swapped, tmp_path):
    gradients = []
    for y in (Y, made(Y, tmp_path)):
        x = Tensor(X, requires_grad=True)
        result = operation(y, x) if swapped else operation(x, y)
        assert type(result) is Tensor
        assert type(result._data) in (np.ndarray, np.float64)
        result.sum().backward()
        assert x.grad is not None
        gradients.append(x.grad.data)
    np.testing.assert_array_equal(*gradients)


# An array with a unit that goes first computes with the tensor as it does with arrays.
FIRST_OR_SECOND = [
    (kind, swapped)
    for kind in OF_ITS_OWN_KIND
    for swapped in (False, True)
    if (kind, swapped) != ("with a unit", True)
]


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
@pytest.mark.parametrize(("kind", "swapped"), FIRST_OR_SECOND)
def test_an_array_that_computes_in_its_own_way_is_refused(kind, operation, swapped):
    y, _ = OF_ITS_OWN_KIND[kind]
    x = Tensor(X, requires_grad=True)
    with pytest.raises(TypeError):  # ours or, from a matrix, its own
        operation(y, x) if swapped else operation(x, y)


@pytest.mark.parametrize(("array", "message"), OF_ITS_OWN_KIND.values(), ids=OF_ITS_OWN_KIND)
@pytest.mark.parametrize("requires_grad", [False, True])
def test_no_tensor_is_made_of_it(array, message, requires_grad):
    with pytest.raises(UnsupportedError, match=message):
        Tensor(array, requires_grad=requires_grad)


@pytest.mark.parametrize("made", PLAIN.values(), ids=PLAIN)
def test_a_tensor_of_a_subclass_holds_a_plain_array(made, tmp_path):
    array = made(Y, tmp_path)
    constant, leaf = Tensor(array), Tensor(array, requires_grad=True)
    for t in (constant, leaf):
        assert type(t._data) is np.ndarray
        np.testing.assert_array_equal(t.data, Y)
    assert np.shares_memory(constant._data, array)
    assert not np.shares_memory(leaf._data, array)
