"""Pullbacks: the rules of a primitive as one function, which propagates a cotangent to the parents.

    z = x ⊙ y        cotangent of x += z̄ ⊙ y,    cotangent of y += z̄ ⊙ x

What a rule returns is a contribution. A parent that is used several times receives several, and its
cotangent is their sum. The function is generated because it runs for every node of every backward
pass: it takes half the time of a loop that looks up the arguments of each rule by name.
"""

import re
from collections.abc import Callable
from textwrap import indent
from typing import Any

import numpy as np

from ..errors import RuleError
from ..numerics import total
from ..primitive import FLOATING_POINT_ERRORS, Array, Primitive
from .codegen import compiled
from .graph import Node, Spec
from .saved import source_to_read

Pullback = Callable[..., None]
"""Called as pullback(g, saved, parents, spec, leaves, own): g is the cotangent of a node, the next
three belong to the node; `leaves` collects the cotangents of leaves, and `own` the parents whose sum
so far is in memory that nothing else refers to."""


def pullback_of(primitive: Primitive[..., Any]) -> Pullback:
    """The primitive's pullback, compiled when it is first needed."""
    if primitive.pullback is None:
        names: dict[str, Any] = {f"rule_{name}": rule for name, rule in primitive.rules.items()}
        names |= {"fitted": fitted, "added": _added, "primitive": primitive}
        names |= {"errstate": np.errstate, "FLOATING_POINT_ERRORS": FLOATING_POINT_ERRORS}
        made = compiled(_source(primitive), f"pullback of {primitive.name}", names)
        primitive.pullback = made["pullback"]
    assert primitive.pullback is not None
    return primitive.pullback


def _source(primitive: Primitive[..., Any]) -> str:
    lines = ["def pullback(g, saved, parents, spec, leaves, own):"]
    if primitive.variadic:
        (name,) = primitive.operands
        if primitive.rules[name] is not None:
            lines.append("    for i, parent in enumerate(parents):")
            lines.append(indent(_contribution(primitive, name), " " * 8))
    else:
        for i, name in enumerate(primitive.operands):
            if primitive.rules[name] is not None:
                lines.append(f"    parent = parents[{i}]")
                lines.append(indent(_contribution(primitive, name), " " * 4))
    return "\n".join([*lines, "    return None"])


_CONTRIBUTION = """\
if parent is not None:
    target = parent.spec
    try:
        contribution = rule_{name}({arguments})
        {if_doubtful}contribution = fitted(contribution, target, spec, primitive, {name!r})
    except FLOATING_POINT_ERRORS:
        with errstate(under="ignore"):
            contribution = rule_{name}({arguments})
            {if_doubtful}contribution = fitted(contribution, target, spec, primitive, {name!r})
    if parent.primitive is None:
        before = leaves.get(parent)
        leaves[parent] = contribution if before is None else {total}
    else:
        before = parent._cotangent
        parent._cotangent = contribution if before is None else {total}"""


def _contribution(primitive: Primitive[..., Any], name: str) -> str:
    """The source for one operand.

    A contribution that is too small to be held is 0, as that of a saturated unit is, and no error under
    np.errstate(under="raise"). A rule that has raised runs again without it, which costs nothing where
    none raises.
    """
    arguments = ["g", *(source_to_read(primitive, want) for want in primitive.wants[name])]
    return _CONTRIBUTION.format(
        name=name,
        arguments=", ".join(arguments),
        # The suite proves that a built-in rule returns an array, which has the shape of the output if
        # the operand has that shape, unless the operand was stretched nevertheless.
        if_doubtful="" if not primitive.trusted or _may_stretch(primitive) else _NOT_THE_SAME,
        total="before + contribution if target.small else added(before, contribution, parent, own)",
    )


_NOT_THE_SAME = "if target is not spec: "


def _may_stretch(primitive: Primitive[..., Any]) -> bool:
    """Whether an operand with the shape of the output may have been stretched nevertheless.

    In (n),(n)->(), an operand of shape (2) beside one of shape (2,2) is: its axis is another one than the
    output's. In element-wise operations this can't happen.
    """
    has_core_axes = primitive.variadic or re.search(r"\w", primitive.signature or "")
    return primitive.broadcasts and bool(has_core_axes)


def add_contribution(
    contribution: Array, parent: Node, leaves: dict[Node, Array], own: set[Node]
) -> None:
    """Add a contribution to the cotangent of a parent, as the generated pullbacks do."""
    is_leaf = parent.primitive is None
    before = leaves.get(parent) if is_leaf else parent._cotangent
    total = contribution if before is None else _added(before, contribution, parent, own)
    if is_leaf:
        leaves[parent] = total
    else:
        parent._cotangent = total


def _added(before: Array, contribution: Array, parent: Node, own: set[Node]) -> Array:
    """The sum of two large cotangents. From the second addition on, it is computed in place."""
    if parent in own:
        before += contribution
        return before
    own.add(parent)
    return before + contribution


def fitted(
    contribution: Array, target: Spec, source: Spec, primitive: Primitive[..., Any], name: str
) -> Array:
    """The contribution in the shape and dtype of its operand.

    Raises: RuleError if it is not an array, or does not fit.
    """
    if not hasattr(contribution, "shape"):
        raise RuleError(
            f"the rule of {primitive.name!r} for {name!r} returned {contribution!r}: it must return an array "
            f"in the shape of its operand (is there a `return` in it? np.zeros_like(g) and the like)"
        )
    if contribution.shape != target.shape:
        if not primitive.broadcasts:
            raise RuleError(
                f"the rule of {primitive.name!r} returned a cotangent of shape {contribution.shape} "
                f"for an operand of shape {target.shape}"
            )
        contribution = unbroadcast(contribution, target.shape, primitive.name)
    if target.dtype is not source.dtype and contribution.dtype != target.dtype:
        # The operand was promoted: its cotangent is converted back to the operand's dtype.
        contribution = contribution.astype(target.dtype)
    return contribution


def unbroadcast(g: Array, shape: tuple[int, ...], by: str = "") -> Array:
    """Sum `g` over the axes along which an operand of `shape` was stretched.

    Broadcasting copies, and the VJP of a copy is a sum. Only this function undoes broadcasting.

    Raises: RuleError if `shape` does not broadcast to the shape of `g`.
    """
    extra = g.ndim - len(shape)
    stretched = tuple(
        axis for axis in range(g.ndim) if axis < extra or shape[axis - extra] != g.shape[axis]
    )
    if extra < 0 or any(shape[axis - extra] != 1 for axis in stretched if axis >= extra):
        raise RuleError(
            f"the rule of {by!r} returned a cotangent of shape {g.shape} for an operand of shape "
            f"{shape}: a VJP has the shape of its operand, or that of the output"
        )
    return total(g, stretched).reshape(shape)
