"""How the rules of a primitive become one function: it hands each parent its share of the cotangent.

    z = x ⊙ y        cotangent of x += z̄ ⊙ y,    cotangent of y += z̄ ⊙ x

The function is generated, because it runs for every node of every backward pass. Written out, with
the place of everything that a rule asks for filled in, it takes half the time of a loop that looks
at names.
"""

import re
from collections.abc import Callable
from textwrap import indent
from typing import Any

from ..errors import RuleError
from ..primitive import Array, Primitive
from .generated import compiled
from .graph import Node, Outline

Pullback = Callable[..., None]
"""Called as pullback(g, saved, parents, outline, leaves, own): g is the cotangent of a node, the next
three are what the node has; `leaves` collects the cotangents of leaves, and `own` the parents whose
sum so far is in memory that nobody else knows of."""


def pullback_of(primitive: Primitive[..., Any]) -> Pullback:
    """The primitive's pullback, compiled when it is first asked for."""
    if primitive.pullback is None:
        names: dict[str, Any] = {f"rule_{name}": rule for name, rule in primitive.rules.items()}
        names |= {"fitted": fitted, "added": _added, "primitive": primitive}
        made = compiled(_source(primitive), f"pullback of {primitive.name}", names)
        primitive.pullback = made["pullback"]
    assert primitive.pullback is not None
    return primitive.pullback


def _source(primitive: Primitive[..., Any]) -> str:
    lines = ["def pullback(g, saved, parents, outline, leaves, own):"]
    if primitive.variadic:
        (name,) = primitive.operands
        if primitive.rules[name] is not None:
            lines.append("    for i, parent in enumerate(parents):")
            lines.append(indent(_share(primitive, name), " " * 8))
    else:
        for i, name in enumerate(primitive.operands):
            if primitive.rules[name] is not None:
                lines.append(f"    parent = parents[{i}]")
                lines.append(indent(_share(primitive, name), " " * 4))
    return "\n".join([*lines, "    return None"])


_SHARE = """\
if parent is not None:
    share = rule_{name}({arguments})
    target = parent.outline
    {if_doubtful}share = fitted(share, target, outline, primitive, {name!r})
    if parent.primitive is None:
        before = leaves.get(parent)
        leaves[parent] = share if before is None else {total}
    else:
        before = parent._cotangent
        parent._cotangent = share if before is None else {total}"""


def _share(primitive: Primitive[..., Any], name: str) -> str:
    """What happens for one operand."""
    arguments = ["g", *(_place(primitive, want) for want in primitive.wants[name])]
    return _SHARE.format(
        name=name,
        arguments=", ".join(arguments),
        # The suite proves that built-in rules return an array, and one in the shape of the output
        # where the operand has that shape, unless it was stretched all the same.
        if_doubtful="" if not primitive.trusted or _may_stretch(primitive) else _NOT_THE_SAME,
        total="before + share if target.small else added(before, share, parent, own)",
    )


_NOT_THE_SAME = "if target is not outline: "


def _may_stretch(primitive: Primitive[..., Any]) -> bool:
    """Whether an operand in the shape of the output may have been stretched all the same: of shape (2)
    next to (2,2) in (n),(n)->(), it is not the same axis. Element by element that can't be.
    """
    has_core_axes = primitive.variadic or re.search(r"\w", primitive.signature or "")
    return primitive.broadcasts and bool(has_core_axes)


def _place(primitive: Primitive[..., Any], want: str) -> str:
    """Where in `saved` is what a rule asks for: it holds operands, output, shapes and parameters."""
    if primitive.variadic:
        # Its operands are in front, however many: the rest counts from behind.
        places = {"i": "i", primitive.operands[0]: "saved[:-3]"}
        out, shapes, parameters = -3, -2, -1
    else:
        n = len(primitive.operands)
        out, shapes, parameters = n, n + 1, n + 2
        places = {
            f"{name}_shape": f"saved[{shapes}][{i}]" for i, name in enumerate(primitive.operands)
        }
        places |= {name: f"saved[{i}]" for i, name in enumerate(primitive.operands)}
    places |= {"out": f"saved[{out}]", "shapes": f"saved[{shapes}]"}
    return places.get(want) or f"saved[{parameters}][{want!r}]"


def hand_out(share: Array, parent: Node, leaves: dict[Node, Array], own: set[Node]) -> None:
    """Add a share to what a parent has received, as the generated pullbacks do."""
    is_leaf = parent.primitive is None
    before = leaves.get(parent) if is_leaf else parent._cotangent
    total = share if before is None else _added(before, share, parent, own)
    if is_leaf:
        leaves[parent] = total
    else:
        parent._cotangent = total


def _added(before: Array, share: Array, parent: Node, own: set[Node]) -> Array:
    """The sum of two large cotangents; from the second addition on it needs no new memory."""
    if parent in own:
        before += share
        return before
    own.add(parent)
    return before + share


def fitted(
    share: Array, target: Outline, source: Outline, primitive: Primitive[..., Any], name: str
) -> Array:
    """The VJP `share` in the shape and dtype of the operand that it belongs to.

    Raises: RuleError if it is no array, or does not fit.
    """
    if not hasattr(share, "shape"):
        raise RuleError(
            f"the rule of {primitive.name!r} for {name!r} returned {share!r}: it must return an array "
            f"in the shape of its operand (is there a `return` in it? np.zeros_like(g) and the like)"
        )
    if share.shape != target.shape:
        if not primitive.broadcasts:
            raise RuleError(
                f"the rule of {primitive.name!r} returned a cotangent of shape {share.shape} "
                f"for an operand of shape {target.shape}"
            )
        share = unbroadcast(share, target.shape, primitive.name)
    if target.dtype is not source.dtype and share.dtype != target.dtype:
        # The operand was promoted on its way in: its cotangent goes back to the dtype it came in.
        share = share.astype(target.dtype)
    return share


def unbroadcast(g: Array, shape: tuple[int, ...], by: str = "") -> Array:
    """Sum `g` over the axes along which an operand of `shape` was stretched.

    Broadcasting copies; the VJP of a copy is a sum. This is the one place that does it.

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
    return g.sum(axis=stretched).reshape(shape)
