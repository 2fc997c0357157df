"""Moving, joining and selecting elements."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..call import Call
from ..graph import Value
from .table import counterpart, without


@counterpart("reshape")
def _reshape(call: Call, x: Value) -> Value:
    return call.reshaped(x)


@counterpart("squeeze")
def _squeeze(call: Call, x: Value) -> Value:
    shape, axis = call.shapes[0], call["axis"]
    axes = (
        [i for i, n in enumerate(shape) if n == 1] if axis is None else call.axes(len(shape), axis)
    )
    return call.op("Squeeze", x, np.array(axes, np.int64)) if axes else x


@counterpart("expand_dims")
def _expand_dims(call: Call, x: Value) -> Value:
    axes = call.axes(len(call.shape), call["axis"])
    return call.op("Unsqueeze", x, np.array(axes, np.int64)) if axes else x


def _permuted(permute: Callable[[Any, Call], Any]) -> Callable[[Call, Value], Value]:
    def transposed(call: Call, x: Value) -> Value:
        # An array whose lengths are 0, 1, 2, … has no elements, and tells where each axis goes.
        order = permute(np.empty(range(len(call.shape))), call).shape
        return call.op("Transpose", x, perm=list(order)) if order else x

    return transposed


counterpart("transpose")(_permuted(lambda x, call: np.transpose(x, call["axes"])))
counterpart("swapaxes")(_permuted(lambda x, call: np.swapaxes(x, call["axis1"], call["axis2"])))
counterpart("moveaxis")(
    _permuted(lambda x, call: np.moveaxis(x, call["source"], call["destination"]))
)


@counterpart("broadcast_to")
def _broadcast_to(call: Call, x: Value) -> Value:
    # Expand leaves an axis as it is for which it gets 1: no length has to be known of one that stays.
    own = (None,) * (len(call.shape) - len(call.shapes[0])) + call.shapes[0]
    added = len(call.shape) - len(call.shapes[0])
    stays = [i >= added and n == m for i, (n, m) in enumerate(zip(own, call.shape))]
    return call.op(
        "Expand", x, call.lengths(tuple(1 if s else n for s, n in zip(stays, call.shape)))
    )


@counterpart("flip")
def _flip(call: Call, x: Value) -> Value:
    axes = call.axes(len(call.shape), call["axis"])
    return sliced(call, x, {axis: slice(None, None, -1) for axis in axes})


@counterpart("roll")
def _roll(call: Call, x: Value) -> Value:
    shift, axis = call["shift"], call["axis"]
    if axis is None:
        if None in call.shape:
            call.refuse("all elements are rolled, and how many there are depends on the batch")
        count = math.prod(n or 0 for n in call.shape)
        return call.reshaped(_rolled(call, call.reshaped(x, (count,)), shift, 0, count))
    for s, a in (
        zip(*np.broadcast_arrays(shift, axis))
        if np.ndim(shift) or np.ndim(axis)
        else [(shift, axis)]
    ):
        x = _rolled(call, x, int(s), int(a), call.known(0, int(a)))
    return x


def _rolled(call: Call, x: Value, shift: int, axis: int, length: int) -> Value:
    return call.op("Gather", x, np.roll(np.arange(length), shift), axis=axis)


@counterpart("astype")
def _astype(call: Call, x: Value) -> Value:
    return call.graph.cast(x, call.dtype)


def _as_matrix(call: Call, x: Value) -> Value:
    """A vector as NumPy takes it: each row of a square matrix"""
    return x if len(call.shapes[0]) > 1 else call.op("Expand", x, call.lengths(call.shape))


@counterpart("tril")
def _tril(call: Call, x: Value) -> Value:
    return call.op("Trilu", _as_matrix(call, x), np.array(call["k"], np.int64), upper=0)


@counterpart("triu")
def _triu(call: Call, x: Value) -> Value:
    return call.op("Trilu", _as_matrix(call, x), np.array(call["k"], np.int64), upper=1)


@counterpart("concatenate")
def _concatenate(call: Call, *arrays: Value) -> Value:
    axis = call["axis"]
    if axis is None:
        arrays, axis = tuple(call.op("Reshape", x, np.array([-1], np.int64)) for x in arrays), 0
    return call.op("Concat", *arrays, axis=axis)


@counterpart("stack")
def _stack(call: Call, *arrays: Value) -> Value:
    axis = call["axis"] % len(call.shape)
    return call.op(
        "Concat", *(call.op("Unsqueeze", x, np.array([axis], np.int64)) for x in arrays), axis=axis
    )


@counterpart("pad")
def _pad(call: Call, x: Value) -> Value:
    width = call["width"]
    if not width:
        return x
    sides = np.array([before for before, _ in width] + [after for _, after in width], np.int64)
    value = np.asarray(call["value"])
    if value.ndim:
        call.refuse("its border has several values")
    return call.op("Pad", x, sides, call.graph.constant(value.astype(x.dtype)), mode="constant")


@counterpart("linspace")
def _linspace(call: Call, start: Value, stop: Value) -> Value:
    axis = call["axis"] % len(call.shape)
    t = np.linspace(0, 1, call["num"], call["endpoint"])
    t = t.reshape([-1 if i == axis else 1 for i in range(len(call.shape))])
    first, last = (_with_axis(call, x, i, axis) for i, x in enumerate((start, stop)))
    return first * (1 - t) + last * t


def _with_axis(call: Call, x: Value, operand: int, axis: int) -> Value:
    """An operand with the axis of the result that it has not."""
    missing = len(call.shape) - 1 - len(call.shapes[operand])
    place = axis - missing
    if place <= 0:  # it is before all axes of this operand
        return x if not call.shapes[operand] else call.op("Unsqueeze", x, np.array([0], np.int64))
    return call.op("Unsqueeze", x, np.array([place], np.int64))


# --- an index ---------------------------------------------------------------------------------------

_END = np.iinfo(np.int64).max
_BEFORE_START = np.iinfo(np.int64).min


def sliced(call: Call, x: Value, slices: dict[int, slice]) -> Value:
    """x[…, slice, …] for slices by axis; those that take everything are left out."""
    kept = {a: s for a, s in slices.items() if s != slice(None) and s != slice(None, None, 1)}
    if not kept:
        return x
    starts, stops, steps = [], [], []
    for s in kept.values():
        step = 1 if s.step is None else int(s.step)
        starts.append((0 if step > 0 else _END) if s.start is None else int(s.start))
        stops.append((_END if step > 0 else _BEFORE_START) if s.stop is None else int(s.stop))
        steps.append(step)
    lists = [np.array(numbers, np.int64) for numbers in (starts, stops, list(kept), steps)]
    return call.op("Slice", x, *lists)


@counterpart("getitem")
def _getitem(call: Call, x: Value) -> Value:
    """First the slices, then the new axes, then numbers and arrays, as NumPy defines an index"""
    parts = _for_each_axis(call, call["index"])
    axes = [part for part in parts if part is not None]
    x = sliced(call, x, {a: s for a, s in enumerate(axes) if isinstance(s, slice)})
    new = [i for i, part in enumerate(parts) if part is None]
    if new:
        x = call.op("Unsqueeze", x, np.array(new, np.int64))
    chosen = {i: part for i, part in enumerate(parts) if not isinstance(part, (slice, type(None)))}
    if not chosen:
        return x
    if len(chosen) == 1 or all(
        np.ndim(p) == 0 for p in chosen.values() if not isinstance(p, Value)
    ):
        if len(chosen) > 1 and any(isinstance(p, Value) for p in chosen.values()):
            call.refuse("one of its several indices is computed from the input")
        for axis in sorted(chosen, reverse=True):  # from the back, since numbers remove axes
            x = call.op("Gather", x, _as_index(chosen[axis]), axis=axis)
        return x
    if any(isinstance(p, Value) for p in chosen.values()):
        call.refuse("one of its several indices is computed from the input")
    return _taken_together(call, x, parts, chosen)


def _as_index(part: Any) -> Any:
    return part if isinstance(part, Value) else np.asarray(part, np.int64)


def _for_each_axis(call: Call, index: Any) -> list[Any]:
    """Slices, numbers, integer arrays or values, one per axis; and None for each new axis."""
    parts: list[Any] = []
    for part in index if isinstance(index, tuple) else (index,):
        if isinstance(part, list):
            part = np.asarray(part)
        is_mask = isinstance(part, (bool, np.bool_)) or getattr(part, "dtype", None) == np.bool_
        if is_mask and np.ndim(part) == 0:
            call.refuse("True or False stands in its index")
        parts += list(np.nonzero(part)) if is_mask else [part]
    ndim = len(call.shapes[0])
    given = sum(part is not None and part is not Ellipsis for part in parts)
    rest = [slice(None)] * (ndim - given)
    for i, part in enumerate(parts):
        if part is Ellipsis:
            return [*parts[:i], *rest, *parts[i + 1 :]]
    return parts + rest


def _taken_together(call: Call, x: Value, parts: list[Any], chosen: dict[int, Any]) -> Value:
    """Elements at several index arrays: their axes are made one, of which the elements are gathered."""
    lengths = iter(call.shapes[0])
    known = [1 if part is None else next(lengths) for part in parts]
    for axis, part in enumerate(parts):
        if isinstance(part, slice) and known[axis] is not None:
            known[axis] = len(range(*part.indices(known[axis])))  # type: ignore[arg-type]
    sizes = [known[axis] for axis in chosen]
    if None in sizes:
        call.refuse("its index arrays select along the axis of the batch")
    given = np.broadcast_arrays(*(np.asarray(p) for p in chosen.values()))
    arrays = [np.where(a < 0, a + n, a) for a, n in zip(given, sizes)]
    flat = np.ravel_multi_index(tuple(arrays), tuple(sizes)) if arrays[0].size else arrays[0]  # type: ignore[arg-type]
    axes = list(chosen)
    # NumPy puts the result where the arrays were if these are side by side, and in front otherwise.
    place = axes[0] if axes == list(range(axes[0], axes[-1] + 1)) else 0
    others = [a for a in range(len(parts)) if a not in chosen]
    order = [*others[:place], *axes, *others[place:]]
    moved = call.op("Transpose", x, perm=order)
    merged = [known[a] for a in others]
    merged.insert(place, int(np.prod(sizes)))  # type: ignore[arg-type]
    return call.op(
        "Gather", call.reshaped(moved, tuple(merged)), np.asarray(flat, np.int64), axis=place
    )


without("it is the derivative of an index", "scatter_add")
