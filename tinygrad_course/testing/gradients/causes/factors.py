"""Constant factors by which a gradient may be off, in the words of who forgot them."""

import numpy as np

from ..point import Point


def sizes_of(point: Point) -> dict[int, str]:
    """What is that long, or has that many entries: the m of a 1/m."""
    sizes: dict[int, str] = {}
    arrays = [(name, np.shape(x)) for name, x in zip(point.names, point.arrays, strict=True)]
    arrays += [("the output", shape) for shape in point.shapes]
    for name, shape in arrays:
        for axis, length in enumerate(shape):
            sizes.setdefault(length, f"the length of axis {axis} of {name}")
    for name, shape in arrays:
        sizes.setdefault(int(np.prod(shape)), f"the number of entries of {name}")
    return sizes


def in_words(ratio: float, sizes: dict[int, str], only_simple: bool) -> str | None:
    """What it says of a gradient that it is this many times the right one.

    `only_simple` leaves out what is neither a whole number nor one part of it.
    """
    size = abs(ratio)
    signed = "its sign is wrong, and " if ratio < 0 else ""
    if np.isclose(size, 1, rtol=1e-4):
        few = f"it is {ratio:.8g} times the right one: a constant with too few digits?"
        return "its sign is wrong" if ratio < 0 else None if only_simple else few
    large = _whole(size)
    if large:
        return f"{signed}it is {large} times too large: {_excess(large, sizes)}"
    small = _whole(1 / size)
    if small:
        return f"{signed}it is {small} times too small: {_lack(small, sizes)}"
    return None if only_simple else f"it is {ratio:.6g} times the right one: a wrong factor"


def _whole(size: float) -> int:
    nearest = round(size)
    return nearest if 1 < nearest < 1e7 and np.isclose(size, nearest, rtol=1e-4) else 0


def _excess(k: int, sizes: dict[int, str]) -> str:
    if k == 2:
        return "a factor of 2 too much?"
    if k in sizes:
        return f"1/m is missing, with m = {k}, {sizes[k]}?"
    return f"a factor too much, or 1/m is missing, with m = {k} examples?"


def _lack(k: int, sizes: dict[int, str]) -> str:
    if k == 2:
        return "a factor of 2 is missing, as the derivative of a square brings it?"
    if k in sizes:
        return f"a mean in place of a sum, or one 1/m too many, with m = {k}, {sizes[k]}?"
    return f"a factor of {k} is missing?"
