import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as arrays

import tinygrad_course as tg
from tests.viz.graphs import Block, parameter
from tinygrad_course.ops.affine import linear
from tinygrad_course.primitive import registry
from viz.graph import describe
from viz.graph.numbers import NOT_YET, NOTHING

shapes = arrays.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0)


@given(shapes)
def test_the_stretched_axes_are_those_that_the_backward_pass_sums_over(both):
    shapes, out = both
    a, b = (parameter(np.ones(shape)) for shape in shapes)
    node = (a + b).node
    for x, parent in zip((a, b), node.parents):
        axes = describe.stretched(node, parent)
        summed = np.ones(out).sum(axis=axes, keepdims=True)
        assert summed.shape == (1,) * (len(out) - x.ndim) + x.shape
        assert all(out[i] != 1 for i in axes)


def test_constants_are_stretched_too_but_numbers_are_not_said_to_be():
    a = parameter(np.ones((2, 3)))
    node = (a + np.ones(3)).node
    assert describe.stretched(node, node.constants[1]) == (0,)
    node = (a + 1.0).node
    assert describe.stretched(node, node.constants[1]) == ()


def test_what_does_not_work_element_by_element_stretches_nothing():
    node = linear(
        parameter(np.ones((4, 2))), parameter(np.ones((3, 2))), parameter(np.ones(3))
    ).node
    assert [describe.stretched(node, parent) for parent in node.parents] == [()] * 3
    node = (parameter(np.ones((5, 2, 3))) @ parameter(np.ones((3, 2)))).node
    assert [describe.stretched(node, parent) for parent in node.parents] == [()] * 2


@pytest.mark.parametrize("primitive", registry.values(), ids=registry)
def test_every_operation_has_a_formula_and_its_vjp(primitive):
    class Applied:
        pass

    node = Applied()
    node.primitive = primitive
    formula, vjp = describe.formulas(node)
    assert formula
    assert vjp
    assert "\n" not in formula + vjp


def test_a_title_names_what_was_drawn():
    def named(*names):
        return describe.names([tg.Tensor(1.0, name=name) for name in names])

    assert named("loss") == " of loss"
    assert named("loss", "accuracy") == " of loss, accuracy"
    assert named("loss", None) == " of loss and 1 other"
    assert named(None, None) == named(None) == ""
    assert named(*"abcdefg") == " of a, b, c, d, e and 2 others"


def test_contents_count_operations_and_leaves():
    y = parameter(1.0) * 2.0 + parameter(2.0)
    nodes = [y.node, *y.node.parents, y.node.parents[0].parents[0]]
    assert describe.contents(nodes) == "2 operations and 2 leaves"
    assert describe.contents(nodes[1:2]) == "1 operation"
    assert describe.contents([]) == "a constant"


def test_operands_are_nodes_arrays_numbers_or_nothing():
    x, weight = tg.Tensor(np.ones((4, 2))), parameter(np.ones((3, 2)))
    found = describe.operands(linear(x, weight).node)
    assert found[0].value is x.data or np.shares_memory(found[0].value, x.data)
    assert found[1:] == [weight.node, None]
    assert describe.operands((parameter(1.0) + 2.5).node)[1] == 2.5
    assert len(describe.operands(np.exp(parameter(1.0)).node)) == 1


def test_a_parameters_numbers_are_those_it_has_now_however_many():
    block = Block(20)
    y = block(np.ones((2, 20), np.float32))
    node = block.linear.weight.node
    before = describe.value(node)
    block.linear.weight.data = np.zeros((20, 20), np.float32)
    assert before != describe.value(node)
    assert describe.value(node).lines[0] == "mean 0.0 ± 0.0"
    assert describe.gradient(node) == NOT_YET
    y.sum().backward()
    assert describe.gradient(node).heat


def test_of_large_results_nothing_is_known_unless_somebody_looked():
    node = (parameter(np.ones(100)) * 2.0).node
    assert describe.value(node) == describe.gradient(node) == NOTHING
