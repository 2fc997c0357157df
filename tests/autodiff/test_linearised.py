"""The common parts of all derivatives of functions: the mode outside, and the choice of arguments."""

import numpy as np
import pytest

from tinygrad_course import (
    Tensor,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    value_and_grad,
    vjp,
)
from tinygrad_course.errors import SettingError

ONE = np.ones(2)


def cube(x):
    return (x**3).sum()


def tensors_in(result):
    if isinstance(result, tuple):
        return [t for part in result for t in tensors_in(part)]
    return [result] if isinstance(result, Tensor) else []


DERIVATIVES = {
    "grad": lambda w: grad(cube)(w),
    "value_and_grad": lambda w: value_and_grad(cube)(w),
    "auxiliary": lambda w: grad(lambda x: (cube(x), (x * 2,)), has_aux=True)(w),
    "elementwise_grad": lambda w: elementwise_grad(np.exp)(w),
    "vjp": lambda w: (lambda value, product: (value, product(ONE)))(*vjp(np.exp, w)),
    "jvp": lambda w: jvp(np.exp, (w,), (ONE,)),
    "hvp": lambda w: hvp(cube, (w,), (ONE,)),
    "jacobian": lambda w: jacobian(np.exp)(w),
    "hessian": lambda w: hessian(cube)(w),
}


@pytest.mark.parametrize("derivative", DERIVATIVES.values(), ids=DERIVATIVES)
def test_without_recording_outside_the_results_belong_to_no_graph(derivative):
    w = Tensor([1.0, 2.0], requires_grad=True)
    recorded = tensors_in(derivative(w))
    with no_grad():
        unrecorded = tensors_in(derivative(w))
    assert recorded
    assert any(t.requires_grad for t in recorded)
    assert not any(t.requires_grad for t in unrecorded)
    for one, other in zip(recorded, unrecorded, strict=True):
        np.testing.assert_array_equal(one.data, other.data)


def test_first_order_meta_learning_takes_the_inner_gradient_as_a_constant():
    def outer(x):
        with no_grad():
            g = grad(lambda y: y**3)(x)
        return x * g

    assert grad(outer)(2.0) == 12


def test_what_comes_with_a_gradient_of_arrays_holds_no_graph():
    _, (aux,) = grad(lambda x: (cube(x), (x * 2,)), has_aux=True)(ONE)
    assert not aux.requires_grad


def test_the_product_of_vjp_is_that_of_the_point_it_was_made_at():
    x = np.array([1.0, 2.0])
    _, product = vjp(lambda x: x**3, x)
    x[...] = 10
    np.testing.assert_array_equal(product(ONE)[0], [3, 12])


@pytest.mark.parametrize("argnums", [3, -2, "x", 0.0, (0, 1)])
@pytest.mark.parametrize("transform", [grad, value_and_grad, jacobian, hessian])
def test_arguments_that_are_not_there_are_said_to_be_missing(transform, argnums):
    with pytest.raises(SettingError, match=r"argnums=.* called with 1 of them"):
        transform(cube, argnums)(ONE)


def test_arguments_by_name_are_not_counted():
    with pytest.raises(SettingError, match="called with 0 of them: arguments given by name"):
        grad(cube)(x=ONE)
    with pytest.raises(SettingError, match="elementwise_grad of exp"):
        elementwise_grad(np.exp, 1)(ONE)


@pytest.mark.parametrize("position", [0, -1, np.int64(0)])
def test_any_integer_is_a_position(position):
    np.testing.assert_array_equal(grad(cube, position)(ONE), [3, 3])


@pytest.mark.parametrize("product", [jvp, hvp])
def test_primals_and_tangents_come_in_tuples(product):
    with pytest.raises(SettingError, match=r"primals is a float: .*\(x,\), \(v,\)"):
        product(cube, 1.0, 1.0)
