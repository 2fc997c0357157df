import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tinygrad_course as tg
from tests.laws.cases import cases_of
from tinygrad_course.engine.graph import Released
from tinygrad_course.ops.shaping import identity
from tinygrad_course.primitive import registry
from tinygrad_course.testing import Case
from viz.player.contributions import contributions, is_elementwise, local_derivatives, saved_again

ELEMENTWISE = [
    name
    for name, primitive in registry.items()
    if primitive.signature and not set(primitive.signature) - set("(),->")
]


def recorded(primitive, case):
    """The node of a primitive on fresh leaves, and the leaves."""
    operands = [
        tg.Tensor(x, requires_grad=True) if i in case.differentiable(primitive) else x
        for i, x in enumerate(case.operands)
    ]
    out = primitive(*operands, **case.parameters)
    return out, [x for x in operands if isinstance(x, tg.Tensor)]


def drawn(data, name):
    cases = [st.just(case) if isinstance(case, Case) else case for case in cases_of(name)]
    case = data.draw(st.one_of(*cases))
    out, leaves = recorded(registry[name], case)
    return out, leaves, np.random.default_rng(0).normal(size=out.shape).astype(out.dtype)


@pytest.mark.parametrize("name", sorted(registry))
@settings(max_examples=3)
@given(data=st.data())
@np.errstate(all="ignore")  # the laws' cases go to the edge of what there is
def test_the_shares_add_up_to_the_engines_gradients(name, data):
    out, leaves, g = drawn(data, name)
    node = out.node
    if node is None:
        return  # none of the operands that the case drew can have a gradient
    received = contributions(node, g, node.parents, node.saved)
    out.backward(g)
    for leaf in leaves:
        own = [
            s for s, parent in zip(received, node.parents) if parent is leaf.node and s is not None
        ]
        assert (leaf.grad is None) == (own == [])
        if own:
            np.testing.assert_array_equal(sum(own), leaf.grad.data)


@pytest.mark.parametrize("name", sorted(ELEMENTWISE))
@settings(max_examples=5)
@given(data=st.data())
@np.errstate(all="ignore")
def test_an_elementwise_share_is_the_gradient_times_the_local_derivative(name, data):
    out, _, g = drawn(data, name)
    node = out.node
    received = contributions(node, g, node.parents, node.saved)
    slopes = local_derivatives(node, node.parents, node.saved)
    for contribution, slope, parent in zip(received, slopes, node.parents):
        if contribution is None or not node.spec.small:
            continue
        assert slope.shape == node.shape
        product = summed_to(g * slope, parent.shape)
        tolerance = 1e-5 if out.dtype == np.float32 else 1e-10
        np.testing.assert_allclose(product, contribution, rtol=tolerance, atol=tolerance)


def summed_to(array, shape):
    """What NumPy's broadcasting, turned around, makes of an array: a sum over what was repeated."""
    extra = array.ndim - len(shape)
    array = array.sum(axis=tuple(range(extra)))
    axes = tuple(i for i, n in enumerate(shape) if n == 1 and array.shape[i] != 1)
    return array.sum(axis=axes, keepdims=True)


def test_what_has_core_dimensions_is_not_elementwise():
    a = tg.Tensor(np.eye(2), requires_grad=True)
    assert not is_elementwise((a @ a).node)
    assert not is_elementwise(a.sum().node)
    assert is_elementwise((a * a).node)
    assert local_derivatives((a @ a).node, (a.node, a.node), (a.data, a.data)) == [None, None]


@pytest.mark.parametrize("name", sorted(registry))
@settings(max_examples=3)
@given(data=st.data())
@np.errstate(all="ignore")
def test_what_was_saved_is_put_together_again_from_small_values(name, data):
    out, _, g = drawn(data, name)
    if out.node is None:
        return
    before = contributions(out.node, g, out.node.parents, out.node.saved)
    out.backward(g)
    assert isinstance(out.node.saved, Released)
    again = saved_again(out.node)
    if all(parent is None or parent.spec.small for parent in out.node.parents):
        assert again is not None
        for one, other in zip(before, contributions(out.node, g, out.node.parents, again)):
            assert (one is None) == (other is None)
            if one is not None:
                np.testing.assert_array_equal(one, other)


def test_a_value_that_was_overwritten_is_not_taken_for_the_old_one():
    w = tg.Tensor([1.0, 2.0], requires_grad=True)
    y = (w * w).sum()
    y.backward()
    square = y.node.parents[0]
    assert saved_again(square) is not None
    w.data[0] = 7.0
    assert saved_again(square) is None


def test_a_large_value_that_was_released_is_not_made_up():
    w = tg.Tensor(np.ones(100), requires_grad=True)
    y = identity(w * w)
    y.backward(np.ones(100))
    assert saved_again(y.node.parents[0]) is None
    assert saved_again(y.node) is not None  # its rule needs nothing
