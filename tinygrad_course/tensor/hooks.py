"""Hooks: functions of the user's that see a gradient on its way back, and may replace it."""

from collections.abc import Callable

from ..engine.graph import Node
from ..primitive import Array


class HookHandle:
    """What `register_hook` returns. `remove()` takes the hook away again."""

    def __init__(self, node: Node, hook: Callable[[Array], Array]) -> None:
        hooks: dict[object, Callable[[Array], Array]] | None = node.hooks
        # A leaf whose data are replaced passes its hooks on to the node that takes its place.
        self._hooks = node._hooks = {} if hooks is None else hooks
        self._key = object()
        self._hooks[self._key] = hook
        # A backward pass asks only nodes that have an owner for hooks.
        node.owner = node.owner or no_owner

    def remove(self) -> None:
        """Have the hook called no more; a second call does nothing."""
        self._hooks.pop(self._key, None)


def no_owner() -> None:
    """The owner of a node with hooks that fills no .grad."""
