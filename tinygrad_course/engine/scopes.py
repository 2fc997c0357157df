"""Where in the program operations run, and what becomes of them: the one thing that all recorders ask.

    Scope        they are recorded: in a module that runs, in a block with a name, or in neither
    Watched      they are recorded, and an observer is told of each
    Unrecorded   they are not

Which of the three holds is a context variable, so that a thread or an asyncio task that changes it
does not change it for the others.
"""

from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any, Protocol, TypeAlias
from weakref import ref


class Observer(Protocol):
    """Is told of what happens in the graph while its context is open."""

    def recorded(self, node: Any, operands: Sequence[Any], out: Any) -> None:
        """An operation ran, on the values `operands`, and `node` was made for it."""

    def starting_back(self, order: Sequence[Any]) -> None:
        """A backward pass over these nodes is about to begin; nothing has been touched."""

    def handed_out(self, node: Any, g: Any, parents: Sequence[Any], leaves: dict[Any, Any]) -> None:
        """`node` got the cotangent `g` and has handed on what belongs to its parents."""


class Place:
    """A module, or a block with a name: `label` is the module's path, or the block's name.

    It refers to the module weakly: a model may hold its own results, whose graphs hold this. Of a
    module that is gone, `class_name` is what is left.
    """

    __slots__ = ("_module", "class_name", "label")

    def __init__(self, label: str, module: Any = None) -> None:
        self.label = label
        self.class_name = "" if module is None else type(module).__name__
        self._module = None if module is None else ref(module)

    @property
    def is_module(self) -> bool:
        return self._module is not None

    @property
    def module(self) -> Any:
        """The module, if it is one and is still there."""
        return None if self._module is None else self._module()

    def __reduce__(self) -> Any:
        """A copy of a module is another module: its copied place is None, and it gets its own."""
        return type(None), ()


Scope: TypeAlias = "tuple[Place, Scope | None]"
"""A place, and the scope around it; None around the whole program.

Each call of a module is a scope of its own, told from others with `is`. That is a pair, because a pair
is what Python makes fastest.
"""


class Watched:
    """A scope, and the observer of what is recorded in it, whom no node may keep alive."""

    __slots__ = ("observer", "scope")

    def __init__(self, scope: Scope, observer: Observer) -> None:
        self.scope = scope
        self.observer = observer

    def recorded(self, node: Any, operands: Sequence[Any], out: Any) -> None:
        """Tell the observer."""
        node._scope = self.scope
        self.observer.recorded(node, operands, out)


# An empty tuple is false without asking Python code, as recorders do before each operation.
class Unrecorded(tuple[()]):
    """Recording is off; `recording` is what it goes back to where it is switched on again."""

    recording: "Scope | Watched"


Mode: TypeAlias = "Scope | Watched | Unrecorded"

PROGRAM: Scope = (Place(""), None)
"""What is in no other scope."""

mode: "ContextVar[Mode]" = ContextVar("mode", default=PROGRAM)

recording_mode = mode.get
"""What becomes of an operation that runs now; false where it is not recorded."""


def inside(now: Mode, place: Place) -> Mode:
    """The same mode in a scope inside that of now."""
    if isinstance(now, Unrecorded):
        return unrecorded(inside(now.recording, place))
    if isinstance(now, Watched):
        return Watched((place, now.scope), now.observer)
    return place, now


def unrecorded(now: Mode) -> Unrecorded:
    """The same place with recording off."""
    off = Unrecorded()
    off.recording = recording(now)
    return off


def recording(now: Mode) -> "Scope | Watched":
    """The same place with recording on."""
    return now.recording if isinstance(now, Unrecorded) else now


def scope_of(now: Mode) -> Scope:
    """The scope in which operations are recorded, or would be."""
    on = recording(now)
    return on.scope if isinstance(on, Watched) else on


def observer() -> Observer | None:
    """Who looks on right now."""
    now = recording_mode()
    return now.observer if isinstance(now, Watched) else None
