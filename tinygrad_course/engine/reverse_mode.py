"""Reverse mode: the walk back along the graph.

It visits the nodes from the result to the leaves, each one after all that use it, and hands every
parent its share of the cotangent: the VJP.

    y = f(x)      forward    node(f) remembers its parents and what f's rule needs
    ȳ = ∂L/∂y     backward   x̄ += rule(ȳ, …)

Nothing here recurses and nothing here knows `Tensor`: to differentiate a derivative
(`create_graph=True`) the caller passes `lift`, which turns a saved array back into a tensor.
"""

from collections.abc import Callable, Iterable, Sequence
from threading import RLock
from typing import Any, TypeAlias

from ..errors import BackwardTwiceError, ChangedValueError
from ..primitive import Array
from . import scopes
from .graph import Node, Released, describe, user_place
from .pullbacks import pullback_of
from .writes import clock, written_since

Lift: TypeAlias = Callable[[Array, Node], Array]


def pullback(
    root: Node,
    cotangent: Array,
    order: Sequence[Node],
    *,
    wanted: Iterable[Node] | None = None,
    retain_graph: bool = False,
    lift: Lift | None = None,
    leaf_hooks: bool = True,
) -> dict[Node, Array]:
    """Walk `order` (which ends in `root`) backward and return the cotangents of `wanted` nodes.

    Without `wanted` these are the nodes whose owner accumulates a gradient: leaves, and results
    with `retain_grad()`. Buffers are released as soon as they are used unless `retain_graph`;
    with `lift` the cotangents are tensors with a graph of their own. Hooks of leaves run unless this
    is a part of a larger pass, which will run them (`leaf_hooks`).

    Raises: BackwardTwiceError, ChangedValueError; nothing has been touched then. RuleError, and
    whatever else a rule raises: the pass has used up the buffers then, but given no gradients.
    """
    useful = None
    if wanted is not None:
        wanted = set(wanted)
        useful = _leading_from(wanted, order)
        order = [node for node in order if node in useful]
        if root not in useful:
            return {}
    if retain_graph:
        with _one_at_a_time:
            return _pass(root, cotangent, order, wanted, useful, lift, leaf_hooks, keep=True)
    return _pass(root, cotangent, order, wanted, useful, lift, leaf_hooks, keep=False)


_one_at_a_time = RLock()
"""Passes look for the buffers that they need, and take them, one after the other; then they run side
by side. One that leaves them in place could meet another on a node: it keeps the lock to its end."""


def _pass(
    root: Node,
    cotangent: Array,
    order: Sequence[Node],
    wanted: set[Node] | None,
    useful: set[Node] | None,
    lift: Lift | None,
    leaf_hooks: bool,
    keep: bool,
) -> dict[Node, Array]:
    observer = scopes.observer()
    if observer is not None:
        check_ready(order)
        observer.starting_back(order)
    saved = _taken(order, keep)
    try:
        return _walk_back(root, cotangent, order, saved, wanted, useful, lift, leaf_hooks, observer)
    except BaseException:
        for node in order:
            node._cotangent = None  # half of the sums, and with `lift` a reference cycle
        raise


def _taken(order: Sequence[Node], keep: bool) -> list[Any]:
    """The saved values of each node, which are gone from the nodes unless `keep`."""
    with _one_at_a_time:
        saved = check_ready(order)
        released = None if keep else Released(user_place())
        for node in order:
            node._cotangent = None
            if released is not None and node.primitive is not None:
                node.saved = released
    return saved


def _walk_back(
    root: Node,
    cotangent: Array,
    order: Sequence[Node],
    saved: list[Any],
    wanted: set[Node] | None,
    useful: set[Node] | None,
    lift: Lift | None,
    leaf_hooks: bool,
    observer: Any,
) -> dict[Node, Array]:
    """The loop of `pullback`: what an operation has received waits in its slot `_cotangent`.

    Leaves add up in a dictionary, since they belong to many graphs and threads. `saved` has the
    saved values of each node; they are gone as soon as they are used.
    """
    result: dict[Node, Array] = {}
    leaves: dict[Node, Array] = {}
    own: set[Node] = set()
    if root.primitive is None:
        leaves[root] = cotangent
    else:
        root._cotangent = cotangent
    for node in reversed(order):
        values = saved.pop()
        primitive = node.primitive
        if primitive is None:
            continue
        g = node._cotangent
        if g is None:
            continue  # every path from here to the root goes through an operand without a rule
        if node.owner is not None and node.hooks:
            node._cotangent = g = _hooked(node, g)
        outline = node.outline
        if not outline.small:
            node._cotangent = None
        elif lift is not None:
            # A tracked cotangent leads back to this node, a reference cycle: the numbers alone stay.
            node._cotangent = _value_of(g)
        if node.owner is not None if wanted is None else node in wanted:
            result[node] = g
        parents: Sequence[Any] = node.parents
        if useful is not None:
            parents = [parent if parent in useful else None for parent in parents]
        if lift is not None:
            values = _lifted(values, node, lift)
        (primitive.pullback or pullback_of(primitive))(g, values, parents, outline, leaves, own)
        if observer is not None:
            observer.handed_out(node, g, parents, leaves)
    for leaf, g in leaves.items():
        if leaf._hooks and leaf_hooks:
            g = _hooked(leaf, g)
        if wanted is None or leaf in wanted:
            result[leaf] = g
        if leaf.outline.small:
            leaf._cotangent = _value_of(g)
    return result


def _hooked(node: Node, g: Array) -> Array:
    """What the hooks of a node make of its cotangent, each of what the one before it made."""
    for hook in tuple(node.hooks.values()):
        g = hook(g)
    return g


def owned(cotangent: Array, node: Node, given: set[int]) -> Array:
    """The cotangent that `node` got, in memory of its own, since people change gradients in place.

    Rules may return the cotangent that they got, or a view of it (x + y gives both the same), and
    small ones stay on the node. `given` has the ids of what was handed out before.
    """
    if node.outline.small:
        return cotangent.copy()
    shared = id(cotangent) in given or getattr(cotangent, "base", None) is not None
    given.add(id(cotangent))
    return cotangent.copy() if shared else cotangent


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


def _lifted(saved: tuple[Any, ...], node: Node, lift: Lift) -> tuple[Any, ...]:
    """The saved values as tensors that remember where they came from."""
    origins = (*node.parents, node)
    lifted = (
        value if value is None or origin is None else lift(value, origin)
        for value, origin in zip(saved, origins, strict=False)
    )
    return (*lifted, *saved[len(origins) :])


def check_ready(order: Sequence[Node]) -> list[Any]:
    """The saved values of each node; raises if one that the pass needs is gone or changed."""
    saved = [node.saved for node in order]
    if Released in map(type, saved):
        raise _backward_twice(order)
    now = clock.now
    for node in [node for node in order if node.born < now]:
        _check_unchanged(node)
    return saved


def _backward_twice(order: Iterable[Node]) -> BackwardTwiceError:
    node = next(node for node in order if isinstance(node.saved, Released))
    return BackwardTwiceError(
        f"a second backward pass reached {describe(node)}, whose buffers the first one "
        f"released (at {node.saved}): run the forward pass again, or say "
        f"backward(retain_graph=True) the first time"
    )


def _check_unchanged(node: Node) -> None:
    """Raise if an array that the node saved, or one whose memory it shares, was written since."""
    for value in node.saved:
        write = written_since(value, node.born)
        if write is not None:
            raise ChangedValueError(
                f"{describe(node)} needs the value that {write.what} had when it ran, "
                f"but that was changed in place (at {write.place}): call backward() before "
                f"the change, or run the forward pass again after it"
            )
