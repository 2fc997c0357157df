"""Which part of the program a node was recorded in."""

import gc
import threading

import numpy as np
import pytest

import tinygrad_course as tg
from tinygrad_course import Tensor, nn, scope
from tinygrad_course.autodiff import checkpoint
from tinygrad_course.engine.anomaly import detect_anomaly
from tinygrad_course.engine.graph import topological_order
from tinygrad_course.engine.mode import PROGRAM
from tinygrad_course.errors import ShapeError


def labels(node):
    """From the outermost scope inwards."""
    found, here = [], node.scope
    while here is not PROGRAM:
        block, here = here
        found.append(block.label)
    return found[::-1]


def operations(tensor):
    return [node for node in topological_order(tensor.node) if node.primitive is not None]


def weight():
    return Tensor([1.0, 2.0], requires_grad=True)


RECORDERS = {
    "operator": lambda x: x * 2,
    "ufunc": np.exp,
    "function": np.sum,
    "variadic": lambda x: np.stack([x, x]),
    "index": lambda x: x[0],
    "checkpoint": lambda x: checkpoint(np.exp)(x),
}


@pytest.mark.parametrize("record", RECORDERS.values(), ids=RECORDERS)
@pytest.mark.parametrize("watched", [False, True])
def test_every_recorder_remembers_the_scope(record, watched):
    x = weight()
    with scope("outer"), detect_anomaly() if watched else scope("inner"), scope("innermost"):
        inside = record(x)
    outside = record(x)
    assert labels(inside.node) == ["outer", *["inner"] * (not watched), "innermost"]
    assert labels(outside.node) == []


def test_a_call_of_a_module_is_a_scope_by_its_path():
    net = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Sequential(nn.Tanh(), nn.Linear(3, 1, rng=0)))
    y = net(np.ones((4, 2), np.float32))
    assert [labels(n) for n in operations(y)] == [["", "0"], ["", "1", "1.0"], ["", "1", "1.1"]]
    assert operations(y)[0].scope[0].module is net[0]


def test_two_calls_of_one_module_are_two_scopes():
    net = nn.MLP([2, 2, 2, 1], rng=0)
    relus = [n for n in operations(net(np.ones((4, 2), np.float32))) if n.primitive.name == "relu"]
    first, second = (node.scope for node in relus)
    assert first is not second
    assert first[0].label == second[0].label == "activation"
    assert first[1] is second[1]


def test_scopes_end_with_an_error():
    with pytest.raises(ShapeError), scope("block"):
        nn.Linear(2, 3, rng=0)(np.ones((4, 5)))
    assert (weight() * 2).node.scope is PROGRAM


def test_within_no_grad_there_are_none_and_behind_it_they_are_as_before():
    x = weight()
    with scope("block"):
        with tg.no_grad(), scope("unrecorded"):
            assert not (x * 2).requires_grad
            assert not nn.Linear(2, 3, rng=0)(x).requires_grad
        assert labels((x * 2).node) == ["block"]


def test_as_a_decorator_it_is_a_scope_of_its_own_at_each_call():
    @scope("encoder")
    def encode(x):
        return x * 2

    first, second = encode(weight()).node.scope, encode(weight()).node.scope
    assert first[0].label == second[0].label == "encoder"
    assert first is not second


def test_threads_have_scopes_of_their_own():
    found = []
    with scope("here"):
        thread = threading.Thread(target=lambda: found.append((weight() * 2).node.scope))
        thread.start()
        thread.join()
    assert found == [PROGRAM]


def test_a_graph_keeps_neither_modules_nor_observers_alive():
    gc.collect()
    gc.disable()
    try:
        net = nn.Sequential(nn.Linear(2, 1, rng=0))
        with detect_anomaly():
            net.last = net(np.ones((4, 2), np.float32))  # the model holds the graph itself
            net.last.sum().backward(retain_graph=True)
        scope_of_it = net.last.node.scope
        del net
        assert scope_of_it[0].module is None
    finally:
        gc.enable()
