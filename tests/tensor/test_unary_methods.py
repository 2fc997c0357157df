"""Every function of one number that NumPy has is a method as well."""

import numpy as np
import pytest

from tinygrad_course import Tensor
from tinygrad_course.primitive import registry
from tinygrad_course.testing.corners import generic_values

UNARY = [
    p for p in registry.values() if p.signature == "()->()" and p.numpy_functions and not p.defaults
]
# Operators, or the same as another: -t, +t, and abs.
AS_OPERATORS = {"negative", "positive", "fabs"}
METHODS = [p for p in UNARY if p.name not in AS_OPERATORS]


def test_operators_are_no_methods():
    assert {p.name for p in UNARY} >= AS_OPERATORS
    x = Tensor(1.0)
    assert not any(hasattr(x, name) for name in AS_OPERATORS)


@pytest.mark.parametrize("primitive", METHODS, ids=[p.name for p in METHODS])
def test_it_is_the_function(primitive):
    domain = primitive.domain if hasattr(primitive.domain, "low") else primitive.domain["x"]
    (x,) = generic_values(np.random.default_rng(0), [domain], [(2, 3)])
    found = []
    for f in (primitive.numpy_functions[0], lambda t: getattr(t, primitive.name)()):
        t = Tensor(x, requires_grad=True)
        y = f(t)
        y.sum().backward()
        assert y.node.primitive is primitive
        found.append((y.data, t.grad.data))
    np.testing.assert_array_equal(*found)
    method = getattr(Tensor, primitive.name)
    assert method.__qualname__ == f"Tensor.{primitive.name}"
    assert (primitive.__doc__ or "").splitlines()[0] in method.__doc__
