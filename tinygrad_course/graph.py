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
from pathlib import Path
from typing import Any, TypeAlias

from .errors import BackwardTwiceError, ChangedValueError, RuleError
from .primitive import Array, Primitive

SMALL = 64
"""Arrays of at most this many elements stay on their node for drawings."""

Lift: TypeAlias = Callable[[Array, "Node"], Array]


class Outline:
    """The shape and dtype of an array, and whether it is small enough to stay for drawings."""

    __slots__ = ("dtype", "shape", "small")

    def __init__(self, array: Array) -> None:
        self.shape: tuple[int, ...] = array.shape
        self.dtype: Any = array.dtype
        self.small: bool = array.size <= SMALL


class Node:
    """One application of a primitive, or, without a primitive, a leaf that requires a gradient.

    A slot that nobody has filled reads as None: what is rare costs nothing where it is absent.
    """

    __slots__ = (
        "constants",  # what drawings show of the operands that have no node
        "cotangent",  # what the last backward pass brought, if it is small, for drawings
        "name",
        "outline",  # shape and dtype of the output
        "owner",  # weak reference to the tensor whose .grad this node fills
        "parameters",  # the operation's keyword parameters, such as axis
        "parents",  # a node for each operand, None for a constant
        "primitive",
        "saved",  # operands, output, shapes, parameters: None for what no rule needs
        "value",  # the output, if it is small, for drawings
    )

    constants: "tuple[Any, ...] | None"
    cotangent: Array | None
    name: str | None
    outline: Outline
    owner: Callable[[], Any] | None
    parameters: dict[str, Any] | None
    parents: "tuple[Node | None, ...]"
    primitive: Primitive[..., Any] | None
    saved: "tuple[Any, ...] | Released | Changed"
    value: Array | None

    def __getattr__(self, name: str) -> None:
        if name not in Node.__slots__:
            raise AttributeError(f"a node has no {name!r}")

    @property
    def shape(self) -> tuple[int, ...]:
        return self.outline.shape

    @property
    def dtype(self) -> Any:
        return self.outline.dtype

    def __repr__(self) -> str:
        return f"<{describe(self)}>"


class Released(str):
    """Takes the place of the saved values that a backward pass has used: says where it ran."""

    __slots__ = ()


class Changed(str):
    """Takes the place of a leaf's saved values (it has none) once the leaf was changed in place."""

    __slots__ = ()


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
    stack: list[Node | None] = list(roots)
    while stack:
        node = stack.pop()
        if node is None:
            # The mark that all parents of the node below it are done.
            order.append(stack.pop())  # type: ignore[arg-type]
        elif node not in seen:
            seen.add(node)
            parents = node.parents
            if parents:
                stack += (node, None)
                for parent in parents:
                    if parent is not None and parent not in seen:
                        stack.append(parent)
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
    released = None if retain_graph else Released(user_place())
    if wanted is None:
        wanted, useful = {node for node in order if node.owner is not None}, None
    else:
        wanted = set(wanted)
        useful = _leading_from(wanted, order)
    cotangents: dict[Node, Array] = {root: cotangent}
    result: dict[Node, Array] = {}
    for node in reversed(order):
        g = cotangents.pop(node, None)
        if g is None:
            # Every path from here to the root goes through an operand without a rule.
            continue
        outline = node.outline
        if outline.small:
            node.cotangent = g
        if node in wanted:
            result[node] = g
        primitive = node.primitive
        if primitive is None:
            continue
        values = node.saved if lift is None else _lifted(node, lift)
        for i, parent in enumerate(node.parents):
            if parent is None or (useful is not None and parent not in useful):
                continue
            rule = primitive.pullbacks[0 if primitive.variadic else i]
            if rule is None:
                continue
            share = rule(g, values, i)
            target = parent.outline
            if target is not outline or share.shape != target.shape:
                share = _fitted(share, target, outline, primitive)
            before = cotangents.get(parent)
            cotangents[parent] = share if before is None else before + share
        if released is not None:
            node.saved = released
    return result


def _leading_from(wanted: Iterable[Node], order: Iterable[Node]) -> set[Node]:
    """The nodes that a change of a `wanted` node would reach: no other needs a cotangent."""
    reached = set(wanted)
    for node in order:
        if not reached.isdisjoint(node.parents):
            reached.add(node)
    return reached


def _fitted(share: Array, target: Outline, source: Outline, primitive: Primitive[..., Any]) -> Array:
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
    if not node.saved:
        return ()
    *operands, out, shapes, parameters = node.saved
    return (
        *(
            value if value is None or parent is None else lift(value, parent)
            for value, parent in zip(operands, node.parents, strict=True)
        ),
        None if out is None else lift(out, node),
        shapes,
        parameters,
    )


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
    if changed:
        _check_changed(order, changed)


def _check_changed(order: Iterable[Node], changed: Sequence[Node]) -> None:
    for node in order:
        for parent, value in zip(node.parents, node.saved or (), strict=False):
            if parent in changed and value is not None and parent is not None:
                raise ChangedValueError(
                    f"{describe(node)} needs the value that {describe(parent)} had when it ran, "
                    f"but that was changed in place (at {parent.saved}): call backward() before "
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
