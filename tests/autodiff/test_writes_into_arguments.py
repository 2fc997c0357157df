"""A function that writes into its argument can't be differentiated: it raises, and nothing has changed."""

import numpy as np
import pytest

import tinygrad_course as tg
from tinygrad_course import Tensor
from tinygrad_course.errors import GraphError

WRITES = {
    "an item": lambda a: a.__setitem__(1, 5.0),
    "a slice": lambda a: a.__setitem__(slice(None), 0.0),
    "a mask": lambda a: a.__setitem__(a > 1, 0.0),
    "other data": lambda a: setattr(a, "data", np.zeros(3)),
    "an item of the data": lambda a: a.data.__setitem__(1, 5.0),
    "a view of the data": lambda a: a.data[1:].__setitem__(0, 5.0),
    "the data, by an operator": lambda a: a.data.__imul__(2.0),
    "the data, by NumPy": lambda a: np.copyto(a.data, 0.0),
    "the data, by a method": lambda a: a.data.sort(),
    "mark_changed": lambda a: a.mark_changed(),
    "requires_grad": lambda a: setattr(a, "requires_grad", False),
}

DERIVATIVES = {
    "grad": lambda f, x: tg.grad(f)(x),
    "value_and_grad": lambda f, x: tg.value_and_grad(f)(x),
    "elementwise_grad": lambda f, x: tg.elementwise_grad(lambda a: f(a) * a)(x),
    "vjp": lambda f, x: tg.vjp(f, x),
    "jvp": lambda f, x: tg.jvp(f, (x,), (x,)),
    "hvp": lambda f, x: tg.hvp(f, (x,), (x,)),
    "jacobian": lambda f, x: tg.jacobian(f)(x),
    "hessian": lambda f, x: tg.hessian(f)(x),
    "grad of grad": lambda f, x: tg.grad(lambda a: tg.grad(f)(a).sum())(x),
    "a checkpoint": lambda f, x: tg.grad(tg.checkpoint(f))(x),
    "gradcheck": lambda f, x: tg.testing.gradcheck(f, x),
}

ARGUMENTS = {
    "an array": lambda x: x,
    "a constant": Tensor,
    "a leaf": lambda x: Tensor(x, requires_grad=True),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("derivative", DERIVATIVES.values(), ids=DERIVATIVES)
@pytest.mark.parametrize("is_first", [True, False], ids=["before its use", "after its use"])
@pytest.mark.parametrize("argument", ARGUMENTS.values(), ids=ARGUMENTS)
def test_it_raises_and_changes_nothing(write, derivative, is_first, argument):
    def f(a):
        if is_first and isinstance(a, Tensor):
            write(a)
        y = (a**2).sum()
        if not is_first and isinstance(a, Tensor):
            write(a)
        return y

    array = np.array([1.0, 2.0, 3.0])
    x = argument(array)
    with pytest.raises(GraphError, match=r"argument of a\s+function that is being differentiated"):
        derivative(f, x)
    np.testing.assert_array_equal(array, [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(np.asarray(getattr(x, "data", x)), [1.0, 2.0, 3.0])


def test_the_way_out_that_the_message_names_works():
    def f(a):
        y = (a**2).sum()
        a = np.where(np.arange(3) == 1, 5.0, a)
        return y + (a**3).sum()

    np.testing.assert_array_equal(tg.grad(f)(np.array([1.0, 2.0, 3.0])), [5.0, 4.0, 33.0])


def test_an_argument_that_is_not_differentiated_is_the_callers_own():
    def f(a, c):
        y = (a * c).sum()
        c[0] = 100.0  # graphs recorded so far keep what they saw
        return y

    c = Tensor([1.0, 2.0])
    np.testing.assert_array_equal(tg.grad(f)(np.ones(2), c), [1.0, 2.0])
    assert c.tolist() == [100.0, 2.0]
