"""Writes in place: which memory was overwritten, when and where. So no gradient is computed from a
value that has changed since.

Time is counted in writes. Every node of the graph is born at some time, and a backward pass that
meets a node which was born before the last write looks whether one of its saved arrays lies in
memory that was written after its birth.

    note(array, label, place)             done by whatever overwrites an array
    written_since(array, born)            asked before a saved array is used

Memory is known by the array that owns it: a view, a transpose or a slice has the same owner. What is
compared is the smallest stretch of memory around all writes to it that were noted.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any
from weakref import ref

import numpy as np
from numpy.lib.array_utils import byte_bounds
from numpy.typing import NDArray

Array = NDArray[Any]


class Clock:
    """What time it is: how many writes there have been."""

    __slots__ = ("now",)

    def __init__(self) -> None:
        self.now = 0


clock = Clock()

FOREVER = float("inf")
"""The birth of what saves no array, and so can't become stale."""


class Write:
    """What is remembered of the writes to some memory: the last one's time and place, and how far
    all of them together reached."""

    __slots__ = ("bounds", "owner", "place", "time", "what")

    def __init__(self, owner: "ref[Array]", bounds: "tuple[int, int] | None", what: str) -> None:
        self.owner = owner
        self.bounds = bounds
        self.what = what
        self.time = 0
        self.place = ""


_writes: dict[int, Write] = {}
"""The writes by the id of the array that owns the memory; an entry goes when that does."""

_noting = Lock()


def note(array: Array, what: Callable[[], str], place: str) -> None:
    """Remember that `array` was just overwritten, by code at `place`; `what` says what messages call it."""
    owner = array if array.base is None else _owner(array)
    is_whole = array is owner or array.nbytes == owner.nbytes
    key = id(owner)
    with _noting:
        write = _writes.get(key)
        if write is None:
            gone = ref(owner, lambda _: _writes.pop(key, None))
            bounds = None if is_whole else byte_bounds(array)
            _writes[key] = write = Write(gone, bounds, what())
        elif write.bounds is not None:
            write.bounds = None if is_whole else _around(write.bounds, byte_bounds(array))
        clock.now += 1
        write.time = clock.now
        write.place = place


def written_since(array: Any, born: float) -> Write | None:
    """The last write to the memory of `array`, if there was one after `born`."""
    if not isinstance(array, np.ndarray) or not array.size:
        return None
    write = _writes.get(id(_owner(array)))
    if write is None or write.time <= born:
        return None
    if write.bounds is None:
        return write
    low, high = byte_bounds(array)
    return write if low < write.bounds[1] and write.bounds[0] < high else None


def _owner(array: Array) -> Array:
    owner, base = array, array.base
    while base is not None:
        if isinstance(base, np.ndarray):
            owner = base
        base = getattr(base, "base", None)  # as_strided puts something between that is no array
    return owner


def _around(first: tuple[int, int], second: tuple[int, int]) -> tuple[int, int]:
    return min(first[0], second[0]), max(first[1], second[1])
