import tracemalloc

import numpy as np
import pytest

from tests.viz.graphs import net, parameter
from tinygrad_course.engine.graph import topological_order
from viz.graph.costs import costs, totals

MB = 10**6


def kept_by(y):
    """What the totals say is kept, in bytes."""
    number, unit, *_ = next(totals(topological_order(y.node))).split()
    return float(number) * {"B": 1, "kB": 10**3, "MB": 10**6}[unit]


@pytest.mark.parametrize(
    ("f", "arrays"),
    [
        (lambda x: np.tanh(np.exp(x) + 1.0), 2),  # the outputs of exp and of tanh
        (lambda x: np.exp(x) * np.exp(-x), 2),  # which the product keeps as well
        (lambda x: (np.exp(x).reshape(2, -1).T + 1.0) * 2.0, 1),  # of views, no more than the array
        (lambda x: x + np.ones(x.shape), 0),
    ],
)
def test_as_many_bytes_are_kept_as_a_backward_pass_gives_back(f, arrays):
    x = parameter(np.linspace(0, 1, MB // 8))
    tracemalloc.start()
    y = f(x).sum()
    said = kept_by(y)
    before, _ = tracemalloc.get_traced_memory()
    y.backward()
    x.grad = None
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert said == arrays * MB
    assert before - after == pytest.approx(said, abs=MB / 20)


def test_each_operation_says_which_of_its_arrays_it_keeps():
    a, b, c = parameter(np.ones((2, 3))), parameter(np.ones((3, 2))), np.ones((3, 2))
    assert list(costs((a @ b).node)) == ["keeps x, y: 96 B", "24 FLOPs"]
    assert list(costs((a @ c).node)) == ["keeps y: 48 B", "24 FLOPs"]
    assert list(costs(np.tanh(a).node)) == ["keeps out: 48 B", "6 FLOPs"]
    assert list(costs((a + 1.0).node)) == ["keeps nothing", "6 FLOPs"]
    assert list(costs(np.linalg.inv(parameter(np.eye(2))).node)) == ["keeps out: 32 B"]
    assert next(costs(np.einsum("ij,jk", a, b).node)) == "keeps its operands: 96 B"


def test_an_array_that_is_stretched_counts_as_what_is_stored():
    x = parameter(np.ones((100, 100)))
    y = np.broadcast_to(np.ones(100), (100, 100)) * x
    assert next(costs(y.node)) == "keeps x: 800 B"


def test_memory_that_two_operations_keep_counts_once():
    x = parameter(np.ones(1000))
    e = np.exp(x)
    assert kept_by((e * e).sum()) == 8000


def test_once_released_nothing_is_said_to_be_kept():
    loss, _ = net()
    loss.backward()
    said = list(totals(topological_order(loss.node)))
    assert said[0] == "what was kept for the backward pass is released"
    assert list(costs(loss.node)) == ["36 FLOPs"]


def test_totals_add_up_and_say_what_is_not_counted():
    y = np.linalg.inv(np.exp(parameter(np.eye(3)))).sum()
    assert list(totals(topological_order(y.node)))[1] == "18 FLOPs and 1 operation not counted"
