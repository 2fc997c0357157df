"""Sums, means, extremes and spreads along axes; scans."""

import math
from collections.abc import Callable

import numpy as np

from ..call import Call
from ..graph import Value
from .elementwise import numbers_or
from .table import counterpart, without


def reduced(call: Call, kind: str, x: Value, axes: list[int], keepdims: bool) -> Value:
    """One of ONNX' reductions; without axes, x itself."""
    if not axes:
        return x
    if (
        kind == "ReduceSum"
    ):  # in this opset the axes of sums are an operand, those of others an attribute
        return call.op(kind, x, np.array(axes, np.int64), keepdims=int(keepdims))
    return call.op(kind, x, axes=axes, keepdims=int(keepdims))


def _axes(call: Call) -> list[int]:
    return call.axes(len(call.shapes[0]), call["axis"])


def _own(call: Call, kind: str, x: Value, keepdims: bool | None = None) -> Value:
    """A reduction along the axes of the call."""
    return reduced(call, kind, x, _axes(call), call["keepdims"] if keepdims is None else keepdims)


def _reduction(kind: str) -> Callable[[Call, Value], Value]:
    return lambda call, x: _own(call, kind, x)


counterpart("sum")(_reduction("ReduceSum"))
counterpart("mean")(_reduction("ReduceMean"))
counterpart("max")(_reduction("ReduceMax"))
counterpart("min")(_reduction("ReduceMin"))


@counterpart("prod")
def _prod(call: Call, x: Value) -> Value:
    return _own(call, "ReduceProd", x)


@counterpart("logsumexp")
def _logsumexp(call: Call, x: Value) -> Value:
    """ln Σ eˣ, with the largest one taken out, unless it is infinite"""
    largest = _own(call, "ReduceMax", x, keepdims=True)
    is_finite = abs(largest) < math.inf
    top = call.graph.where(is_finite, largest, 0.0)
    z = call.op("Log", _own(call, "ReduceSum", call.op("Exp", x - top), keepdims=True)) + top
    return z if call["keepdims"] else _without_axes(call, z)


def _without_axes(call: Call, x: Value) -> Value:
    """x without the axes of the call, which have length 1."""
    axes = _axes(call)
    return call.op("Squeeze", x, np.array(axes, np.int64)) if axes else x


def _count(call: Call) -> int:
    """How many elements are reduced to one."""
    return math.prod(call.known(0, axis) for axis in _axes(call))


@counterpart("var")
def _var(call: Call, x: Value) -> Value:
    deviation = x - _own(call, "ReduceMean", x, keepdims=True)
    if not call["ddof"]:
        return _own(call, "ReduceMean", deviation * deviation)
    return _own(call, "ReduceSum", deviation * deviation) / float(_count(call) - call["ddof"])


@counterpart("std")
def _std(call: Call, x: Value) -> Value:
    return call.op("Sqrt", _var(call, x))


@counterpart("standardize")
def _standardize(call: Call, x: Value) -> Value:
    axes = call.axes(len(call.shape), call["axes"])
    deviation = x - reduced(call, "ReduceMean", x, axes, True)
    variance = reduced(call, "ReduceMean", deviation * deviation, axes, True)
    return deviation / call.op("Sqrt", variance + float(call["eps"]))


@counterpart("norm")
def _norm(call: Call, x: Value) -> Value:
    order = float(call["ord"])
    if order == 2:
        return call.op("Sqrt", _own(call, "ReduceSum", x * x))
    return call.op("Pow", _own(call, "ReduceSum", call.op("Pow", abs(x), order)), 1 / order)


# --- those that leave out NaN -----------------------------------------------------------------------


def _numbers(call: Call, x: Value) -> Value:
    """1 where x is a number, 0 where it is NaN."""
    return call.graph.cast(call.op("Not", call.op("IsNaN", x)), x.dtype)


@counterpart("nanmean")
def _nanmean(call: Call, x: Value) -> Value:
    count = _own(call, "ReduceSum", _numbers(call, x))
    return _own(call, "ReduceSum", numbers_or(x, 0.0)) / count


@counterpart("nanvar")
def _nanvar(call: Call, x: Value) -> Value:
    numbers = _numbers(call, x)
    mean = _own(call, "ReduceSum", numbers_or(x, 0.0), keepdims=True)
    mean = mean / _own(call, "ReduceSum", numbers, keepdims=True)
    deviation = numbers_or(x - mean, 0.0)
    count = _own(call, "ReduceSum", numbers) - float(call["ddof"])
    return _own(call, "ReduceSum", deviation * deviation) / count


@counterpart("nanstd")
def _nanstd(call: Call, x: Value) -> Value:
    return call.op("Sqrt", _nanvar(call, x))


@counterpart("nanmax")
def _nanmax(call: Call, x: Value) -> Value:
    return _own(call, "ReduceMax", numbers_or(x, -math.inf))


@counterpart("nanmin")
def _nanmin(call: Call, x: Value) -> Value:
    return _own(call, "ReduceMin", numbers_or(x, math.inf))


# --- in order of size -------------------------------------------------------------------------------


def _last(call: Call, x: Value) -> tuple[Value, int]:
    """x with the axes of the call as one, at the end, and how many elements that has."""
    axes, ndim = _axes(call), len(call.shapes[0])
    others = [a for a in range(ndim) if a not in axes]
    moved = call.op("Transpose", x, perm=[*others, *axes]) if ndim else x
    count = _count(call)
    return call.reshaped(moved, (*(call.shapes[0][a] for a in others), count)), count


def ascending(call: Call, x: Value, count: int, axis: int = -1) -> Value:
    """x in order of size along an axis of this length."""
    first, last = np.array([count], np.int64), {"axis": axis, "largest": 0, "sorted": 1}
    return call.graph.first_of_two("TopK", x, first, **last)


@counterpart("sort", "partition")
def _sort(call: Call, x: Value) -> Value:
    """A sorted array is partitioned at any element"""
    if not call.shapes[0]:
        return call.reshaped(x)
    if call["axis"] is None:
        return ascending(
            call,
            call.reshaped(x),
            math.prod(call.known(0, i) for i in range(len(call.shapes[0]))),
            0,
        )
    axis = call["axis"] % len(call.shape)
    return ascending(call, x, call.known(0, axis), axis)


def _middle(call: Call, x: Value) -> Value:
    moved, count = _last(call, x)
    both = np.array([(count - 1) // 2, count // 2], np.int64)
    middle = call.op("Gather", ascending(call, moved, count), both, axis=-1)
    return call.op("ReduceMean", middle, axes=[-1], keepdims=0)


@counterpart("median")
def _median(call: Call, x: Value) -> Value:
    return call.reshaped(_middle(call, x))


without(
    "which elements are in the middle depends on how many are NaN",
    *("nanmedian", "nanquantile", "nanpercentile"),
)
without(
    "which elements they lie between depends on q, which is an operand; median and sort are exported",
    *("quantile", "percentile"),
)


# --- scans ------------------------------------------------------------------------------------------


@counterpart("cumsum")
def _cumsum(call: Call, x: Value) -> Value:
    axis = call["axis"]
    flat = call.reshaped(x) if axis is None or not call.shapes[0] else x
    return call.op("CumSum", flat, np.array(axis or 0, np.int64))


without("ONNX has no scan but CumSum", "cumprod", "running_maximum", "running_minimum")


@counterpart("slice_sums")
def _slice_sums(call: Call, x: Value) -> Value:
    """A product with a matrix of zeros and ones, which sums each slice"""
    ndim = len(call.shapes[0])
    axis = call["axis"] % ndim
    summed = np.add.reduceat(np.eye(call.known(0, axis)), np.asarray(call["indices"]), axis=0).T
    order = [i for i in range(ndim) if i != axis] + [axis]
    last = call.op("Transpose", x, perm=order)
    back = [order.index(i) for i in range(ndim)]
    return call.op("Transpose", call.op("MatMul", last, summed), perm=back)
