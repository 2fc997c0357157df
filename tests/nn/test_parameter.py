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


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, copy.copy, lambda p: pickle.loads(pickle.dumps(p))]
)
def test_a_copy_accumulates_its_own_gradient(copied):
    p = Parameter([1.0, 2.0], dtype=np.float32, name="p")
    q = copied(p)
    (q * q).sum().backward()
    assert p.grad is None
    np.testing.assert_array_equal(q.grad.data, [2, 4])
    assert (q.name, q.dtype, type(q)) == ("p", np.float32, Parameter)
    q.data[...] = 0
    np.testing.assert_array_equal(p.data, [1, 2])
