"""The engine: nodes, their topological order, and the walk back along it.

A `Node` is one application of a primitive. Reverse mode visits the nodes from the result to the
leaves, each one after all that use it, and hands every parent its share of the cotangent: the VJP.

    y = f(x)      forward    node(f) remembers parents and what f's rule needs
    ȳ = ∂L/∂y     backward   x̄ += rule(ȳ, …)

Nothing here recurses and nothing here knows `Tensor`: to differentiate a derivative
(`create_graph=True`) the caller passes `lift`, which turns a saved array back into a tensor.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from functools import lru_cache
from math import prod as product
from pathlib import Path
from threading import RLock
from typing import Any, TypeAlias

import numpy as np

from .errors import BackwardTwiceError, ChangedValueError, RuleError
from .primitive import Array, Primitive

SMALL = 64
"""Arrays of at most this many elements stay on their node for drawings."""

Lift: TypeAlias = Callable[[Array, "Node"], Array]


class Outline:
    """The shape and dtype of an array, and whether it is small enough to stay for drawings."""

    __slots__ = ("dtype", "shape", "small")

    def __init__(self, shape: tuple[int, ...], dtype: "np.dtype[Any]") -> None:
        self.shape = shape
        self.dtype = dtype
        self.small = product(shape) <= SMALL


_outlines = lru_cache(maxsize=4096)(Outline)


def outline_of(array: Array) -> Outline:
    """The outline of `array`, one object for all that are alike: they are compared with `is`."""
    return _outlines(array.shape, array.dtype)


def _rarely_set(slot: str) -> Any:
    """A property over a slot that most nodes leave empty, which costs them nothing: None then."""
    return property(
        lambda node: getattr(node, slot, None), lambda node, value: setattr(node, slot, value)
    )


class Node:
    """One application of a primitive, or, without a primitive, a leaf that requires a gradient.

    primitive   what was applied; None for a leaf
    parents     a node for each operand, None for a constant
    saved       operands, output, operand shapes, parameters: None for what no rule in use needs
    outline     shape and dtype of the output
    value       the output, if it is small, for drawings
    owner       weak reference to the tensor whose .grad this node fills

    and, rarely set: `parameters` (such as axis), `constants` (what drawings show of the operands
    that have no node), `cotangent` (what the last backward pass brought, if it is small), `name`.
    """

    __slots__ = (
        "_constants",
        "_cotangent",
        "_name",
        "_parameters",
        "outline",
        "owner",
        "parents",
        "primitive",
        "saved",
        "value",
    )

    primitive: Primitive[..., Any] | None
    parents: "tuple[Node | None, ...]"
    saved: "tuple[Any, ...] | Released | Changed"
    outline: Outline
    value: Array | None
    owner: Callable[[], Any] | None
    _constants: tuple[Any, ...] | None
    _cotangent: Array | None

    parameters = _rarely_set("_parameters")
    constants = _rarely_set("_constants")
    cotangent = _rarely_set("_cotangent")
    name = _rarely_set("_name")

    @property
    def shape(self) -> tuple[int, ...]:
        return self.outline.shape

    @property
    def dtype(self) -> "np.dtype[Any]":
        return self.outline.dtype

    def __repr__(self) -> str:
        return f"<{describe(self)}>"


class Released(str):
    """Takes the place of the saved values that a backward pass has used: says where it ran."""

    __slots__ = ()


class Changed(str):
    """Takes the place of a leaf's saved values (it has none) once the leaf was changed in place.

    Says where, and holds the array that was overwritten: other nodes may have saved views of it.
    """

    array: Array


def topological_order(*roots: Node) -> list[Node]:
    """All nodes that lead to `roots`, each one after all of its parents.

    Why an order is needed: in

        b = a + a
        c = b + b

    a walk that simply recurses into parents visits b twice, each time with *half* of its
    cotangent, and a four times; with n such lines it takes 2ⁿ visits. Backward in topological
    order, a node is visited once, when all its cotangents have arrived and been summed.

    The search is depth-first and iterative: Python's recursion would end at a thousand nodes.
    """
    order: list[Node] = []
    seen: set[Node] = set()
    stack: list[Any] = list(roots)
    push, pop = stack.append, stack.pop
    while stack:
        node = pop()
        if node is None:  # the mark that all parents of the node below it are done
            order.append(pop())
        elif node not in seen:
            seen.add(node)
            if node.parents:
                push(node)
                push(None)
                for parent in node.parents:
                    if parent is not None and parent not in seen:
                        push(parent)
            else:
                order.append(node)
    return order


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
        try:
            released = None if retain_graph else Released(user_place())
            return _walk_back(root, cotangent, order, wanted, useful, released, lift)
        except BaseException:
            for node in order:
                node._cotangent = None
            raise


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
        if primitive is None or g is None:
            # A leaf; or every path from here to the root goes through an operand without a rule.
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


def describe(node: Node) -> str:
    """Name, operation and shape of a node, for error messages."""
    kind = f"operation {node.primitive.name!r}" if node.primitive else "leaf"
    name = f" {node.name!r}" if node.name else ""
    return f"{kind}{name} of shape {node.shape}"


_HERE = str(Path(__file__).parent)


def user_place() -> str:
    """file:line of the innermost frame outside this package: where the user's code called it."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HERE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
