"""Masked arrays take no tracked tensor: numpy.ma reads the numbers past NumPy's protocols, and would lose
the gradient."""

import numpy as np
import pytest

from tinygrad_course import Tensor
from tinygrad_course.errors import DetachError

V = np.array([1.0, 2.0, 3.0])
MASKED = np.ma.array(V, mask=[0, 1, 0])

CALLS = {
    "an operator": lambda t: MASKED + t,
    "in place": lambda t: MASKED.copy().__iadd__(t),
    "an item": lambda t: MASKED.copy().__setitem__(slice(None), t),
    "of one": lambda t: np.ma.exp(t),
    "of two": lambda t: np.ma.hypot(t, t),
    "where": lambda t: np.ma.where(MASKED > 1, t, 0.0),
    "concatenate": lambda t: np.ma.concatenate([t, t]),
    "array": lambda t: np.ma.array(t),
    "masked_where": lambda t: np.ma.masked_where(V > 1, t),
    "getmask": lambda t: np.ma.getmask(t),
    "average": lambda t: np.ma.average(MASKED, weights=t),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_masked_array_does_not_swallow_a_gradient(call):
    with pytest.raises(DetachError, match=r"\.detach\(\)"):
        call(Tensor(V, requires_grad=True))


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_an_untracked_tensor_is_an_array_to_it(call):
    np.testing.assert_array_equal(call(Tensor(V)), call(V))
    assert not hasattr(Tensor(V), "_mask")
