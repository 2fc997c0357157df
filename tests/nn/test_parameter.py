import copy
import pickle

import numpy as np
import pytest

from tinygrad_course.errors import DtypeError
from tinygrad_course.nn import Parameter
from tinygrad_course.tensor import Tensor


def test_a_parameter_is_a_leaf_that_requires_a_gradient():
    p = Parameter([1.0, 2.0], name="p")
    assert p.requires_grad
    assert p.is_leaf
    assert p.name == "p"


def test_results_are_plain_tensors():
    p = Parameter([1.0, 2.0])
    assert type(p * 2) is Tensor
    assert type(np.exp(p)) is Tensor
    assert type(p.detach()) is Tensor


def test_it_owns_its_numbers():
    array = np.ones(3)
    p = Parameter(array)
    p.data[...] = 5
    np.testing.assert_array_equal(array, 1)
    assert isinstance(Parameter(2.0).data, np.ndarray)


def test_integers_are_refused():
    with pytest.raises(DtypeError):
        Parameter([1, 2])


class Scale(Parameter):
    __slots__ = ()


def pickled(p):
    return pickle.loads(pickle.dumps(p))


@pytest.mark.parametrize("copied", [copy.deepcopy, copy.copy, pickled])
def test_a_copy_accumulates_its_own_gradient(copied):
    p = Scale([1.0, 2.0], dtype=np.float32, name="p")
    q = copied(p)
    (q * q).sum().backward()
    assert p.grad is None
    np.testing.assert_array_equal(q.grad.data, [2, 4])
    assert (q.name, q.dtype, type(q)) == ("p", np.float32, Scale)


@pytest.mark.parametrize("copied", [copy.deepcopy, pickled])
def test_a_deep_copy_has_the_gradient_too_and_shares_no_memory(copied):
    p = Parameter([1.0, 2.0], requires_grad=True)
    (p * p).sum().backward()
    q = copied(p)
    q.data[...] = 0
    np.testing.assert_array_equal(q.grad.data, [2, 4])
    assert not np.shares_memory(q.grad.data, p.grad.data)
    np.testing.assert_array_equal(p.data, [1, 2])
    q.requires_grad = False
    assert not copied(q).requires_grad
