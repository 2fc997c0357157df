"""The truth of p == q is not defined for tensors: lists of them are searched with `is`."""

import numpy as np
import pytest

from tinygrad_course import Tensor
from tinygrad_course.errors import ShapeError


def zeros(*shape):
    return Tensor(np.zeros(shape), requires_grad=True)


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 2)])
@pytest.mark.parametrize("other", [(), (1,), (3,), (2, 2), (4,)])
@pytest.mark.parametrize(
    "search", [lambda p, x: p in x, lambda p, x: x.index(p), lambda p, x: x.remove(p), list.count]
)
def test_another_tensor_is_never_taken_for_the_one_that_is_looked_for(search, shape, other):
    p, q = zeros(*shape), zeros(*other)
    with pytest.raises(ShapeError, match=r"any\(p is q for q in tensors\)"):
        search(*((p, [q]) if search is not list.count else ([q], p)))
    assert search(*((p, [p, q]) if search is not list.count else ([], p))) in (True, 0, None)


def test_the_ways_out_that_the_message_names_work():
    p, q = zeros(3), zeros(3)
    assert not any(p is x for x in [q])
    assert np.array_equal(p, q)
    assert np.allclose(p, q)


def test_element_by_element_it_is_an_array_like_any_other():
    p, q = Tensor([1.0, 2.0]), Tensor([1.0, 3.0])
    equal = p == q
    assert isinstance(equal, np.ndarray)
    assert equal.all() is np.False_
    assert [type(x) for x in (~equal, equal & equal, np.where(equal, 1, 2))] == [np.ndarray] * 3
    assert bool(equal[0]) is True
    np.testing.assert_array_equal(p[equal].data, [1.0])
    np.testing.assert_array_equal(np.where(equal, p, 0.0).data, [1.0, 0.0])
    np.testing.assert_array_equal(equal, ~(p != q))
    assert not (p == q).astype(int)[1]


def test_a_tensor_and_a_number_are_compared_as_in_numpy():
    assert Tensor(1.0) == 1.0
    assert Tensor([1.0]) != 2.0
    assert Tensor(1.0) < Tensor(2.0)
