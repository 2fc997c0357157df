"""What nodes keep, by name and in bytes."""

import numpy as np

from tinygrad_course import Tensor, inspect

X = np.linspace(0.1, 1, 200)


def test_what_is_kept_has_the_name_that_the_rules_have_for_it():
    x, y = Tensor(X, requires_grad=True), Tensor(X)
    assert [name for name, _ in inspect.kept((x * y).node)] == ["y"]
    assert [name for name, _ in inspect.kept(np.exp(x).node)] == ["out"]
    assert inspect.kept((x + y).node) == inspect.kept(x.node) == []


def test_memory_that_several_nodes_keep_counts_once():
    x = Tensor(X, requires_grad=True)
    y = np.exp(x)
    twice = [(y * y).node, (y * y).node]
    assert inspect.kept_bytes(twice) == X.nbytes
    assert inspect.kept_bytes([*twice, np.log(x).node]) == 2 * X.nbytes
    stretched = (x * np.broadcast_to(3.0, 200)).node
    assert inspect.kept_bytes([stretched]) == 8


def test_after_a_backward_pass_nothing_is_kept():
    x = Tensor(X, requires_grad=True)
    loss = np.exp(x).sum()
    order = inspect.nodes(loss)
    assert not inspect.is_released(*order)
    assert [origin for node in order for origin, _ in inspect.kept_values(node)] == [order[1]]
    loss.backward()
    assert inspect.is_released(*order)
    assert not inspect.is_released(x.node)
    assert inspect.kept_bytes(order) == 0
    assert [list(inspect.kept_values(node)) for node in order] == [[], [], []]
