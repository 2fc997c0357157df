"""Whether operations are recorded, in which part of the program, and who looks on.

    with no_grad():          # evaluate without building a graph
        accuracy(model(x), y)

    @no_grad()               # the same for a whole function
    def predict(x): ...

    with scope("encoder"):   # drawings put a frame around what is recorded inside
        h = np.tanh(x @ w)

The mode is a context variable, so that a thread or an asyncio task that turns recording off does
not turn it off for the others. It is False, or the `Scope` in which operations are recorded, or that
scope `Watched` by an observer who is told of each.
"""

import inspect
from collections.abc import Callable, Sequence
from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

from ..errors import UnsupportedError

F = TypeVar("F", bound=Callable[..., Any])


class Observer(Protocol):
    """Is told of what happens in the graph while its context is open."""

    def recorded(self, node: Any, operands: Sequence[Any], out: Any) -> None:
        """An operation ran, on the values `operands`, and `node` was made for it."""

    def starting_back(self, order: Sequence[Any]) -> None:
        """A backward pass over these nodes is about to begin; nothing has been touched."""

    def handed_out(self, node: Any, g: Any, parents: Sequence[Any], leaves: dict[Any, Any]) -> None:
        """`node` got the cotangent `g` and has handed on what belongs to its parents."""


class Scope:
    """A part of the program: a module that runs, or a block with a name. Nodes remember theirs.

    label       the module's path, or the block's name
    module      a weak reference to the module; None for a block
    outer       the scope around it; None for the whole program
    """

    __slots__ = ("label", "module", "outer")

    observer: "Observer | None" = None

    def __init__(self, label: str, module: Any, outer: "Scope | None") -> None:
        self.label = label
        self.module = module
        self.outer = outer

    def inner(self, label: str, module: Any = None) -> "Scope | Watched":
        """A scope inside this one."""
        return Scope(label, module, self)


class Watched:
    """A scope, and the observer of what is recorded in it, whom no node may keep alive."""

    __slots__ = ("observer", "scope")

    def __init__(self, scope: Scope, observer: Observer) -> None:
        self.scope = scope
        self.observer = observer

    def inner(self, label: str, module: Any = None) -> "Watched":
        """A scope inside this one, under the same observer's eyes."""
        return Watched(Scope(label, module, self.scope), self.observer)

    def recorded(self, node: Any, operands: Sequence[Any], out: Any) -> None:
        """Tell the observer."""
        node._scope = self.scope
        self.observer.recorded(node, operands, out)


Mode: TypeAlias = "Literal[False] | Scope | Watched"

PROGRAM = Scope("", None, None)
"""What is in no other scope."""

_mode: "ContextVar[Mode]" = ContextVar("mode", default=PROGRAM)
_when_on: "ContextVar[Scope | Watched]" = ContextVar("when_on", default=PROGRAM)
"""The mode that `enable_grad` goes back to within `no_grad`."""

recording_mode = _mode.get
"""False, the scope, or the watched scope."""

enter = _mode.set
leave = _mode.reset


def current_scope() -> Scope:
    """The scope in which operations are recorded, or would be if recording were on."""
    mode = recording_mode() or _when_on.get()
    return mode.scope if isinstance(mode, Watched) else mode


def is_grad_enabled() -> bool:
    """Whether operations on tensors that require a gradient are recorded right now."""
    return recording_mode() is not False


_SUSPENDED = (
    inspect.iscoroutinefunction,
    inspect.isgeneratorfunction,
    inspect.isasyncgenfunction,
)


class Context(ContextDecorator):
    """Sets the mode inside a `with` block or a decorated function, and restores it behind."""

    def __init__(self, function: Any = None) -> None:
        if function is not None:
            raise UnsupportedError(f"write @{type(self).__name__}(), with the parentheses")
        self._tokens: list[tuple[Token[Any], ...]] = []

    def __call__(self, function: F) -> F:
        if isinstance(function, type):
            raise UnsupportedError(
                f"{type(self).__name__}() decorates functions, and {function.__name__} is a class: "
                f"decorate its methods"
            )
        if any(suspends(inspect.unwrap(function)) for suspends in _SUSPENDED):
            raise UnsupportedError(
                f"{type(self).__name__}() can't decorate {function.__name__}, which is suspended and goes "
                f"on later: open `with {type(self).__name__}():` inside it, around what computes"
            )
        return super().__call__(function)

    def _recreate_cm(self) -> "Context":
        # One object for each call of a decorated function: two threads may be inside at once.
        return type(self)()

    def _set(self) -> tuple[Token[Any], ...]:
        """Set what the context stands for; returns how to undo it."""
        raise NotImplementedError

    def __enter__(self) -> None:
        self._tokens.append(self._set())

    def __exit__(self, *error: object) -> None:
        for token in self._tokens.pop():
            token.var.reset(token)


class no_grad(Context):
    """Operations inside are not recorded; their results require no gradient."""

    def _set(self) -> tuple[Token[Any], ...]:
        return (_mode.set(False),)


class enable_grad(Context):
    """Operations inside are recorded, even within `no_grad`."""

    def _set(self) -> tuple[Token[Any], ...]:
        return (_mode.set(recording_mode() or _when_on.get()),)


class scope(Context):
    """Operations inside belong together: drawings put a frame with this name around them."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def _recreate_cm(self) -> "scope":
        return scope(self.name)

    def _set(self) -> tuple[Token[Any], ...]:
        mode = recording_mode()
        inner = (mode or _when_on.get()).inner(self.name)
        return _when_on.set(inner), _mode.set(mode and inner)


class Observing(Context):
    """A context that is its own observer, of what is recorded inside."""

    def _set(self) -> tuple[Token[Any], ...]:
        observer: Any = self
        mode = recording_mode()
        watched = Watched(current_scope(), observer)
        return _when_on.set(watched), _mode.set(mode and watched)
