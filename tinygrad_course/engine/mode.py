"""Whether operations are recorded, in which part of the program, and who observes them.

    Scope        they are recorded: in a module that runs, in a block with a name, or in neither
    Observed     they are recorded, and an observer is told of each
    Unrecorded   they are not recorded

The mode is a context variable, so each thread and each asyncio task has its own. Every recorder reads
it once.
"""

from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any, Protocol, TypeAlias
from weakref import ref


class Observer(Protocol):
    """Is notified of what happens in the graph while its context is open."""

    opens_checkpoints: bool
    """Whether it is told of the operations in a checkpoint, and not of the checkpoint as one operation."""

    def recorded(self, node: Any, operands: Sequence[Any], out: Any) -> None:
        """An operation ran, on the values `operands`, and `node` was made for it."""

    def before_backward(self, order: Sequence[Any]) -> None:
        """A backward pass over these nodes is about to begin; nothing has changed yet."""

    def propagated(self, node: Any, g: Any, parents: Sequence[Any], leaves: dict[Any, Any]) -> None:
        """`node` has the cotangent `g` and has propagated it to its parents."""


class Block:
    """A module, or a named block of code: `label` is the module's path, or the name.

    The reference to the module is weak, since a model may hold its own results, whose graphs hold the
    block. `class_name` remains when the module has been freed.
    """

    __slots__ = ("_module", "class_name", "label")

    def __init__(self, label: str, module: Any = None) -> None:
        self.label = label
        self.class_name = "" if module is None else type(module).__name__
        self._module = None if module is None else ref(module)

    @property
    def is_module(self) -> bool:
        """Whether it is a module, and not a named block of code."""
        return self._module is not None

    @property
    def module(self) -> Any:
        """The module, if it is one and has not been freed."""
        return None if self._module is None else self._module()

    def __reduce__(self) -> Any:
        """A copied block is None, since the copy of a module is another module, with a block of its own."""
        return type(None), ()


Scope: TypeAlias = "tuple[Block, Scope | None]"
"""A block, and the scope around it; None around the whole program.

Each call of a module makes a new scope; scopes are compared with `is`. A scope is a tuple, because
Python creates no other object as fast.
"""


class Observed:
    """A scope, and the observer of what is recorded in it. Nodes hold the scope only, not the observer."""

    __slots__ = ("observer", "scope")

    def __init__(self, scope: Scope, observer: Observer) -> None:
        self.scope = scope
        self.observer = observer

    def recorded(self, node: Any, operands: Sequence[Any], out: Any) -> None:
        """Set the node's scope and notify the observer."""
        node._scope = self.scope
        self.observer.recorded(node, operands, out)


# An empty tuple is false without running Python code, and recorders test this at every operation.
class Unrecorded(tuple[()]):
    """Recording is off; `suspended` is the mode that enable_grad goes back to."""

    suspended: "Scope | Observed"


Mode: TypeAlias = "Scope | Observed | Unrecorded"

PROGRAM: Scope = (Block(""), None)
"""The outermost scope: the whole program."""

mode: "ContextVar[Mode]" = ContextVar("mode", default=PROGRAM)

current_mode = mode.get
"""The mode of an operation that runs now; false if the operation is not recorded."""


def inside(now: Mode, block: Block) -> Mode:
    """The mode inside a block that is entered in the mode `now`."""
    if isinstance(now, Unrecorded):
        return unrecorded(inside(now.suspended, block))
    if isinstance(now, Observed):
        return Observed((block, now.scope), now.observer)
    return block, now


def unrecorded(now: Mode) -> Unrecorded:
    """The same scope with recording off."""
    off = Unrecorded()
    off.suspended = recorded(now)
    return off


def recorded(now: Mode) -> "Scope | Observed":
    """The same scope with recording on."""
    return now.suspended if isinstance(now, Unrecorded) else now


def scope_of(now: Mode) -> Scope:
    """The scope in which operations are recorded, or would be if recording were on."""
    on = recorded(now)
    return on.scope if isinstance(on, Observed) else on


def current_observer() -> Observer | None:
    """The observer of operations that run now, if there is one."""
    now = current_mode()
    return now.observer if isinstance(now, Observed) else None
