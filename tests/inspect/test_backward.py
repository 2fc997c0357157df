"""A backward pass to watch: contributions, local derivatives, and values that are found again."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import tinygrad_course as tg
from tests.laws.cases import cases_of
from tests.sampling import few
from tinygrad_course import inspect
from tinygrad_course.errors import BackwardTwiceError, ChangedValueError, NotRecordedError
from tinygrad_course.ops.shaping import identity
from tinygrad_course.primitive import registry
from tinygrad_course.testing import Case

ELEMENTWISE = [name for name, primitive in registry.items() if primitive.is_elementwise]


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
    assume(out.node is not None)  # a case may have no operand that can have a gradient
    return out, leaves, np.random.default_rng(0).normal(size=out.shape).astype(out.dtype)


@pytest.mark.parametrize("name", sorted(registry))
@few(3)
@given(data=st.data())
@np.errstate(all="ignore")  # the laws' cases go to the edge of what there is
def test_the_contributions_add_up_to_the_engines_gradients(name, data):
    out, leaves, g = drawn(data, name)
    node = out.node
    received = inspect.contributions(node, g, node.parents, inspect.values_for_rules(node))
    out.backward(g)
    for leaf in leaves:
        own = [
            s for s, parent in zip(received, node.parents) if parent is leaf.node and s is not None
        ]
        assert (leaf.grad is None) == (own == [])
        if own:
            np.testing.assert_array_equal(sum(own), leaf.grad.data)


@pytest.mark.parametrize("name", sorted(ELEMENTWISE))
@few(5)
@given(data=st.data())
@np.errstate(all="ignore")
def test_an_elementwise_contribution_is_the_gradient_times_the_local_derivative(name, data):
    out, _, g = drawn(data, name)
    node = out.node
    received = inspect.contributions(node, g, node.parents, inspect.values_for_rules(node))
    slopes = inspect.local_derivatives(node, node.parents, inspect.values_for_rules(node))
    assume(node.spec.small)
    known = [x for x in zip(received, slopes, node.parents) if x[0] is not None]
    for contribution, slope, parent in known:
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
    product = (a @ a).node
    assert not product.primitive.is_elementwise
    assert (a * a).node.primitive.is_elementwise
    saved = inspect.values_for_rules(product)
    assert inspect.local_derivatives(product, product.parents, saved) == [None, None]


@pytest.mark.parametrize("name", sorted(registry))
@few(3)
@given(data=st.data())
@np.errstate(all="ignore")
def test_what_was_saved_is_put_together_again_from_small_values(name, data):
    out, _, g = drawn(data, name)
    node = out.node
    before = inspect.contributions(node, g, node.parents, inspect.values_for_rules(node))
    out.backward(g)
    assert inspect.is_released(node)
    again = inspect.values_for_rules(node)
    if all(parent is None or parent.spec.small for parent in node.parents):
        assert again is not None
        for one, other in zip(before, inspect.contributions(node, g, node.parents, again)):
            assert (one is None) == (other is None)
            if one is not None:
                np.testing.assert_array_equal(one, other)


def test_a_value_that_was_overwritten_is_not_taken_for_the_old_one():
    w = tg.Tensor([1.0, 2.0], requires_grad=True)
    y = (w * w).sum()
    y.backward()
    square = y.node.parents[0]
    assert inspect.values_for_rules(square) is not None
    w.data[0] = 7.0
    assert inspect.values_for_rules(square) is None


def test_a_large_value_that_was_released_is_not_made_up():
    w = tg.Tensor(np.ones(100), requires_grad=True)
    y = identity(w * w)
    y.backward(np.ones(100))
    assert inspect.values_for_rules(y.node.parents[0]) is None
    assert inspect.values_for_rules(y.node) is not None  # its rule needs nothing


def test_a_backward_pass_for_observers_leaves_no_trace():
    w = tg.Tensor([1.0, 2.0], requires_grad=True)
    square = w * w
    loss = square.sum()
    loss.backward(retain_graph=True)
    before = w.grad.tolist(), square.node.cotangent.tolist()
    (square * 3).sum().backward(retain_graph=True)
    w.grad = None
    cotangents = [node.cotangent for node in inspect.nodes(loss)]
    seen = []

    class Watch(inspect.Observer):
        def propagated(self, node, cotangent, parents, leaves):
            seen.append(cotangent.tolist())

    with Watch():
        gradients = inspect.backward_pass(loss)
    assert {leaf: g.tolist() for leaf, g in gradients.items()} == {w.node: [2.0, 4.0]}
    assert seen == [1.0, [1.0, 1.0]]
    assert w.grad is None
    assert [node.cotangent for node in inspect.nodes(loss)] == cotangents
    assert square.node.cotangent.tolist() == [3.0, 3.0]
    loss.backward()
    assert (w.grad.tolist(), square.node.cotangent.tolist()) == before


def test_a_backward_pass_that_cannot_be_says_why():
    w = tg.Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(NotRecordedError, match="no graph"):
        inspect.backward_pass(tg.Tensor(1.0))
    changed = (w * w).sum()
    w.data[0] = 3.0
    with pytest.raises(ChangedValueError):
        inspect.backward_pass(changed)
    used = (w * w).sum()
    used.backward()
    with pytest.raises(BackwardTwiceError):
        inspect.backward_pass(used)
