"""The table: for each primitive the function that writes its nodes, or the reason why there is none."""

from collections.abc import Callable
from typing import Any, TypeAlias

from ..call import Call
from ..graph import Value

Counterpart: TypeAlias = Callable[..., Value]
"""Takes the `Call`, and the values of the operands."""

COUNTERPARTS: dict[str, Counterpart] = {}
"""The counterpart of each primitive that has one, by its name."""

WITHOUT: dict[str, str] = {}
"""Why the others have none."""


def counterpart(*names: str) -> Callable[[Counterpart], Counterpart]:
    """Register a function as the counterpart of these primitives."""

    def register(function: Counterpart) -> Counterpart:
        COUNTERPARTS.update(dict.fromkeys(names, function))
        return function

    return register


def same_as(**kinds: str) -> None:
    """Primitives that are one node, without attributes: abs="Abs"."""
    for name, kind in kinds.items():
        COUNTERPARTS[name] = _node(kind)


def _node(kind: str) -> Counterpart:
    def one_node(call: Call, *operands: Any) -> Value:
        return call.op(kind, *operands)

    return one_node


def without(reason: str, *names: str) -> None:
    """Say why these primitives have no counterpart."""
    WITHOUT.update(dict.fromkeys(names, reason))
