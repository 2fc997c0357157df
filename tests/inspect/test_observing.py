"""An observer is told of all that happens, in order, and changes nothing."""

import sys

import numpy as np
import pytest

from tinygrad_course import Tensor, inspect


class Diary(inspect.Observer):
    def __init__(self):
        super().__init__()
        self.lines = []

    def recorded(self, node, operands, out):
        self.lines.append(("recorded", node.primitive.name))
        self.annotate(node, len(operands))
        self.note_location(node)

    def before_backward(self, order):
        self.lines.append(("before backward", len(order)))

    def propagated(self, node, cotangent, parents, leaves):
        assert isinstance(cotangent, np.ndarray | np.generic)
        self.lines.append(("propagated", node.primitive.name))


@pytest.mark.parametrize("create_graph", [False, True])
def test_it_is_told_of_operations_and_of_backward_passes(create_graph):
    x = Tensor([1.0, 2.0], requires_grad=True)
    with Diary() as nothing:
        assert nothing is None
    diary = Diary()
    with diary:
        y = np.exp(x)
        line = sys._getframe().f_lineno - 1
        loss = y.sum()
        loss.backward(create_graph=create_graph)
    forward = [("recorded", "exp"), ("recorded", "sum"), ("before backward", 3)]
    assert diary.lines[:3] == forward
    assert [entry for entry in diary.lines[3:] if entry[0] == "propagated"] == [
        ("propagated", "sum"),
        ("propagated", "exp"),
    ]
    assert y.node.annotation == 1
    assert y.node.location == f"{__file__}:{line}"
    assert x.node.annotation is x.node.location is None


def test_nothing_is_told_outside_or_without_recording():
    x = Tensor([1.0], requires_grad=True)
    diary = Diary()
    with diary:
        Tensor([1.0]) * 2
    x * 2
    assert diary.lines == []


def test_the_innermost_observer_is_told():
    x = Tensor([1.0], requires_grad=True)
    outer, inner = Diary(), Diary()
    with outer:
        with inner:
            np.sin(x)
        np.cos(x)
    assert (inner.lines, outer.lines) == ([("recorded", "sin")], [("recorded", "cos")])


def test_an_observer_that_does_nothing_is_one():
    with inspect.Observer():
        x = Tensor([1.0], requires_grad=True)
        (x * x).sum().backward()
    assert x.grad.tolist() == [2.0]
