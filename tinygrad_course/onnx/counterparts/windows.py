"""Convolutions and pools."""

import math
from typing import Any

import numpy as np

from ...ops.pooling import counted_elements
from ...windows import Windows
from ..call import Call
from ..graph import Value
from .table import counterpart, without


def _border(call: Call) -> list[int]:
    """ONNX takes all borders before the array, and then all after it."""
    padding = call["padding"]
    return [before for before, _ in padding] + [after for _, after in padding]


@counterpart("convolution")
def _convolution(call: Call, x: Value, weight: Value, bias: Value | None) -> Value:
    if x.dtype == np.float64:
        return _as_product(call, x, weight, bias)
    return call.op(
        "Conv",
        *(v for v in (x, weight, bias) if v is not None),
        strides=list(call["stride"]),
        pads=_border(call),
        dilations=list(call["dilation"]),
        group=call["groups"],
    )


def _as_product(call: Call, x: Value, weight: Value, bias: Value | None) -> Value:
    """The convolution as a product with the elements of all windows: onnxruntime's is in single precision."""
    outputs, inner, *kernel = (call.known(1, axis) for axis in range(len(call.shapes[1])))
    groups, counts = call["groups"], call.shape[2:]
    columns = _windows(call, x, tuple(kernel), call["dilation"], 0.0)
    batch = call.shapes[0][0]
    grouped = call.reshaped(
        columns, (batch, groups, inner * int(np.prod(kernel)), _product(counts))
    )
    rows = call.reshaped(weight, (groups, outputs // groups, inner * int(np.prod(kernel))))
    z = call.reshaped(call.op("MatMul", rows, grouped))
    if bias is None:
        return z
    return z + call.reshaped(bias, (outputs, *(1 for _ in kernel)))


def _product(lengths: Any) -> int:
    return math.prod(lengths)


def _windows(
    call: Call, x: Value, kernel: tuple[int, ...], dilation: tuple[int, ...], border: float
) -> Value:
    """(n, c, elements of the kernel, windows): which elements lie in which window is known."""
    padding, channels = call["padding"], call.known(0, 1)
    sizes = tuple(call.known(0, axis) for axis in range(2, len(call.shapes[0])))
    wide = tuple(n + before + after for n, (before, after) in zip(sizes, padding))
    if any(map(any, padding)):
        sides = np.array([0, 0, *(b for b, _ in padding), 0, 0, *(a for _, a in padding)], np.int64)
        x = call.op("Pad", x, sides, call.graph.constant(np.asarray(border, x.dtype)))
    number = np.arange(_product(wide)).reshape(wide)
    counts = Windows(kernel, call["stride"], padding, dilation).number(sizes)
    at = [
        (np.arange(k) * d).reshape(-1, 1) + np.arange(m) * s
        for k, d, m, s in zip(kernel, dilation, counts, call["stride"], strict=True)
    ]
    # The index of an axis is (elements of the kernel, windows); all kernels come first, then all windows.
    axes = len(kernel)
    shaped = [
        a.reshape(
            [n for j in range(2 * axes) for n in [a.shape[j // axes] if j % axes == i else 1]]
        )
        for i, a in enumerate(at)
    ]
    which = number[tuple(shaped)].reshape(_product(kernel), _product(counts))
    flat = call.reshaped(x, (call.shapes[0][0], channels, _product(wide)))
    return call.op("Gather", flat, which.astype(np.int64), axis=2)


@counterpart("max_pool")
def _max_pool(call: Call, x: Value) -> Value:
    return call.op(
        "MaxPool",
        x,
        kernel_shape=list(call["kernel"]),
        strides=list(call["stride"]),
        pads=_border(call),
        dilations=list(call["dilation"]),
    )


@counterpart("avg_pool")
def _avg_pool(call: Call, x: Value) -> Value:
    """The sum of each window by the number of elements that count, which is known"""
    kernel, stride, padding, counted = (call[k] for k in ("kernel", "stride", "padding", "counted"))
    is_plain = counted == padding or not any(map(any, counted))
    if x.dtype != np.float64 and is_plain:
        return call.op(
            "AveragePool",
            x,
            kernel_shape=list(kernel),
            strides=list(stride),
            pads=_border(call),
            count_include_pad=int(counted == padding),
        )
    columns = _windows(call, x, kernel, (1,) * len(kernel), 0.0)
    total = call.op("ReduceSum", columns, np.array([2], np.int64), keepdims=0)
    sizes = tuple(call.known(0, axis) for axis in range(2, len(call.shapes[0])))
    windows = Windows(kernel, stride, padding, (1,) * len(kernel))
    return call.reshaped(total) / counted_elements(windows, sizes, counted).astype(float)


without(
    "it is the derivative of a convolution or a pool",
    *("convolution_input", "convolution_weight", "avg_pool_input", "put_at_largest"),
    "take_at_largest",
)
