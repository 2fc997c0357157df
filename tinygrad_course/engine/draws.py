"""Random numbers of layers: a pure function of (seed, step, path, call).

    seed, step    of the training step that runs, `step_of(…)`, or of the layer itself
    path          of the layer in its model
    call          0, 1, … for each time that the layer draws in this step

So there is nothing to save: a training that was interrupted draws the same numbers when it goes on at the
same step. A function that runs a second time for the backward pass (`checkpoint`) draws those of the first
time.

    numbers(draw, shape)                 what is drawn
    next_draw(path, seed, calls)         which draw it is
    first_run(), run_again(draws)        around both runs of a function
    is_repeated()                        whether this is a second run: then state must not change again
"""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_WORD = 2**64


class Draw(NamedTuple):
    """What identifies the numbers of one call."""

    seed: int
    step: int
    path: str
    call: int


class Step:
    """A step of training: a context, inside of which the calls of each path are counted."""

    __slots__ = ("_calls", "_token", "number", "seed")

    def __init__(self, seed: int, number: int) -> None:
        self.seed = seed
        self.number = number
        self._calls: dict[str, int] = {}
        self._token: Any = None

    def __enter__(self) -> Step:
        self._calls.clear()
        self._token = _step.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _step.reset(self._token)

    def next_call(self, path: str) -> int:
        """How often this path has drawn before in this step."""
        call = self._calls.get(path, 0)
        self._calls[path] = call + 1
        return call


class _Run:
    """A function that may run again, with what has been drawn in it."""

    def __init__(self, draws: list[Draw], again: bool, around: _Run | None) -> None:
        self.draws = draws
        self.repeats: bool = again or (around is not None and around.repeats)
        self._around = around
        self._left = iter(list(draws)) if again else None

    def next(self, make: Callable[[], Draw]) -> Draw:
        if self._left is not None:
            return next(self._left, None) or make()
        draw = self._around.next(make) if self._around is not None else make()
        self.draws.append(draw)
        return draw


_step: ContextVar[Step | None] = ContextVar("step", default=None)
_run: ContextVar[_Run | None] = ContextVar("run", default=None)


def next_draw(path: str, seed: int, is_own: bool, calls: NDArray[Any]) -> Draw:
    """The draw of a layer that is called now.

    In a training step the seed is that of the step, unless the layer's is its own. Without one it is the
    layer's, and `calls`, its number of calls so far, is counted on.
    """

    def make() -> Draw:
        step = _step.get()
        if step is not None:
            return Draw(seed if is_own else step.seed, step.number, path, step.next_call(path))
        call = int(calls)
        calls[...] = call + 1
        return Draw(seed, 0, path, call)

    run = _run.get()
    return make() if run is None else run.next(make)


@contextmanager
def first_run() -> Iterator[list[Draw]]:
    """Note what is drawn inside, for `run_again`."""
    run = _Run([], False, _run.get())
    token = _run.set(run)
    try:
        yield run.draws
    finally:
        _run.reset(token)


@contextmanager
def run_again(draws: list[Draw]) -> Iterator[None]:
    """Draw the same inside as in the first run."""
    token = _run.set(_Run(draws, True, _run.get()))
    try:
        yield
    finally:
        _run.reset(token)


def is_repeated() -> bool:
    """Whether a function runs again that has run before: what it counts or averages has been counted."""
    run = _run.get()
    return run is not None and run.repeats


def numbers(draw: Draw, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Uniform numbers from 0 to below 1, in single precision: the same for each dtype of a model.

    Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011: Philox, whose
    numbers are a function of a key and a counter.
    """
    key = np.array([draw.seed % _WORD, _of_path(draw.path)], np.uint64)
    counter = np.array([0, 0, draw.call % _WORD, draw.step % _WORD], np.uint64)
    bits = np.random.Philox(key=key, counter=counter)
    return np.random.Generator(bits).random(shape, dtype=np.float32)


@lru_cache(maxsize=1024)
def _of_path(path: str) -> int:
    """A number for a path that is the same in every process, unlike hash()."""
    return int.from_bytes(blake2b(path.encode(), digest_size=8).digest(), "little")
