"""Writes in place, views, detached tensors and backward passes in any order: never silently wrong.

A state machine drives the engine beside a reference. The reference's values live in NumPy memory
with the same views as the engine's, so that a write shows in the same places; but what its rules
need it copies when an operation runs. A backward pass must give the reference's gradients, or
raise the error that the reference foresees.
"""

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.sampling import same
from tinygrad_course import Tensor, no_grad
from tinygrad_course.errors import BackwardTwiceError, ChangedValueError, GraphError
from tinygrad_course.optim import SGD

SHAPE = (2, 2)


class Reference:
    """A value, and how its cotangent is handed on: by functions of copies."""

    def __init__(self, array, parents, kind="result"):
        self.array = array
        self.parents = parents
        self.kind = kind
        self.grad = None
        self.released = False
        self.saved = []  # arrays that the engine keeps, and copies of them
        self.stale = False  # whether the memory of one of them was written since

    @property
    def is_leaf(self):
        return self.kind == "leaf"

    @property
    def tracked(self):
        return self.is_leaf or bool(self.parents)

    @property
    def writable(self):
        """Whether its memory is nobody else's: a result may be a view, or be kept for its own rule."""
        if self.kind == "result":
            return not self.tracked and self.array.base is None
        return self.kind != "detached"

    def order(self):
        """All that leads here, each after all that uses it."""
        done = []

        def visit(node):
            if node not in done:
                for parent, _ in node.parents:
                    visit(parent)
                done.append(node)

        visit(self)
        return done[::-1]

    def backward(self, retain):
        cotangents = {self: np.ones_like(self.array)}
        for node in self.order():
            g = cotangents[node]
            if node.is_leaf:
                node.grad = g if node.grad is None else node.grad + g
            else:
                node.released = not retain
            for parent, share in node.parents:
                cotangents[parent] = cotangents.get(parent, 0) + share(g)


def applied(x, y, kind, record):
    """x + y or x ⊙ y, with copies of what the rules need."""
    if kind == "+":
        made = Reference(x.array + y.array, [(x, lambda g: g), (y, lambda g: g)])
    else:
        a, b = x.array.copy(), y.array.copy()
        made = Reference(x.array * y.array, [(x, lambda g: g * b), (y, lambda g: g * a)])
        # Of constants as small as these the engine keeps copies.
        pairs = ((x, y), (y, x))
        made.saved = [(z.array, z.array.copy()) for z, w in pairs if z.tracked and w.tracked]
    made.parents = [(parent, share) for parent, share in made.parents if parent.tracked and record]
    return made


VIEWS = {
    "transposed": (lambda x: x.T, lambda g: g.T),
    "reversed": (lambda x: x[::-1], lambda g: g[::-1]),
    "reshaped": (lambda x: x.reshape(-1)[::-1].reshape(SHAPE), lambda g: g[::-1, ::-1]),
    "squared": (lambda x: x**2.0, lambda g: g),  # no view; its rule is below
    "tanh": (np.tanh, lambda g: g),
}
WRITES = {
    "whole": lambda data, v: data.__setitem__(..., v),
    "element": lambda data, v: data.__setitem__((0, 1), v),
    "row of the transpose": lambda data, v: data.T.__setitem__(0, v),
    "augmented": lambda data, v: data.__iadd__(v),
    "out": lambda data, v: np.multiply(data, v, out=data),
    "copyto": lambda data, v: np.copyto(data, v),
    "fill": lambda data, v: data.fill(v),
}
NUMBERS = st.sampled_from([0.5, -1.5, 2.0])
RECENT = st.sampled_from([0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 7, 9])
"""How long ago a value was made: what was just made is used most."""


class InPlace(RuleBasedStateMachine):
    """Pairs of a Tensor and its reference, and handles to their memory."""

    @initialize(values=st.lists(NUMBERS, min_size=2, max_size=2))
    def begin(self, values):
        self.pairs = []
        self.handles = []
        for value in values:
            self.make(value, leaf=True)

    def any(self, i):
        return self.pairs[-1 - i % len(self.pairs)]

    def add(self, tensor, reference):
        assert tensor.requires_grad == reference.tracked
        np.testing.assert_allclose(tensor.data, reference.array, rtol=1e-12)
        self.pairs.append((tensor, reference))

    @rule(value=NUMBERS, leaf=st.booleans())
    def make(self, value, leaf):
        array = np.array([[value, 1.0], [-value, 0.5]])
        self.add(
            Tensor(array.copy(), requires_grad=leaf),
            Reference(array, [], "leaf" if leaf else "constant"),
        )

    @rule(i=RECENT, j=RECENT, kind=st.sampled_from("+*"), off=st.booleans())
    def combine(self, i, j, kind, off):
        (x, rx), (y, ry) = self.any(i), self.any(j)
        if max(np.abs(rx.array).max(), np.abs(ry.array).max()) > 1e6:
            return  # before it overflows
        if off:
            with no_grad():
                result = x + y if kind == "+" else x * y
        else:
            result = x + y if kind == "+" else x * y
        self.add(result, applied(rx, ry, kind, not off))

    @rule(i=RECENT, kind=st.sampled_from(sorted(VIEWS)), off=st.booleans())
    def unary(self, i, kind, off):
        x, rx = self.any(i)
        if np.abs(rx.array).max() > 1e6:
            return
        forward, back = VIEWS[kind]
        if off:
            with no_grad():
                result = forward(x)
        else:
            result = forward(x)
        made = Reference(forward(rx.array), [])
        if rx.tracked and not off:
            if kind == "squared":
                copy = rx.array.copy()
                made.saved = [(rx.array, copy)]
                back = lambda g: g * 2 * copy  # noqa: E731
            elif kind == "tanh":
                out = made.array.copy()
                made.saved = [(made.array, out)]
                back = lambda g: g * (1 - out**2)  # noqa: E731
            made.parents = [(rx, back)]
        self.add(result, made)

    @rule(i=RECENT)
    def detach(self, i):
        x, rx = self.any(i)
        self.add(x.detach(), Reference(rx.array, [], "detached"))

    @rule(i=RECENT)
    def take_a_handle(self, i):
        x, rx = self.any(i)
        self.handles.append((x.data, rx.array, rx.writable))

    @rule(i=RECENT, how=st.sampled_from(sorted(WRITES)), value=NUMBERS)
    def write(self, i, how, value):
        x, rx = self.any(i)
        self._write(x.data, rx.array, rx.writable, how, value)

    @precondition(lambda self: self.handles)
    @rule(i=RECENT, how=st.sampled_from(sorted(WRITES)), value=NUMBERS)
    def write_through_a_handle(self, i, how, value):
        self._write(*self.handles[-1 - i % len(self.handles)], how, value)

    @rule(i=RECENT, how=st.sampled_from(sorted(WRITES)), value=NUMBERS)
    def write_into_a_leaf(self, i, how, value):
        leaves = [pair for pair in self.pairs if pair[1].is_leaf]
        x, rx = leaves[-1 - i % len(leaves)]
        self._write(x.data, rx.array, True, how, value)

    def _write(self, data, array, writable, how, value):
        if writable:
            WRITES[how](data, value)
            WRITES[how](array, value)
            self.note(array)
        else:
            with pytest.raises(GraphError, match=r"\.copy\(\)"):
                WRITES[how](data, value)
        np.testing.assert_allclose(data, array, rtol=1e-12)

    @rule(i=RECENT, value=NUMBERS, whole=st.booleans())
    def rebind(self, i, value, whole):
        x, rx = self.any(i)
        if not x.is_leaf:
            return
        new = rx.array.copy()
        if whole:
            new[...] = value
            x.data = np.full(SHAPE, value)
        else:
            new[0] = value
            x[0] = value
        rx.array = new
        rx.kind = "leaf" if rx.is_leaf else "constant"  # its memory is its own from now on

    @rule()
    def step(self):
        ready = [(x, rx) for x, rx in self.pairs if rx.is_leaf and rx.grad is not None]
        for x, rx in ready:
            SGD([x], lr=0.5).step()
            rx.array -= 0.5 * rx.grad
            self.note(rx.array)

    def note(self, array):
        for _, reference in self.pairs:
            if any(np.shares_memory(saved, array) for saved, _ in reference.saved):
                reference.stale = True

    @rule(i=RECENT)
    def zero_grad(self, i):
        x, rx = self.any(i)
        x.grad = rx.grad = None

    @rule(i=RECENT, retain=st.booleans())
    def backward(self, i, retain):
        x, rx = self.any(i)
        if not rx.tracked:
            return
        order = rx.order()
        before = [(y, None if y.grad is None else y.grad.data.copy()) for y, _ in self.pairs]
        expected = None
        if any(node.released for node in order):
            expected = BackwardTwiceError
        elif any(node.stale for node in order):
            expected = ChangedValueError
        if expected is None:
            x.backward(np.ones(SHAPE), retain_graph=retain)
            rx.backward(retain)
            for y, ry in self.pairs:
                assert (y.grad is None) == (ry.grad is None)
                if y.grad is not None:
                    np.testing.assert_allclose(y.grad.data, ry.grad, rtol=1e-9, atol=1e-12)
            return
        with pytest.raises(expected):
            x.backward(np.ones(SHAPE), retain_graph=retain)
        for y, grad in before:  # nothing was touched
            assert (y.grad is None) == (grad is None)
            if y.grad is not None:
                np.testing.assert_array_equal(y.grad.data, grad)


InPlace.TestCase.settings = same(200, stateful_step_count=40)
# Gradients that add up over several steps, and those of computed tensors, are not what is tested here.
TestInPlace = pytest.mark.filterwarnings(
    "ignore::tinygrad_course.errors.AccumulationWarning",
    "ignore::tinygrad_course.errors.GradientWarning",
)(InPlace.TestCase)
