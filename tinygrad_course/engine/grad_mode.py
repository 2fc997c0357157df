"""Contexts that set the mode: whether operations are recorded, in which block, and who observes them.

    with no_grad():          # evaluate without building a graph
        accuracy(model(x), y)

    @no_grad()               # the same for a whole function
    def predict(x): ...

    with scope("encoder"):   # drawings put a frame around what is recorded inside
        h = np.tanh(x @ w)

They are safe with threads and asyncio tasks; see mode.py.
"""

import inspect
from collections.abc import Callable
from contextlib import ContextDecorator
from contextvars import Token
from typing import Any, TypeVar

from ..errors import UnsupportedError
from .mode import Block, Mode, Observed, current_mode, inside, mode, recorded, scope_of, unrecorded

F = TypeVar("F", bound=Callable[..., Any])


def is_grad_enabled() -> bool:
    """Whether operations on tensors that require a gradient are recorded right now."""
    return bool(current_mode())


_SUSPENDED = (
    inspect.iscoroutinefunction,
    inspect.isgeneratorfunction,
    inspect.isasyncgenfunction,
)


class Context(ContextDecorator):
    """Sets the mode in a `with` block or a decorated function, and restores it afterwards."""

    def __init__(self, function: Any = None) -> None:
        if function is not None:
            raise UnsupportedError(f"write @{type(self).__name__}(), with the parentheses")
        self._tokens: list[Token[Mode]] = []

    def __call__(self, function: F) -> F:
        if isinstance(function, type):
            raise UnsupportedError(
                f"{type(self).__name__}() decorates functions, and {function.__name__} is a class: "
                f"decorate its methods"
            )
        if any(suspends(inspect.unwrap(function)) for suspends in _SUSPENDED):
            raise UnsupportedError(
                f"{type(self).__name__}() can't decorate {function.__name__}, which is a generator or a "
                f"coroutine: write `with {type(self).__name__}():` inside it, around the computation"
            )
        return super().__call__(function)

    def _recreate_cm(self) -> "Context":
        # One object per call of a decorated function: two threads may run it at once.
        return type(self)()

    def _mode(self, now: Mode) -> Mode:
        """The mode inside the block, if it is `now` outside."""
        raise NotImplementedError

    def __enter__(self) -> None:
        self._tokens.append(mode.set(self._mode(mode.get())))

    def __exit__(self, *error: object) -> None:
        mode.reset(self._tokens.pop())


class no_grad(Context):
    """Operations inside are not recorded; their results require no gradient."""

    def _mode(self, now: Mode) -> Mode:
        return unrecorded(now)


class enable_grad(Context):
    """Operations inside are recorded, even within `no_grad`."""

    def _mode(self, now: Mode) -> Mode:
        return recorded(now)


class scope(Context):
    """Groups the operations inside: drawings put a frame with this name around them."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def _recreate_cm(self) -> "scope":
        return scope(self.name)

    def _mode(self, now: Mode) -> Mode:
        return inside(now, Block(self.name))


class Observing(Context):
    """A context that observes what is recorded inside it. Subclasses implement `Observer`."""

    opens_checkpoints: bool = False
    """Whether it is told of the operations in a checkpoint, and not of the checkpoint as one operation."""

    def _mode(self, now: Mode) -> Mode:
        observer: Any = self
        observed = Observed(scope_of(now), observer)
        return observed if now else unrecorded(observed)
