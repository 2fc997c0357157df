"""The functions that the laws are written with: to run a primitive and its rules, compare, and fail."""

import re
import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from ..engine.graph import Node, topological_order
from ..engine.reverse_mode import backward_pass
from ..errors import LawError
from ..primitive import Primitive, Rule
from ..tensor import Tensor
from .case import Case
from .replaced_rules import replaced_rules

AnyPrimitive = Primitive[Any, Any]


def operand_names(primitive: AnyPrimitive, count: int) -> list[str]:
    """The names of the operands in tables."""
    if primitive.variadic:
        return [f"{primitive.operands[0]}[{i}]" for i in range(count)]
    return list(primitive.operands[:count])


def operand_label(primitive: AnyPrimitive, i: int) -> str:
    """The operand at position i, as messages name it."""
    return f"operand {primitive.operands[0] if primitive.variadic else primitive.operands[i]!r}"


def with_tensors(operands: Sequence[Any], positions: Sequence[int], **options: Any) -> list[Any]:
    """The operands, those at `positions` as tensors; `options` go to Tensor."""
    return [Tensor(x, **options) if i in positions else x for i, x in enumerate(operands)]


def applied_to_leaves(
    primitive: AnyPrimitive, case: Case, wanted: Sequence[int]
) -> tuple[Tensor, list[Any]]:
    """The result of the primitive with leaves at the `wanted` positions, and the operands it got."""
    operands = with_tensors(case.operands, wanted, requires_grad=True)
    result: Tensor = primitive(*operands, **case.parameters)
    return result, operands


def recorded(
    primitive: AnyPrimitive, case: Case, wanted: Sequence[int]
) -> tuple[Tensor, dict[int, Node]]:
    """The result of the primitive, and the nodes of the leaves at the `wanted` positions."""
    result, operands = applied_to_leaves(primitive, case, wanted)
    return result, {i: node_of(operands[i]) for i in wanted}


def seen_by_rules(operands: Sequence[Any]) -> list[Any]:
    """The arrays that rules get for these operands; a tensor has an array of its own."""
    return [x.data if isinstance(x, Tensor) else x for x in operands]


def node_of(tensor: Tensor) -> Node:
    """The node of a tensor that must have one."""
    demand(tensor.node is not None, "an operand requires a gradient, but the result has no node")
    assert tensor.node is not None
    return tensor.node


def cotangent_for(result: Tensor) -> Any:
    """A cotangent of the result: positive numbers, of its shape and dtype."""
    g = np.random.default_rng(0).uniform(0.5, 1.5, result.shape)
    return np.asarray(g, dtype=result.dtype)


def contributions(result: Tensor, g: Any) -> list[tuple[int, Any]]:
    """What each rule returns, by operand, before the engine corrects shape and dtype."""
    node = result.node
    if node is None or node.primitive is None:
        return []
    primitive, parents = node.primitive, node.parents
    names = primitive.operands * (len(parents) if primitive.variadic else 1)
    asked = [
        (i, parent)
        for i, (name, parent) in enumerate(zip(names, parents, strict=False))
        if parent is not None and primitive.rules[name] is not None
    ]
    returned: list[Any] = []

    def keeping(rule: Rule) -> Rule:
        @wraps(rule)
        def kept(*arguments: Any) -> Any:
            returned.append(rule(*arguments))
            # The engine gets an array of the right form, so that it has nothing to correct.
            parent = asked[len(returned) - 1][1]
            return np.zeros(parent.shape, parent.dtype)

        return kept

    watched = {name: rule and keeping(rule) for name, rule in primitive.rules.items()}
    wanted = [parent for _, parent in asked]
    with replaced_rules(primitive, **watched):
        backward_pass(node, g, topological_order(node), wanted=wanted, retain_graph=True)
    return [(i, contribution) for (i, _), contribution in zip(asked, returned, strict=True)]


def gradients(result: Tensor, g: Any, leaves: dict[int, Node]) -> dict[int, Any]:
    """The gradients of the leaves. Each must have the shape of its leaf."""
    if not leaves:
        return {}
    node = node_of(result)
    found = backward_pass(node, g, topological_order(node), wanted=list(leaves.values()))
    for i, leaf in leaves.items():
        demand(leaf in found, f"no gradient reached operand {i}")
        shape = found[leaf].shape
        demand(shape == leaf.shape, f"operand {i} of shape {leaf.shape} got {shape}")
    return {i: found[leaf] for i, leaf in leaves.items()}


def subsets(positions: Sequence[int]) -> list[list[int]]:
    """Each differentiable operand by itself, and all together."""
    return [[i] for i in positions] + ([list(positions)] if len(positions) > 1 else [])


def numpy_call(
    function: Callable[..., Any], primitive: AnyPrimitive, operands: Sequence[Any], parameters: Any
) -> Any:
    """Call NumPy's function, which takes several arrays as one list; einsum takes its subscripts first."""
    if function is np.einsum:
        return np.einsum(parameters["subscripts"], *operands)
    if primitive.variadic:
        return function(list(operands), **parameters)
    if function is np.reshape:  # whose shape had another name before NumPy 2.1
        return function(operands[0], parameters["shape"])
    with warnings.catch_warnings():
        # A function that NumPy deprecates keeps its rule as long as NumPy has it.
        deprecated = rf"numpy\.{re.escape(function.__name__)} is deprecated"
        warnings.filterwarnings("ignore", deprecated, DeprecationWarning)
        return function(*operands, **parameters)


def demand(holds: bool, complaint: str) -> None:
    """Raise a LawError unless it `holds`."""
    if not holds:
        raise LawError(complaint)


def demand_equal(
    what: str, found: Any, expected: Any, *, exact: bool = False, tolerance: float = 1e-10
) -> None:
    """Demand the same shapes and values, NaN included, up to rounding at the size of the values."""
    found, expected = np.asarray(found), np.asarray(expected)
    demand(
        found.shape == expected.shape, f"{what} has shape {found.shape}, expected {expected.shape}"
    )
    scale = 1 + float(np.abs(expected[np.isfinite(expected)]).max(initial=0))
    same = np.allclose(
        found, expected, rtol=0, atol=0 if exact else tolerance * scale, equal_nan=True
    )
    demand(same, f"{what} is\n{found}\nexpected\n{expected}")


def demand_unchanged(what: str, now: Sequence[Any], before: Sequence[Any]) -> None:
    """Demand that the arrays equal the copies made `before`."""
    for x, y in zip(now, before, strict=True):
        if isinstance(x, (np.ndarray, np.generic)):
            demand(np.array_equal(x, y, equal_nan=True), f"{what} wrote into one of its arguments")


def noting(name: str, rule: Rule, run: list[str]) -> Rule:
    """The same rule, which appends `name` to `run` in each call."""

    @wraps(rule)
    def noted(*arguments: Any) -> Any:
        run.append(name)
        return rule(*arguments)

    return noted
