"""Derivatives as functions: `grad` and `value_and_grad` turn a function into its derivative.

    grad(lambda x: (x**3).sum())(np.array([1.0, 2.0]))        # array([ 3., 12.])
    grad(grad(lambda x: x**3))(2.0)                            # 12.0

Given arrays they return arrays, given tensors they return tensors. Nothing is added to any `.grad`.
They nest, and where the function uses tensors from outside that require a gradient, the
derivative is recorded in its turn: a penalty on a gradient trains.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .errors import NotRecordedError, ShapeError
from .grad_mode import enable_grad
from .graph import Node, topological_order
from .ops.shaping import identity
from .reverse_mode import owned, pullback
from .tensor import Tensor, lift


def grad(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, *, has_aux: bool = False
) -> Callable[..., Any]:
    """x ↦ ∂f/∂x for a scalar-valued f, with respect to the argument(s) at the positions `argnums`.

    Returns one gradient for an int, a tuple of them for a sequence. With `has_aux`, f returns
    (value, anything else) and the result is (gradient, anything else).

    Raises: ShapeError if f does not return a scalar, NotRecordedError if it returns no Tensor.
    """
    both = value_and_grad(f, argnums, has_aux=has_aux)

    def derivative(*arguments: Any, **keywords: Any) -> Any:
        value, gradient = both(*arguments, **keywords)
        return (gradient, value[1]) if has_aux else gradient

    return derivative


def value_and_grad(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, *, has_aux: bool = False
) -> Callable[..., Any]:
    """x ↦ (f(x), ∂f/∂x) in one pass; see `grad`. With `has_aux`: ((f(x), anything else), ∂f/∂x)."""
    positions = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    def value_and_derivative(*arguments: Any, **keywords: Any) -> Any:
        with enable_grad():
            return differentiated(arguments, keywords)

    def differentiated(arguments: Sequence[Any], keywords: dict[str, Any]) -> Any:
        traced = list(arguments)
        for position in positions:
            traced[position] = _traced(arguments[position])
        inputs = [traced[position] for position in positions]
        result = f(*traced, **keywords)
        value, auxiliary = result if has_aux else (result, None)
        value, gradients = _differentiated(f, value, inputs)
        if not any(isinstance(argument, Tensor) for argument in arguments):
            value, *gradients = (_plain(x) for x in (value, *gradients))
        gradient = gradients[0] if isinstance(argnums, int) else tuple(gradients)
        return ((value, auxiliary) if has_aux else value), gradient

    return value_and_derivative


def _traced(x: Any) -> Tensor:
    """A tensor to differentiate by: a fresh leaf, or a link to the x of an outer derivative."""
    if isinstance(x, Tensor) and x.requires_grad:
        link: Tensor = identity(x)
        link.retain_grad()  # makes its node one that somebody waits for: see _differentiated
        return link
    traced = Tensor(x)
    traced._become_leaf()  # on the caller's own numbers, which stay as they are while f runs
    return traced


def _differentiated(
    f: Callable[..., Any], value: Any, inputs: list[Tensor]
) -> tuple[Tensor, list[Tensor]]:
    name = getattr(f, "__name__", "the function")
    if not isinstance(value, Tensor):
        raise NotRecordedError(
            f"{name} returned {type(value).__name__}, not a Tensor: somewhere inside the values "
            f"left the graph (.item(), .numpy(), math.…)"
        )
    if value.size != 1:
        raise ShapeError(
            f"{name} returned shape {value.shape}: only a scalar has a gradient. "
            f"Reduce it first, with .sum() or .mean()"
        )
    zeros = [Tensor(np.zeros_like(x.data)) for x in inputs]
    if value.node is None:
        return value, zeros
    order = topological_order(value.node)
    nodes = [_node(x) for x in inputs]
    # A node that fills the .grad of a living tensor, and is not ours, belongs to someone outside, who
    # may want to differentiate this result. (The inputs of derivatives inside f are dead by now.)
    outer = any(node.owner and node.owner() is not None and node not in nodes for node in order)
    one = np.ones_like(value.data)
    found = pullback(
        value.node,
        Tensor(one) if outer else one,
        order,
        wanted=nodes,
        retain_graph=outer,
        lift=lift if outer else None,
    )
    if outer:
        gradients = (found.get(node, zero) for node, zero in zip(nodes, zeros, strict=True))
        # A rule that gives zeros may give a plain array.
        return value, [g if isinstance(g, Tensor) else Tensor(g) for g in gradients]
    given: set[int] = set()
    return value.detach(), [
        Tensor(owned(found[node], node, given)) if node in found else zero
        for node, zero in zip(nodes, zeros, strict=True)
    ]


def _node(x: Tensor) -> Node:
    assert x.node is not None  # _traced made it
    return x.node


def _plain(x: Tensor) -> Any:
    return x if x.requires_grad else x._data
