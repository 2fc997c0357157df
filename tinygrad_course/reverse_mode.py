"""Reverse mode: the walk back along the graph.

It visits the nodes from the result to the leaves, each one after all that use it, and hands every
parent its share of the cotangent: the VJP.

    y = f(x)      forward    node(f) remembers its parents and what f's rule needs
    ȳ = ∂L/∂y     backward   x̄ += rule(ȳ, …)

Nothing here recurses and nothing here knows `Tensor`: to differentiate a derivative
(`create_graph=True`) the caller passes `lift`, which turns a saved array back into a tensor.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from threading import RLock
from typing import Any, TypeAlias

import numpy as np

from .errors import BackwardTwiceError, ChangedValueError, RuleError
from .graph import Changed, Node, Outline, Released, describe, user_place
from .primitive import Array, Primitive

Lift: TypeAlias = Callable[[Array, Node], Array]


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
            f"{shape}: a VJP has the shape of its operand, or one that it broadcasts to"
        )
    return g.sum(axis=stretched).reshape(shape)


def pullback(
    root: Node,
    cotangent: Array,
    order: Sequence[Node],
    *,
    wanted: Iterable[Node] | None = None,
    retain_graph: bool = False,
    lift: Lift | None = None,
) -> dict[Node, Array]:
    """Walk `order` (which ends in `root`) backward and return the cotangents of `wanted` nodes.

    Without `wanted` these are the nodes whose owner accumulates a gradient: leaves, and results
    with `retain_grad()`. Buffers are released as soon as they are used unless `retain_graph`;
    with `lift` the cotangents are tensors with a graph of their own.

    Raises: BackwardTwiceError, ChangedValueError; nothing has been touched then.
    """
    check_ready(order)
    if wanted is None:
        wanted, useful = {node for node in order if node.owner is not None}, None
    else:
        wanted = set(wanted)
        useful = _leading_from(wanted, order)
    with _keeping if retain_graph else nullcontext():
        for node in order:
            node._cotangent = None
        released = None if retain_graph else Released(user_place())
        return _walk_back(root, cotangent, order, wanted, useful, released, lift)


_keeping = RLock()
"""Passes that keep the graph may meet on one node, each with a cotangent for it: one at a time."""


def _walk_back(
    root: Node,
    cotangent: Array,
    order: Sequence[Node],
    wanted: set[Node],
    useful: set[Node] | None,
    released: Released | None,
    lift: Lift | None,
) -> dict[Node, Array]:
    """The loop of `pullback`: what an operation has received waits in its slot `_cotangent`.

    Leaves don't use theirs, since they belong to many graphs and threads: they have a dictionary.
    """
    result: dict[Node, Array] = {}
    leaves: dict[Node, Array] = {}
    summed: set[Node] = set()
    if root.primitive is None:
        leaves[root] = cotangent
    root._cotangent = cotangent
    for node in reversed(order):
        primitive = node.primitive
        g = node._cotangent
        if primitive is None:
            continue
        if g is None:
            # Every path from here to the root goes through an operand without a rule.
            node.saved = node.saved if released is None else released
            continue
        outline = node.outline
        if lift is not None or not outline.small:
            # A tracked cotangent leads back to this node, a reference cycle: the numbers alone stay.
            node._cotangent = _value_of(g) if outline.small else None
        if node in wanted:
            result[node] = g
        values = node.saved if lift is None else _lifted(node, lift)
        parents: tuple[Any, ...] = node.parents
        if useful is not None:
            parents = tuple(parent if parent in useful else None for parent in parents)
        i = 0
        for share in primitive.pullback(g, values, parents):
            parent = parents[i]  # counted by hand: zip() costs as much as a small product
            i += 1
            if share is None:
                continue
            target = parent.outline
            if target is not outline or not primitive.trusted:
                share = _fitted(share, target, outline, primitive)
            is_leaf = parent.primitive is None
            before = leaves.get(parent) if is_leaf else parent._cotangent
            if before is not None:
                if parent in summed:
                    before += share
                    share = before
                else:
                    share = before + share
                    if not target.small:
                        # This sum is nobody else's: the next one needs no memory of its own.
                        summed.add(parent)
            if is_leaf:
                leaves[parent] = share
            else:
                parent._cotangent = share
        if released is not None:
            node.saved = released
    for leaf, g in leaves.items():
        if leaf in wanted:
            result[leaf] = g
        if leaf.outline.small:
            leaf._cotangent = _value_of(g)
    return result


def _value_of(g: Array) -> Array:
    """The numbers of a cotangent; a rule that gives zeros may give a plain array for a tensor."""
    return getattr(g, "_data", g)


def _leading_from(wanted: Iterable[Node], order: Iterable[Node]) -> set[Node]:
    """The nodes that a change of a `wanted` node would reach: no other needs a cotangent."""
    reached = set(wanted)
    for node in order:
        if not reached.isdisjoint(node.parents):
            reached.add(node)
    return reached


def _fitted(
    share: Array, target: Outline, source: Outline, primitive: Primitive[..., Any]
) -> Array:
    """The VJP `share` in the shape and dtype of the operand that it belongs to."""
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


def _lifted(node: Node, lift: Lift) -> tuple[Any, ...]:
    """The saved values as tensors that remember where they came from."""
    saved = node.saved
    assert isinstance(saved, tuple)  # check_ready has seen to it
    origins = (*node.parents, node)
    lifted = (
        value if value is None or origin is None else lift(value, origin)
        for value, origin in zip(saved, origins, strict=False)
    )
    return (*lifted, *saved[len(origins) :])


def check_ready(order: Iterable[Node]) -> None:
    """Raise, before anything is touched, if a value that the pass needs is gone or changed."""
    changed = []
    for node in order:
        if node.saved.__class__ is not tuple:
            if node.saved.__class__ is Released:
                raise BackwardTwiceError(
                    f"a second backward pass reached {describe(node)}, whose buffers the first one "
                    f"released (at {node.saved}): run the forward pass again, or say "
                    f"backward(retain_graph=True) the first time"
                )
            changed.append(node)
    for leaf in changed:
        _check_changed(order, leaf, leaf.saved)  # type: ignore[arg-type]


def _check_changed(order: Iterable[Node], leaf: Node, change: Changed) -> None:
    """Raise if a node saved the overwritten array or a view of it (a transpose, a slice)."""
    for node in order:
        arrays = (x for x in node.saved if isinstance(x, np.ndarray))
        if any(np.may_share_memory(x, change.array) for x in arrays):
            raise ChangedValueError(
                f"{describe(node)} needs the value that {describe(leaf)} had when it ran, "
                f"but that was changed in place (at {change}): call backward() before "
                f"the change, or run the forward pass again after it"
            )
