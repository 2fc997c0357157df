"""Products of vectors, matrices and more axes; linear algebra."""

import string
from typing import Any

import numpy as np

from ..call import Call
from ..graph import Value
from .shaping import sliced
from .table import counterpart, same_as, without

same_as(matmul="MatMul", det="Det")


@counterpart("linear")
def _linear(call: Call, x: Value, weight: Value, bias: Value | None) -> Value:
    if len(call.shape) == 2:
        return call.op("Gemm", x, weight, *([] if bias is None else [bias]), transB=1)
    z = call.op("MatMul", x, call.op("Transpose", weight, perm=[1, 0]))
    return z if bias is None else z + bias


def _einsum(call: Call, equation: str, *operands: Value) -> Value:
    return call.op("Einsum", *operands, equation=equation)


@counterpart("dot")
def _dot(call: Call, x: Value, y: Value) -> Value:
    x_ndim, y_ndim = (len(shape) for shape in call.shapes)
    if not (x_ndim and y_ndim):
        return x * y
    if y_ndim <= 2:
        return call.op("MatMul", x, y)
    return _summed(call, x, y, [x_ndim - 1], [y_ndim - 2])


@counterpart("tensordot")
def _tensordot(call: Call, x: Value, y: Value) -> Value:
    x_ndim, y_ndim = (len(shape) for shape in call.shapes)
    axes = call["axes"]
    if not np.iterable(axes):
        return _summed(call, x, y, list(range(x_ndim - axes, x_ndim)), list(range(axes)))
    x_axes, y_axes = axes
    return _summed(
        call, x, y, call.axes(x_ndim, _listed(x_axes)), call.axes(y_ndim, _listed(y_axes))
    )


def _listed(axes: Any) -> list[int]:
    return list(axes) if np.iterable(axes) else [axes]


def _summed(call: Call, x: Value, y: Value, x_axes: list[int], y_axes: list[int]) -> Value:
    """Σ x y over pairs of axes."""
    letters = iter(string.ascii_letters)
    of_x = [next(letters) for _ in call.shapes[0]]
    of_y = [next(letters) for _ in call.shapes[1]]
    for a, b in zip(x_axes, y_axes, strict=True):
        of_y[b] = of_x[a]
    free = [c for i, c in enumerate(of_x) if i not in x_axes]
    free += [c for i, c in enumerate(of_y) if i not in y_axes]
    return _einsum(call, f"{''.join(of_x)},{''.join(of_y)}->{''.join(free)}", x, y)


@counterpart("einsum")
def _einsum_of(call: Call, *operands: Value) -> Value:
    return _einsum(call, call["subscripts"].replace(" ", ""), *operands)


@counterpart("vecdot")
def _vecdot(call: Call, x: Value, y: Value) -> Value:
    return call.op("ReduceSum", x * y, np.array([-1], np.int64), keepdims=0)


@counterpart("matvec")
def _matvec(call: Call, x: Value, y: Value) -> Value:
    last = np.array([-1], np.int64)
    return call.op("Squeeze", call.op("MatMul", x, call.op("Unsqueeze", y, last)), last)


@counterpart("vecmat")
def _vecmat(call: Call, x: Value, y: Value) -> Value:
    before_last = np.array([-2], np.int64)
    return call.op(
        "Squeeze", call.op("MatMul", call.op("Unsqueeze", x, before_last), y), before_last
    )


@counterpart("outer")
def _outer(call: Call, x: Value, y: Value) -> Value:
    column, row = (np.array(shape, np.int64) for shape in ((-1, 1), (1, -1)))
    return call.op("Reshape", x, column) * call.op("Reshape", y, row)


@counterpart("cross")
def _cross(call: Call, x: Value, y: Value) -> Value:
    def turned(v: Value, *order: int) -> Value:
        return call.op("Gather", v, np.array(order, np.int64), axis=-1)

    return turned(x, 1, 2, 0) * turned(y, 2, 0, 1) - turned(x, 2, 0, 1) * turned(y, 1, 2, 0)


@counterpart("polynomial")
def _polynomial(call: Call, p: Value, x: Value) -> Value:
    """Horner's scheme"""
    z = x * 0.0
    for k in range(call.known(0, 0)):
        z = z * x + call.op("Gather", p, np.array(k, np.int64), axis=0)
    return z


@counterpart("convolve")
def _convolve(call: Call, x: Value, y: Value) -> Value:
    """A correlation with the reversed operand, in a border of zeros"""
    length, own = (call.known(i, 0) if call.shapes[i] else 1 for i in (0, 1))
    if own > length:
        x, y, length, own = y, x, own, length
    full = length + own - 1
    border = [own - 1, own - 1]
    picture = call.reshaped(x, (1, 1, length))
    kernel = call.reshaped(
        sliced(call, call.reshaped(y, (own,)), {0: slice(None, None, -1)}), (1, 1, own)
    )
    z = call.reshaped(call.op("Conv", picture, kernel, pads=border), (full,))
    start = (full - (call.shape[0] or 0)) // 2
    return sliced(call, z, {0: slice(start, start + (call.shape[0] or 0))})


@counterpart("log_determinant")
def _log_determinant(call: Call, x: Value) -> Value:
    z = call.op("Det", x)
    first = np.array([0], np.int64)
    parts = [call.op("Sign", z), call.op("Log", abs(z))]
    return call.op("Concat", *(call.op("Unsqueeze", part, first) for part in parts), axis=0)


without("ONNX solves no linear systems", "inv", "pinv", "solve")
without(
    "ONNX has no decompositions of matrices",
    *("cholesky", "eigenpairs", "eigvalsh", "qr_complement", "qr_factors", "singular_triplets"),
    *("svd_complement", "svdvals"),
)
