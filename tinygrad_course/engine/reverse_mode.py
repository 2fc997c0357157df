"""Reverse mode: the backward pass through the graph.

    y = f(x)      forward    node(f) remembers its parents and what the rule of f needs
    ȳ = ∂L/∂y     backward   x̄ += rule(ȳ, …)

The pass visits the nodes from the result to the leaves, each one after all nodes that use it. The
pullback of each node propagates its cotangent to its parents.

Nothing here recurses, and nothing here knows `Tensor`. To differentiate a derivative
(`create_graph=True`) the caller passes `lift`, which turns a saved array back into a tensor.
"""

from collections.abc import Iterable, Sequence
from threading import RLock
from typing import Any

from ..errors import BackwardTwiceError, ChangedValueError
from ..primitive import Array
from .graph import Lift, Node, Released, describe, values_of
from .mode import Observer, current_observer
from .pullbacks import pullback_of
from .saved import Sampled, is_released, lifted
from .source_lines import user_location
from .writes import clock, written_since


def backward_pass(
    root: Node,
    cotangent: Array,
    order: Sequence[Node],
    *,
    wanted: Iterable[Node] | None = None,
    retain_graph: bool = False,
    lift: Lift | None = None,
    leaf_hooks: bool = True,
) -> dict[Node, Array]:
    """Propagate a cotangent of `root` through `order`, which ends in `root`.

    Returns the cotangents of the `wanted` nodes. By default these are the nodes whose owner accumulates
    a gradient: leaves, and results with `retain_grad()`. Saved values are released as soon as they are
    used unless `retain_graph`. With `lift` the cotangents are tensors with a graph of their own. Hooks
    of leaves run unless `leaf_hooks` is false, as in a pass that is part of a larger one.

    Raises: BackwardTwiceError and ChangedValueError, before anything changes; RuleError, and any
    exception of a rule, after which the saved values are released and no gradient has changed.
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
"""Held while a pass takes the saved values of its nodes. After that, passes of several threads run
concurrently. Passes that retain the graph could meet on a node, so they hold the lock to their end."""


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
    observer = current_observer()
    if observer is not None:
        check_ready(order)
        observer.before_backward(order)
    saved = _taken(order, keep)
    try:
        return _propagated(
            root, cotangent, order, saved, wanted, useful, lift, leaf_hooks, observer
        )
    except BaseException:
        for node in order:
            node._cotangent = None  # partial sums, and with `lift` a reference cycle
        raise


def _taken(order: Sequence[Node], keep: bool) -> list[Any]:
    """The saved values of each node. They are released from the nodes unless `keep`."""
    with _one_at_a_time:
        saved = check_ready(order)
        released = None if keep else Released(user_location())
        for node in order:
            node._cotangent = None
            if released is not None and node.primitive is not None:
                node.saved = released
    return saved


def _propagated(
    root: Node,
    cotangent: Array,
    order: Sequence[Node],
    saved: list[Any],
    wanted: set[Node] | None,
    useful: set[Node] | None,
    lift: Lift | None,
    leaf_hooks: bool,
    observer: Observer | None,
) -> dict[Node, Array]:
    """The loop of `backward_pass`. A node's contributions are summed in its slot `_cotangent`.

    Cotangents of leaves are summed in a dictionary, since leaves belong to many graphs and threads.
    `saved` has the saved values of each node; they are popped, and so freed, one by one.
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
            continue  # all paths from here to the root lead through an operand without a rule
        if node.owner is not None and node.hooks:
            node._cotangent = g = _hooked(node, g)
        spec = node.spec
        if not spec.small:
            node._cotangent = None
        elif lift is not None:
            # A tracked cotangent refers to this node, which would be a cycle: keep its array only.
            node._cotangent = values_of(g)
        if node.owner is not None if wanted is None else node in wanted:
            result[node] = g
        parents: Sequence[Any] = node.parents
        if useful is not None:
            parents = [parent if parent in useful else None for parent in parents]
        if lift is not None:
            values = lifted(values, node, lift)
        (primitive.pullback or pullback_of(primitive))(g, values, parents, spec, leaves, own)
        if observer is not None:
            observer.propagated(node, values_of(g), parents, leaves)
    for leaf, g in leaves.items():
        if leaf._hooks and leaf_hooks:
            g = _hooked(leaf, g)
        if wanted is None or leaf in wanted:
            result[leaf] = g
        if leaf.spec.small:
            leaf._cotangent = values_of(g)
    return result


def _hooked(node: Node, g: Array) -> Array:
    """The cotangent after the hooks of a node. Each hook receives what the previous one returned."""
    for hook in tuple(node.hooks.values()):
        g = hook(g)
    return g


def unshared(cotangent: Array, node: Node, taken: set[int]) -> Array:
    """The cotangent of `node` in memory of its own, since users change gradients in place.

    A rule may return its own g, or a view of it (x + y returns the same array for both), and small
    cotangents stay on the node. `taken` has the ids of the arrays that are already gradients.
    """
    if node.spec.small:
        return cotangent.copy()
    is_shared = id(cotangent) in taken or getattr(cotangent, "base", None) is not None
    taken.add(id(cotangent))
    return cotangent.copy() if is_shared else cotangent


def _leading_from(wanted: Iterable[Node], order: Iterable[Node]) -> set[Node]:
    """The `wanted` nodes and those that depend on them: no others need a cotangent."""
    reached = set(wanted)
    for node in order:
        if not reached.isdisjoint(node.parents):
            reached.add(node)
    return reached


def check_ready(order: Sequence[Node]) -> list[Any]:
    """The saved values of each node; raises if one of them was released or has changed."""
    saved = [node.saved for node in order]
    kinds = set(map(type, saved))
    if Released in kinds:
        raise _backward_twice(order)
    now = clock.now
    for node in [node for node in order if node.born < now]:
        _check_unchanged(node)
    if Sampled in kinds:
        _check_constants(order)
    return saved


def _backward_twice(order: Iterable[Node]) -> BackwardTwiceError:
    node = next(filter(is_released, order))
    return BackwardTwiceError(
        f"a second backward pass reached {describe(node)}, whose buffers the first one "
        f"released (at {node.saved}): run the forward pass again, or say "
        f"backward(retain_graph=True) the first time"
    )


def _check_constants(order: Iterable[Node]) -> None:
    """Raise if an array of the user's that a node saved was overwritten since, as far as a sample tells."""
    for node in order:
        saved: Any = node.saved
        i = saved.changed() if isinstance(saved, Sampled) else None
        if i is not None:
            array, primitive = saved[i], node.primitive
            assert primitive is not None
            operand = primitive.operands[0 if primitive.variadic else i]
            raise ChangedValueError(
                f"{describe(node)} needs its operand {operand!r}, an array of shape {array.shape}, as it was "
                f"when the operation ran, but it was overwritten since: call backward() before that, or "
                f"give the operation a copy, {operand}.copy()"
            )


def _check_unchanged(node: Node) -> None:
    """Raise if the memory of an array that the node saved was overwritten since."""
    for value in node.saved:
        write = written_since(value, node.born)
        if write is not None:
            raise ChangedValueError(
                f"{describe(node)} needs the value that {write.what} had when it ran, "
                f"but that was changed in place (at {write.location}): call backward() before "
                f"the change, or run the forward pass again after it"
            )
