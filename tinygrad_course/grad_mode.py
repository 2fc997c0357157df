"""Whether operations are recorded: `no_grad`, `enable_grad`, `is_grad_enabled`.

    with no_grad():          # evaluate without building a graph
        accuracy(model(x), y)

    @no_grad()               # the same for a whole function
    def predict(x): ...

The mode is a context variable, so that a thread or an asyncio task that turns recording off does
not turn it off for the others.
"""

import inspect
from collections.abc import Callable
from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from typing import Any, TypeVar

from .errors import UnsupportedError

F = TypeVar("F", bound=Callable[..., Any])

_recording: ContextVar[bool] = ContextVar("recording", default=True)

is_grad_enabled = _recording.get
"""Whether operations on tensors that require a gradient are recorded right now."""


_SUSPENDED = (
    inspect.iscoroutinefunction,
    inspect.isgeneratorfunction,
    inspect.isasyncgenfunction,
)


class _GradMode(ContextDecorator):
    """Sets the mode inside a `with` block or a decorated function, and restores it behind."""

    mode: bool

    def __init__(self) -> None:
        self._tokens: list[Token[bool]] = []

    def __call__(self, function: F) -> F:
        if any(suspends(inspect.unwrap(function)) for suspends in _SUSPENDED):
            raise UnsupportedError(
                f"{type(self).__name__}() can't decorate {function.__name__}, which is suspended and goes "
                f"on later: open `with {type(self).__name__}():` inside it, around what computes"
            )
        return super().__call__(function)

    def _recreate_cm(self) -> "_GradMode":
        # One object for each call of a decorated function: two threads may be inside at once.
        return type(self)()

    def __enter__(self) -> None:
        self._tokens.append(_recording.set(self.mode))

    def __exit__(self, *error: object) -> None:
        _recording.reset(self._tokens.pop())


class no_grad(_GradMode):
    """Operations inside are not recorded; their results require no gradient."""

    mode = False


class enable_grad(_GradMode):
    """Operations inside are recorded, even within `no_grad`."""

    mode = True
