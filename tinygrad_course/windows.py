"""Windows that slide over the last axes of an array, as kernels and pools do: how many, and where.

A window begins every `stride` elements and takes `kernel` of them, `dilation` apart. The array has a border
of `padding` elements before and after along each axis. No border is stored: for each element of the
kernel, `offsets` tells which windows it lies inside of the array for, and at which elements.
"""

import operator
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple, TypeAlias

from .errors import SettingError, ShapeError
from .primitive import Shape

Slices: TypeAlias = tuple[Any, ...]
"""An index whose first element is an ellipsis: of the last axes."""

Border: TypeAlias = tuple[tuple[int, int], ...]
"""How many elements are before and after the array, along each axis."""


class Windows(NamedTuple):
    """Where the windows are, with one number for each axis."""

    kernel: Shape
    stride: Shape
    padding: Border
    dilation: Shape

    def number(self, sizes: Shape) -> Shape:
        """How many windows there are along axes of these sizes; not above 0 where none fits."""
        return tuple(
            (n + before + after - d * (k - 1) - 1) // s + 1
            for n, k, s, (before, after), d in zip(sizes, *self)
        )

    def offsets(self, sizes: Shape) -> Iterator[tuple[Shape, Slices, Slices]]:
        """For each element of the kernel, where it lies in the array for some window: its index in the
        kernel, these windows, and the elements of the array."""
        counts = self.number(sizes)
        axes = [
            [_meeting(k * d, n, m, s, before) for k in range(kernel)]
            for n, m, kernel, s, (before, _), d in zip(sizes, counts, *self)
        ]
        for at in product(*map(range, self.kernel)):
            meetings = [axis[k] for axis, k in zip(axes, at)]
            if all(meetings):
                windows, elements = zip(*filter(None, meetings))
                yield at, (..., *windows), (..., *elements)


def _meeting(
    offset: int, size: int, count: int, stride: int, before: int
) -> tuple[slice, slice] | None:
    """Which windows an element of the kernel lies inside of the array for, along one axis."""
    shift = before - offset
    first = max(0, -(-shift // stride))
    stop = min(count, (size - 1 + shift) // stride + 1)
    if stop <= first:
        return None
    start = first * stride - shift
    return slice(first, stop), slice(start, start + (stop - 1 - first) * stride + 1, stride)


def per_axis(name: str, value: Any, axes: int, least: int) -> Shape:
    """A setting as one whole number for each axis: a single number is that of all.

    Raises: SettingError.
    """
    given = tuple(value) if isinstance(value, (tuple, list)) else (value,) * axes
    whole = tuple(map(_index, given))
    if len(whole) != axes or any(n is None or n < least for n in whole):
        several = (
            f", or {axes} of them, such as {name}=({', '.join(['3'] * axes)})" if axes > 1 else ""
        )
        shown = repr(value) if len(repr(value)) <= 60 else f"<{type(value).__name__}>"
        raise SettingError(f"{name}={shown}: must be a whole number, at least {least}{several}")
    return tuple(n for n in whole if n is not None)


def _index(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)
    except TypeError:
        return None


def last_axes(name: str, x: Any, axes: int) -> Shape:
    """The sizes of the last axes of a batch with channels.

    Raises: ShapeError unless x has them, a batch axis and one of channels.
    """
    if x.ndim != axes + 2:
        letters = ("length",) if axes == 1 else ("height", "width")
        found = x.shape
        way_out = ""
        if x.ndim == axes + 1:
            way_out = (
                f": for one {'picture' if axes == 2 else 'sequence'} give x[None]; "
                f"for a batch with a single channel x[:, None]"
            )
        elif x.ndim == 2 and axes == 2:
            way_out = ": for one grey picture give x[None, None]"
        raise ShapeError(
            f"{name}: x has shape {found}, but must be (batch, channels, {', '.join(letters)}){way_out}"
        )
    sizes: Shape = x.shape[2:]
    return sizes


def checked_count(name: str, windows: Windows, sizes: Shape) -> Shape:
    """How many windows there are.

    Raises: ShapeError where none fits.
    """
    count = windows.number(sizes)
    if any(n < 1 for n in count):
        spans = tuple(d * (k - 1) + 1 for k, d in zip(windows.kernel, windows.dilation))
        padded = tuple(n + sum(border) for n, border in zip(sizes, windows.padding))
        raise ShapeError(
            f"{name}: no window of {_by(spans)} elements fits in {_by(sizes)}"
            + (f", with its border {_by(padded)}" if padded != sizes else "")
            + ": use a smaller kernel, fewer or smaller strides before it, or more padding"
        )
    return count


def _by(sizes: Shape) -> str:
    return "×".join(map(str, sizes))
