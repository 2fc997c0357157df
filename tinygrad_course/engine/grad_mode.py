"""Whether operations are recorded, and who looks on: `no_grad`, `enable_grad`, `is_grad_enabled`.

    with no_grad():          # evaluate without building a graph
        accuracy(model(x), y)

    @no_grad()               # the same for a whole function
    def predict(x): ...

The mode is a context variable, so that a thread or an asyncio task that turns recording off does
not turn it off for the others. It is False, True, or an `Observer`: then operations are recorded,
and the observer is told of each.
"""

import inspect
from collections.abc import Callable, Sequence
from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from typing import Any, Protocol, TypeVar

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


_mode: "ContextVar[bool | Observer]" = ContextVar("mode", default=True)
_observer: "ContextVar[Observer | None]" = ContextVar("observer", default=None)

recording_mode = _mode.get
"""False, True, or the observer."""


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

    def __init__(self) -> None:
        self._tokens: list[tuple[Token[Any], ...]] = []

    def __call__(self, function: F) -> F:
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
        return (_mode.set(_observer.get() or True),)


class Observing(Context):
    """A context that is its own observer, of what is recorded inside."""

    def _set(self) -> tuple[Token[Any], ...]:
        observer: Any = self
        now = observer if is_grad_enabled() else False
        return _observer.set(observer), _mode.set(now)
