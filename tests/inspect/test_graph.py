"""What a node says: its operands, its formula, its tensor, its module."""

from types import SimpleNamespace

import numpy as np
import pytest

from tinygrad_course import Tensor, checkpoint, inspect, nn, no_grad
from tinygrad_course.ops.affine import linear
from tinygrad_course.primitive import registry


def graph():
    w = Tensor([1.0, 2.0], requires_grad=True, name="w")
    x = Tensor(np.ones(200), name="x")
    return w, x, (w.sum() * x).mean()


def test_operands_come_before_what_is_computed_from_them():
    w, _, loss = graph()
    order = inspect.nodes(loss, w * 2)
    assert len(order) == len(set(order)) == 5
    for i, node in enumerate(order):
        assert all(parent is None or order.index(parent) < i for parent in node.parents)
    assert inspect.nodes(Tensor(1.0)) == []
    with no_grad():
        assert inspect.nodes(w * 2) == []


def test_an_operand_is_a_node_a_constant_or_a_number():
    w, x, loss = graph()
    (product,) = [n for n in inspect.nodes(loss) if n.primitive and n.primitive.name == "multiply"]
    total, constant = inspect.operands(product)
    assert total in inspect.nodes(loss)
    assert (constant.name, constant.spec.shape, constant.value) == ("x", (200,), None)
    assert constant is inspect.constant_of(x)
    assert inspect.operands((w * 2.0).node)[1] == 2.0
    found = inspect.operands(linear(np.ones((4, 2)), w.reshape(1, 2)).node)
    assert (found[0].spec.shape, found[1].shape, found[2]) == ((4, 2), (1, 2), None)  # no bias
    assert inspect.operands(w.node) == []


def test_it_says_what_it_computes_and_its_rules():
    w, _, _ = graph()
    product = (w * w).node
    assert inspect.formula(product) == "z = x ⊙ y"
    assert inspect.rules(product) == "x̄ = z̄ ⊙ y, ȳ = z̄ ⊙ x"
    assert (inspect.formula(w.node), inspect.rules(w.node)) == ("", "")


def test_every_operation_has_a_formula_and_rules():
    nodes = [SimpleNamespace(primitive=primitive) for primitive in registry.values()]
    silent = [n.primitive for n in nodes if not (inspect.formula(n) and inspect.rules(n))]
    assert silent == []


def test_a_node_knows_its_tensor_if_that_collects_a_gradient():
    w, _, loss = graph()
    assert inspect.tensor_of(w.node) is w
    assert inspect.tensor_of(loss.node) is None
    loss.retain_grad()
    assert inspect.tensor_of(loss.node) is loss


def test_modules_have_the_paths_that_their_parameters_have():
    model = nn.MLP([2, 3, 1], rng=0)
    model(np.ones((1, 2)))
    assert inspect.module_path(model) == ""
    assert inspect.module_path(model.layers[0]) == "layers.0"
    assert inspect.module_path(nn.Linear(1, 1)) == ""


def test_leaves_overwritten_after_their_use_are_told_from_others():
    w, _, loss = graph()
    other = Tensor([3.0], requires_grad=True)
    other.data[0] = 4.0
    total = loss + other.sum()
    assert inspect.overwritten_since_used(inspect.nodes(total)) == set()
    w.data[0] = 5.0
    assert inspect.overwritten_since_used(inspect.nodes(total)) == {w.node}
    assert inspect.overwritten_since_used([]) == set()


@pytest.mark.parametrize("name", ["name", "location", "annotation", "cotangent", "scope", "hooks"])
def test_a_node_is_for_reading(name):
    _, _, loss = graph()
    with pytest.raises(AttributeError):
        setattr(loss.node, name, None)


def test_a_checkpoint_is_one_operation():
    w = Tensor([1.0, 2.0], requires_grad=True)
    order = inspect.nodes(checkpoint(lambda x: np.exp(x).sum())(w))
    assert [node.primitive and node.primitive.symbol for node in order] == [None, "↻ <lambda>"]
