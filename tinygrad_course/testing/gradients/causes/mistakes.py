"""The mistakes that people make in gradients, each of them undone: would the numbers be right then?"""

from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any

import numpy as np

from ..verdicts import Floats
from .evidence import Evidence

_MOST_AXES = 5
"""Of output and input together: so many are tried in every order."""

_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "tanh, 1 - y²": lambda y: 1 - y * y,
    "the sigmoid, y (1 - y)": lambda y: y * (1 - y),
    "relu, 1 where y > 0": lambda y: 1.0 * (y > 0),
}
"""Derivatives in terms of the output y."""


def undone(evidence: Evidence, others: dict[str, Floats]) -> Iterator[tuple[str, Floats]]:
    """What may be wrong with a gradient, and the gradient without that; the first is: nothing.

    A factor may be wrong beside it.
    """
    stack = evidence.stack
    yield "", stack
    if evidence.numbers < 2:
        return
    for axes in _orders(stack.shape, first=1):
        yield "it is transposed", stack.transpose(axes)
    for name, other in others.items():
        if other.shape == stack.shape:
            yield f"it is the gradient by {name}: are two of them swapped?", other
    yield from _activations(evidence)
    if evidence.point.entrywise and evidence.shape is not None:
        jacobian = stack.reshape((*evidence.shape, *evidence.x.shape))
        for axes in _orders(jacobian.shape):
            other = jacobian.transpose(axes).reshape(stack.shape)
            yield "something in its formula is transposed", other
    for axis in range(1, stack.ndim):
        yield f"it is reversed along axis {axis - 1}", np.flip(stack, axis)


def _activations(evidence: Evidence) -> Iterator[tuple[str, Floats]]:
    """The derivative of an activation left out, or taken at the input x in place of the output y."""
    stack, x, y = evidence.stack, evidence.x, evidence.outputs
    if y is None:
        return
    for name, derivative in _ACTIVATIONS.items():
        yield f"the derivative of {name}, is missing (y: the output)", stack * derivative(y)
    for name, derivative in _ACTIVATIONS.items():
        if y.shape == (1, *x.shape) and derivative(x).all():
            at_output = stack / derivative(x) * derivative(y)
            yield f"the derivative of {name}, was taken at the input: y is the output", at_output


def _orders(shape: tuple[int, ...], first: int = 0) -> Iterator[tuple[int, ...]]:
    """Other orders of the axes from `first` on that leave the shape as it is, swaps of two before others."""
    if len(shape) - first > _MOST_AXES:
        return
    own = tuple(range(len(shape)))
    orders = [(*own[:first], *rest) for rest in permutations(own[first:])]
    orders = [axes for axes in orders if tuple(shape[a] for a in axes) == shape]
    yield from sorted(orders[1:], key=lambda axes: sum(a != b for a, b in zip(axes, own)))


def reshaped(given: Floats, shape: tuple[int, ...]) -> Iterator[tuple[str, Floats]]:
    """A gradient of the wrong shape, brought into the right one in all ways that make sense."""
    off = f"its shape is {given.shape} in place of {shape}"
    if given.T.shape == shape:
        yield f"it is transposed: {off}", given.T
    if given.size == int(np.prod(shape)):
        yield f"its numbers are right, but {off}", given.reshape(shape)
    extra = given.ndim - len(shape)
    if extra >= 0:
        stretched = [
            axis
            for axis, length in enumerate(given.shape)
            if axis < extra or (shape[axis - extra] == 1 and length > 1)
        ]
        kept = given.sum(axis=tuple(stretched), keepdims=True).reshape(-1)
        if stretched and kept.size == int(np.prod(shape)):
            axes = ", ".join(map(str, stretched))
            yield f"the sum over axis {axes} is missing: {off}", kept.reshape(shape)
