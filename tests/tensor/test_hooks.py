"""register_hook: seeing and changing gradients on their way."""

import gc
import weakref

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course import Tensor, grad
from tinygrad_course.errors import GradientWarning, GraphError, NotRecordedError, ShapeError


def test_a_hook_sees_the_sum_of_all_that_reaches_a_result():
    x = leaf([1.0, 2.0], name="x")
    y = x * 3.0
    seen = []
    y.register_hook(lambda g: seen.append(g.data.tolist()))
    (y * 2.0 + y * y).sum().backward()
    assert seen == [[8.0, 14.0]]
    np.testing.assert_array_equal(x.grad.data, [24.0, 42.0])
    with pytest.warns(GradientWarning):
        assert y.grad is None, "a hook does not retain the gradient"


def test_what_it_returns_goes_on_instead():
    x = leaf([1.0, 2.0], name="x")
    y = x * 3.0
    y.register_hook(lambda g: g * 10.0)
    y.register_hook(lambda g: np.clip(g, None, 15.0))
    y.retain_grad()
    (y * [1.0, 2.0]).sum().backward()
    np.testing.assert_array_equal(y.grad.data, [10.0, 15.0])
    np.testing.assert_array_equal(x.grad.data, [30.0, 45.0])


def test_on_a_leaf_it_changes_what_is_accumulated_in_each_pass():
    x = leaf([1.0, 2.0], name="x")
    handle = x.register_hook(lambda g: -g)
    for expected in ([-2.0, -4.0], [-4.0, -8.0]):
        (x * x).sum().backward()
        np.testing.assert_array_equal(x.grad.data, expected)
    handle.remove()
    handle.remove()
    (x * x).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [-2.0, -4.0])


def test_it_works_in_derivatives_of_functions_and_of_derivatives():
    def f(x):
        y = x * x
        y.register_hook(lambda g: g * 2.0)
        return (y * x).sum()

    # ∂(y x)/∂x, with the contribution through y = x² doubled: 2 · 2x · x + y
    np.testing.assert_allclose(grad(f)(np.array([3.0])), [5 * 9.0])
    # And so is the contribution through that y in the derivative of this: 8x + 2 · 2x
    np.testing.assert_allclose(grad(lambda x: grad(f)(x).sum())(np.array([3.0])), [12 * 3.0])


def test_the_gradient_is_not_to_be_written_into():
    x = leaf([1.0, 2.0], name="x")
    y, z = x * 1.0, x * 1.0
    y.register_hook(lambda g: g.data.__setitem__(0, 7.0))
    with pytest.raises(RuntimeError, match=r"\.copy\(\)"):
        (y + z).sum().backward()


@pytest.mark.parametrize("answer", [np.ones((2, 2)), 1.0, Tensor(np.ones(3))])
def test_an_answer_of_another_shape_is_an_error(answer):
    x = leaf([1.0, 2.0], name="x")
    x.register_hook(lambda g: answer)
    with pytest.raises(ShapeError, match=r"hook on tensor 'x' .* returned shape"):
        x.sum().backward()
    assert x.grad is None


def test_the_answer_takes_the_dtype_of_the_tensor():
    x = leaf([1.0, 2.0], np.float32, name="x")
    x.register_hook(lambda g: np.ones(2))
    x.sum().backward()
    assert x.grad.dtype == np.float32


def test_a_constant_has_no_gradient_to_hook_into():
    with pytest.raises(NotRecordedError, match="does not require a gradient"):
        Tensor(1.0).register_hook(print)


def test_hooks_live_as_long_as_the_node():
    gc.disable()
    try:
        x = leaf([1.0], name="x")
        y = x * 2.0
        handle = y.register_hook(lambda g: g)
        node = weakref.ref(y)
        y.backward()
        del y, handle
        assert node() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("is_leaf", [True, False])
def test_a_graph_with_hooks_is_freed_by_reference_counting(is_leaf):
    gc.collect()
    gc.disable()
    try:
        w = leaf([1.0, 2.0], name="x")
        y = w * 2
        handle = (w if is_leaf else y).register_hook(lambda g: None)
        y.sum().backward()
        del y, w, handle
        assert gc.collect() == 0
    finally:
        gc.enable()


def _item(w):
    w[0] = 5.0


def _data(w):
    w.data = [5.0, 2.0]


@pytest.mark.parametrize("replace", [_item, _data])
def test_a_hook_stays_when_the_data_of_its_leaf_are_replaced(replace):
    w = leaf([1.0, 2.0], name="x")
    handle = w.register_hook(lambda g: 10 * g)
    replace(w)
    w.sum().backward()
    assert w.grad.data.tolist() == [10, 10]
    handle.remove()
    w.grad = None
    w.sum().backward()
    assert w.grad.data.tolist() == [1, 1]


def set_item(g):
    g[0] = 100.0


def multiply(g):
    g *= 100.0


def divide_and_add(g):
    g /= 2
    g += 1


def write_data(g):
    g.data[0] = 100.0


def replace_data(g):
    g.data = np.zeros(2)


@pytest.mark.parametrize("write", [set_item, multiply, divide_and_add, write_data, replace_data])
@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("on_leaf", [False, True])
def test_a_write_into_the_gradient_is_refused(write, create_graph, on_leaf):
    x = leaf([1.0, 2.0], name="x")
    y = x * 3.0
    (x if on_leaf else y).register_hook(write)
    with pytest.raises(GraphError):
        (y * y).sum().backward(create_graph=create_graph)
    assert x.grad is None


def test_the_way_out_that_the_message_names_works():
    x = leaf([1.0, 2.0], name="x")
    x.register_hook(lambda g: np.where(np.array([True, False]), 0.0, g))
    x.register_hook(lambda g: g * 2)
    x.register_hook(lambda g: g)
    (x * x).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [0.0, 8.0])
    assert type(x.grad) is Tensor


def test_what_a_hook_computes_are_plain_tensors():
    kinds = []
    x = leaf([1.0, 2.0], name="x")
    x.register_hook(lambda g: kinds.extend(map(type, (g * 2, np.exp(g), g.sum(), g[0]))))
    (x * x).sum().backward()
    assert kinds == [Tensor] * 4
