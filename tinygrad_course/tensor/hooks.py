"""Hooks: functions of the user that receive a gradient during the backward pass, and may replace it."""

from collections.abc import Callable
from typing import Any, NoReturn

from ..engine.graph import Node
from ..errors import GraphError
from ..primitive import Array


class HookHandle:
    """What `register_hook` returns. `remove()` removes the hook."""

    def __init__(self, node: Node, hook: Callable[[Array], Array]) -> None:
        hooks: dict[object, Callable[[Array], Array]] | None = node.hooks
        # A leaf whose data are replaced gets a new node, with the same dictionary of hooks.
        self._hooks = node._hooks = {} if hooks is None else hooks
        self._key = object()
        self._hooks[self._key] = hook
        # A backward pass reads the hooks only of nodes that have an owner.
        node.owner = node.owner or no_owner

    def remove(self) -> None:
        """Remove the hook. A second call does nothing."""
        self._hooks.pop(self._key, None)


def no_owner() -> None:
    """The owner of a node that has hooks but fills no .grad."""


class ForReading:
    """Refuses all that would change a gradient in place, which the backward pass would not see."""

    __slots__ = ()

    def _refuse(self, *arguments: Any) -> NoReturn:
        raise GraphError(
            "a hook changes a gradient by returning another one, and what it writes into the gradient that "
            "it was given would be lost: return g * 2, or return np.where(mask, 0.0, g)"
        )

    __setitem__ = _refuse
    __iadd__ = __isub__ = __imul__ = __itruediv__ = __ifloordiv__ = __imod__ = _refuse
    __ipow__ = __imatmul__ = _refuse
