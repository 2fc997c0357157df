"""Convolution as networks have it, a correlation: `conv1d`, `conv2d`, and the three primitives behind them.

z = x ⋆ W is linear in x and in W. So are its transposes, x̄ = z̄ ⋆ᵀ W and W̄ = x ⋆ z̄. Each of the three
is bilinear, and the rules of each are the other two: derivatives of any order follow.

All three see the picture as columns, one for each window, in a buffer that is small enough to stay in the
processor's cache and is used for one part of the batch after the other (im2col). What is left is a product
of matrices.
"""

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..errors import SettingError, ShapeError
from ..lazy import as_numpy
from ..numerics import total
from ..primitive import Array, Shape, primitive
from ..windows import Border, Windows, checked_count, last_axes, per_axis

BUFFER = 2**20
"""Bytes of columns that are made at a time, at most, unless those of one sample are more."""


# --- the three primitives ---------------------------------------------------------------------------


@primitive("conv")
def convolution(
    x: Array,
    weight: Array,
    bias: Array = None,
    *,
    stride: Shape,
    padding: Border,
    dilation: Shape,
    groups: int,
) -> Array:
    """z = x ⋆ W + b;   x̄ = z̄ ⋆ᵀ W,   W̄ = x ⋆ z̄,   b̄ = Σ z̄ over the batch and all windows

    z[n, o, i] = Σ W[o, c, k] x[n, c, i·stride + k·dilation − padding] + b[o], summed over c and k; i and k
    have as many axes as the picture. With groups, output channels see the input channels of their group.

    Shapes: x (n, c, …), weight (o, c / groups, …), bias (o,) or None -> (n, o, …), for one or more last axes.

    Numerics: half precision is multiplied and added up in single.
    """
    windows = Windows(weight.shape[2:], stride, padding, dilation)
    counts = windows.number(x.shape[2:])
    x, weight = as_numpy(x), as_numpy(weight)
    present = [y for y in (x, weight, bias) if y is not None]
    dtype = np.result_type(*present)
    z = np.empty((len(x), len(weight), prod(counts)), _wide(dtype))
    rows = _grouped(weight, groups, z.dtype)
    if bias is not None:
        bias = as_numpy(bias).astype(z.dtype, copy=False)[:, None]
    for part, columns in _columns(x, windows, groups, z.dtype):
        np.matmul(rows, columns, out=z[part].reshape(len(columns), *rows.shape[:2], prod(counts)))
        if bias is not None:
            z[part] += bias
    return z.reshape((len(x), len(weight), *counts)).astype(dtype, copy=False)


@primitive("convᵀ")
def convolution_input(
    z: Array,
    weight: Array,
    *,
    sizes: Shape,
    stride: Shape,
    padding: Border,
    dilation: Shape,
    groups: int,
) -> Array:
    """x = z ⋆ᵀ W, the transpose of `convolution` by its input;   z̄ = x̄ ⋆ W,   W̄ = x̄ ⋆ z

    Each element of z is spread over the window that it would come from. `sizes` are those of the last axes
    of x.

    Shapes: z (n, o, …), weight (o, c / groups, …) -> (n, c, *sizes).
    """
    windows = Windows(weight.shape[2:], stride, padding, dilation)
    counts = windows.number(sizes)
    z, weight = as_numpy(z), as_numpy(weight)
    dtype = np.result_type(z, weight)
    channels = groups * weight.shape[1]
    x = np.zeros((len(z), channels, *sizes), _wide(dtype))
    spread = _grouped(weight, groups, x.dtype).swapaxes(1, 2)
    shape = (len(z), groups, len(weight) // groups, prod(counts))
    cotangents = z.astype(x.dtype, copy=False).reshape(shape)
    meetings = [*windows.offsets(sizes)]
    buffer = _buffer(len(z), (channels, *windows.kernel, *counts), x.dtype)
    for part in _parts(len(z), len(buffer)):
        columns = buffer[: part.stop - part.start]
        shape = (len(columns), *spread.shape[:2], prod(counts))
        np.matmul(spread, cotangents[part], out=columns.reshape(shape))
        target = x[part]
        for k, at, elements in meetings:
            own: Any = (slice(None), slice(None), *k)
            target[elements] += columns[own][at]
    return x.astype(dtype, copy=False)


@primitive("conv W̄")
def convolution_weight(
    x: Array,
    z: Array,
    *,
    kernel: Shape,
    stride: Shape,
    padding: Border,
    dilation: Shape,
    groups: int,
) -> Array:
    """W = x ⋆ z, the transpose of `convolution` by its weight;   x̄ = z ⋆ᵀ W̄,   z̄ = x ⋆ W̄

    Each number of W is the sum of all products which it would be a factor of. `kernel` has the sizes of
    its last axes.

    Shapes: x (n, c, …), z (n, o, …) -> (o, c / groups, *kernel).

    Numerics: half precision is multiplied and added up in single.
    """
    windows = Windows(kernel, stride, padding, dilation)
    x, z = as_numpy(x), as_numpy(z)
    dtype = np.result_type(x, z)
    channels = (z.shape[1], x.shape[1] // groups)
    weight = np.zeros((groups, channels[0] // groups, channels[1] * prod(kernel)), _wide(dtype))
    shape = (len(z), groups, channels[0] // groups, prod(z.shape[2:]))
    cotangents = z.astype(weight.dtype, copy=False).reshape(shape)
    for part, columns in _columns(x, windows, groups, weight.dtype):
        weight += np.matmul(cotangents[part], columns.swapaxes(2, 3)).sum(axis=0)
    return weight.reshape((*channels, *kernel)).astype(dtype, copy=False)


def _wide(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype to add up in."""
    return np.dtype(np.float32) if dtype == np.float16 else dtype


def _grouped(weight: NDArray[Any], groups: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """The weight as one matrix for each group, with a row for each output channel."""
    shape = (groups, len(weight) // groups, prod(weight.shape[1:]))
    return weight.astype(dtype, copy=False).reshape(shape)


def _columns(
    x: NDArray[Any], windows: Windows, groups: int, dtype: np.dtype[Any]
) -> Iterator[tuple[slice, NDArray[Any]]]:
    """Parts of the batch, and what all windows see of them: (samples, groups, c / groups · kernel, windows).

    The columns of a part are overwritten by those of the next.
    """
    channels, counts = x.shape[1], windows.number(x.shape[2:])
    buffer = _buffer(len(x), (channels, *windows.kernel, *counts), dtype)
    bordered = [n + before + after for n, (before, after) in zip(x.shape[2:], windows.padding)]
    picture = np.zeros((len(buffer), channels, *bordered), dtype)
    inside: Any = (..., *(slice(b, b + n) for n, (b, _) in zip(x.shape[2:], windows.padding)))
    seen = _seen(picture, windows)
    for part in _parts(len(x), len(buffer)):
        samples = part.stop - part.start
        picture[:samples][inside] = x[part]
        columns = buffer[:samples]
        np.copyto(columns, seen[:samples])
        rows = channels // groups * prod(windows.kernel)
        yield part, columns.reshape(samples, groups, rows, prod(counts))


def _seen(picture: NDArray[Any], windows: Windows) -> NDArray[Any]:
    """A view of a picture with its border: (samples, channels, *kernel, *windows)."""
    axes = len(windows.kernel)
    spans = [d * (k - 1) + 1 for k, d in zip(windows.kernel, windows.dilation)]
    every = sliding_window_view(picture, spans, tuple(range(2, 2 + axes)))
    steps: Any = [slice(None, None, n) for n in (*windows.stride, *windows.dilation)]
    return every[tuple([slice(None)] * 2 + steps)].transpose(
        (0, 1, *range(2 + axes, 2 + 2 * axes), *range(2, 2 + axes))
    )


def _buffer(samples: int, columns: Shape, dtype: np.dtype[Any]) -> NDArray[Any]:
    """For the columns of as many samples as fit."""
    each = prod(columns) * dtype.itemsize
    return np.zeros((min(samples, max(1, BUFFER // max(1, each))), *columns), dtype)


def _parts(samples: int, length: int) -> Iterator[slice]:
    for start in range(0, samples, max(1, length)):
        yield slice(start, min(start + length, samples))


convolution.vjp(
    x=lambda g, x_shape, weight, stride, padding, dilation, groups: convolution_input(
        g,
        weight,
        sizes=x_shape[2:],
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
    ),
    weight=lambda g, x, weight_shape, stride, padding, dilation, groups: convolution_weight(
        x,
        g,
        kernel=weight_shape[2:],
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
    ),
    bias=lambda g: total(g, axis=(0, *range(2, g.ndim))),
)
convolution_input.vjp(
    z=lambda g, weight, stride, padding, dilation, groups: convolution(
        g, weight, stride=stride, padding=padding, dilation=dilation, groups=groups
    ),
    weight=lambda g, z, weight_shape, stride, padding, dilation, groups: convolution_weight(
        g,
        z,
        kernel=weight_shape[2:],
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
    ),
)
convolution_weight.vjp(
    x=lambda g, x_shape, z, stride, padding, dilation, groups: convolution_input(
        z, g, sizes=x_shape[2:], stride=stride, padding=padding, dilation=dilation, groups=groups
    ),
    z=lambda g, x, stride, padding, dilation, groups: convolution(
        x, g, stride=stride, padding=padding, dilation=dilation, groups=groups
    ),
)


# --- what users call --------------------------------------------------------------------------------


def conv1d(
    x: Array,
    weight: Array,
    bias: Array = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Array:
    """z = x ⋆ W + b along one axis; see `conv2d`.

    Shapes: x (n, c, l), weight (o, c / groups, k), bias (o,) or None -> (n, o, l').
    """
    return _convolved("conv1d", 1, x, weight, bias, stride, padding, dilation, groups)


def conv2d(
    x: Array,
    weight: Array,
    bias: Array = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Array:
    """z = x ⋆ W + b: the correlation of each picture with each kernel

    stride      how far apart the windows are
    padding     how many zeros surround the picture; "same" for as many as keep its size, "valid" for none
    dilation    how far apart the elements of a window are
    groups      1: each output channel sees all input channels; otherwise those of its group

    All but `groups` are whole numbers, or one for each axis.

    Shapes: x (n, c, h, w), weight (o, c / groups, kh, kw), bias (o,) or None -> (n, o, h', w') with
    h' = ⌊(h + 2 padding − dilation (kh − 1) − 1) / stride⌋ + 1.

    Numerics: half precision is multiplied and added up in single.

    Raises: SettingError for settings that are no whole numbers, ShapeError for shapes that don't fit.
    """
    return _convolved("conv2d", 2, x, weight, bias, stride, padding, dilation, groups)


def _convolved(
    name: str,
    axes: int,
    x: Array,
    weight: Array,
    bias: Array,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: Any,
) -> Array:
    x, weight = (np.asarray(y) if isinstance(y, (list, tuple)) else y for y in (x, weight))
    (groups,) = per_axis("groups", groups, 1, 1)
    sizes = last_axes(name, x, axes)
    windows = windows_of(axes, weight.shape[2:], stride, padding, dilation)
    _check(name, axes, x.shape, weight.shape, None if bias is None else np.shape(bias), groups)
    checked_count(name, windows, sizes)
    return convolution(
        *(x, weight) if bias is None else (x, weight, bias),
        stride=windows.stride,
        padding=windows.padding,
        dilation=windows.dilation,
        groups=groups,
    )


def windows_of(axes: int, kernel: Shape, stride: Any, padding: Any, dilation: Any) -> Windows:
    """The windows that the settings of a layer describe.

    Raises: SettingError.
    """
    strides = per_axis("stride", stride, axes, 1)
    dilations = per_axis("dilation", dilation, axes, 1)
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise SettingError(
                f'padding={padding!r}: must be "same", "valid" or whole numbers, such as padding=1'
            )
        if padding == "same" and strides != (1,) * axes:
            raise SettingError(
                f'padding="same" with stride={stride}: the result is smaller than the picture, so write '
                f"whole numbers, such as padding={max(kernel, default=1) // 2}"
            )
        spans = [d * (k - 1) * (padding == "same") for k, d in zip(kernel, dilations)]
        border = tuple((n // 2, n - n // 2) for n in spans)
    else:
        border = tuple((n, n) for n in per_axis("padding", padding, axes, 0))
    return Windows(kernel, strides, border, dilations)


def _check(name: str, axes: int, x: Shape, weight: Shape, bias: Shape | None, groups: int) -> None:
    """Raise ShapeError unless channels, kernels and bias fit."""
    kernel = ("k",) if axes == 1 else ("kh", "kw")
    if len(weight) != axes + 2 or 0 in weight[2:]:
        raise ShapeError(
            f"{name}: weight has shape {weight}, but must be (out, in / groups, {', '.join(kernel)})"
        )
    if weight[0] % groups or weight[1] * groups != x[1]:
        expected = f"{weight[1]}" if groups == 1 else f"{weight[1]} × {groups} groups"
        raise ShapeError(
            f"{name}: x has shape {x} and weight {weight}: weight must be (out, in / groups, "
            f"{', '.join(kernel)}), so x must have {expected} channels, and out be a multiple of "
            f"groups={groups}{channels_last(x, weight[1] * groups)}"
        )
    if bias is not None and bias != weight[:1]:
        raise ShapeError(
            f"{name}: bias has shape {bias}, weight {weight}: bias must be {weight[:1]}, "
            f"one number for each output channel"
        )


def channels_last(x: Shape, channels: int) -> str:
    """How x becomes what is expected if its channels are its last axis; "" if they are not."""
    if x[-1] != channels:
        return ""
    order = (0, len(x) - 1, *range(1, len(x) - 1))
    return f". Its channels are the last axis, so give x.transpose({', '.join(map(str, order))})"
