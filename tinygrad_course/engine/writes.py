"""Writes in place: which memory was overwritten, when and where.

They are noted so that no gradient is computed from a value that has changed.

    note_write(array, what, location)     called by code that overwrites an array
    written_since(array, born)            called before a saved array is used

Time is counted in writes. Each node stores the time at which it was recorded. A backward pass checks
the saved arrays of a node only if there was a write since then.

Memory is identified by the array that allocated it, the base: views, transposes and slices have the
same base. Per base, the smallest range of addresses that contains all writes is kept.
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
    """The time: how many writes there have been."""

    __slots__ = ("now",)

    def __init__(self) -> None:
        self.now = 0


clock = Clock()

FOREVER = float("inf")
"""The time of recording of a node that saves no array, and so has nothing that can change."""


class Write:
    """The writes to the memory of a base: time and location of the last one, and the bounds of all.

    Bounds are None if all of the memory was written. `what` is the name of the array in messages.
    """

    __slots__ = ("base", "bounds", "location", "time", "what")

    def __init__(self, base: "ref[Array]", bounds: "tuple[int, int] | None", what: str) -> None:
        self.base = base
        self.bounds = bounds
        self.what = what
        self.time = 0
        self.location = ""


_writes: dict[int, Write] = {}
"""The writes by the id of the base; an entry is removed when its base is freed."""

_noting = Lock()


def note_write(array: Array, what: Callable[[], str], location: str) -> None:
    """Note that code at `location` just overwrote `array`; `what` returns its name for messages."""
    base = array if array.base is None else _base_of(array)
    is_whole = array is base or array.nbytes == base.nbytes
    key = id(base)
    with _noting:
        write = _writes.get(key)
        if write is None:
            gone = ref(base, lambda _: _writes.pop(key, None))
            bounds = None if is_whole else byte_bounds(array)
            _writes[key] = write = Write(gone, bounds, what())
        elif write.bounds is not None:
            write.bounds = None if is_whole else _around(write.bounds, byte_bounds(array))
        clock.now += 1
        write.time = clock.now
        write.location = location


def written_since(array: Any, born: float) -> Write | None:
    """The last write to the memory of `array`, if there was one after `born`."""
    if not isinstance(array, np.ndarray) or not array.size:
        return None
    write = _writes.get(id(_base_of(array)))
    if write is None or write.time <= born:
        return None
    if write.bounds is None:
        return write
    low, high = byte_bounds(array)
    return write if low < write.bounds[1] and write.bounds[0] < high else None


def _base_of(array: Array) -> Array:
    last, base = array, array.base
    while base is not None:
        if isinstance(base, np.ndarray):
            last = base
        base = getattr(base, "base", None)  # as_strided puts an object in between that is no array
    return last


def _around(first: tuple[int, int], second: tuple[int, int]) -> tuple[int, int]:
    return min(first[0], second[0]), max(first[1], second[1])
