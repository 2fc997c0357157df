"""Pooling: the largest or the mean of each window of a picture.

A pool is computed for all windows at once, one element of the windows after the other.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import SettingError
from ..lazy import as_numpy
from ..numerics import masked, narrowed, widened
from ..primitive import Array, Shape, primitive
from ..windows import Border, Windows, checked_count, last_axes, per_axis

# --- the largest of each window ---------------------------------------------------------------------


@primitive("max pool")
def max_pool(x: Array, *, kernel: Shape, stride: Shape, padding: Border, dilation: Shape) -> Array:
    """z = the largest of each window;   x̄ = z̄ where x is the first largest of a window

    The border is −∞.

    Shapes: x (n, c, …) -> (n, c, …).

    Numerics: of equal elements the first gets the cotangent. A NaN is the largest.
    """
    windows, x = Windows(kernel, stride, padding, dilation), as_numpy(x)
    sizes = x.shape[2:]
    lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    z = np.full((*x.shape[:2], *windows.number(sizes)), lowest, x.dtype)
    for _, at, elements in windows.offsets(sizes):
        np.maximum(z[at], x[elements], out=z[at])
    return z


def first_of_largest(
    x: Array, largest: Array, kernel: Shape, stride: Shape, padding: Border, dilation: Shape
) -> NDArray[Any]:
    """For each window, the position in it of the first element that is the largest, which is a constant."""
    windows = Windows(kernel, stride, padding, dilation)
    x, largest = as_numpy(constant(x)), as_numpy(constant(largest))
    none = _position(kernel, kernel)
    z = np.zeros(largest.shape, np.uint8 if none < 256 else np.int32)
    is_open = np.ones(largest.shape, bool)
    has_nan = np.isnan(largest).any() if largest.dtype.kind == "f" else False
    for k, at, elements in windows.offsets(x.shape[2:]):
        found = x[elements] == largest[at]
        if has_nan:
            found |= np.isnan(x[elements])
        found &= is_open[at]
        is_open[at] ^= found
        # Products are several times faster than assignments where a mask holds.
        z[at] += found * z.dtype.type(_position(k, kernel))
    z += is_open * z.dtype.type(none)
    return z


def constant(x: Array) -> Array:
    """x without its history, for what has no derivative."""
    return x.detach() if hasattr(x, "detach") else x


def _position(k: Shape, kernel: Shape) -> int:
    """The number of an element of the kernel, row by row; for k = kernel a larger one, that none has."""
    number = 0
    for i, n in zip(k, kernel):
        number = number * n + i
    return number


@primitive("max pool x̄")
def put_at_largest(
    z: Array,
    which: Array,
    *,
    sizes: Shape,
    kernel: Shape,
    stride: Shape,
    padding: Border,
    dilation: Shape,
) -> Array:
    """x = z at the element of each window that `which` names, added up;   z̄ = x̄ at these elements

    Shapes: z (n, c, …), which (n, c, …) -> (n, c, *sizes).
    """
    windows = Windows(kernel, stride, padding, dilation)
    z, which = as_numpy(z), as_numpy(which)
    x = np.zeros((*z.shape[:2], *sizes), widened(z[:0]).dtype)
    for k, at, elements in windows.offsets(sizes):
        x[elements] += masked(z[at], which[at] == _position(k, kernel))
    return narrowed(x, z)


@primitive("max pool z̄")
def take_at_largest(
    x: Array, which: Array, *, kernel: Shape, stride: Shape, padding: Border, dilation: Shape
) -> Array:
    """z = x at the element of each window that `which` names;   x̄ = z̄ at these elements

    Shapes: x (n, c, …), which (n, c, …) -> that of which.
    """
    windows = Windows(kernel, stride, padding, dilation)
    x, which = as_numpy(x), as_numpy(which)
    z = np.zeros(which.shape, x.dtype)
    for k, at, elements in windows.offsets(x.shape[2:]):
        np.copyto(z[at], x[elements], where=which[at] == _position(k, kernel))
    return z


def _from_largest(
    g: Array, x: Array, out: Array, kernel: Shape, stride: Shape, padding: Border, dilation: Shape
) -> Array:
    return put_at_largest(
        *(g, first_of_largest(x, out, kernel, stride, padding, dilation)),
        sizes=x.shape[2:],
        kernel=kernel,
        stride=stride,
        padding=padding,
        dilation=dilation,
    )


max_pool.vjp(x=_from_largest)
put_at_largest.vjp(
    z=lambda g, which, kernel, stride, padding, dilation: take_at_largest(
        g, which, kernel=kernel, stride=stride, padding=padding, dilation=dilation
    ),
    which=None,
)
take_at_largest.vjp(
    x=lambda g, x_shape, which, kernel, stride, padding, dilation: put_at_largest(
        *(g, which),
        sizes=x_shape[2:],
        kernel=kernel,
        stride=stride,
        padding=padding,
        dilation=dilation,
    ),
    which=None,
)


# --- the mean of each window ------------------------------------------------------------------------


@primitive("avg pool")
def avg_pool(x: Array, *, kernel: Shape, stride: Shape, padding: Border, counted: Border) -> Array:
    """z = the mean of each window;   x̄ = the sum of z̄ / elements over the windows that x is in

    The border is 0. `counted` is how much of it counts as elements in the mean.

    Shapes: x (n, c, …) -> (n, c, …).

    Numerics: half precision is added up in single.
    """
    windows, x = _undilated(kernel, stride, padding), as_numpy(x)
    sizes = x.shape[2:]
    wide = _fractions(x)
    z = np.zeros((*x.shape[:2], *windows.number(sizes)), wide)
    for _, at, elements in windows.offsets(sizes):
        z[at] += x[elements]
    z /= counted_elements(windows, sizes, counted).astype(wide)
    return narrowed(z, x)


@primitive("avg pool x̄")
def avg_pool_input(
    z: Array, *, sizes: Shape, kernel: Shape, stride: Shape, padding: Border, counted: Border
) -> Array:
    """x = the sum of z / elements over the windows that x is in;   z̄ = the mean of each window of x̄

    Shapes: z (n, c, …) -> (n, c, *sizes).
    """
    windows, z = _undilated(kernel, stride, padding), as_numpy(z)
    wide = _fractions(z)
    each = z / counted_elements(windows, sizes, counted).astype(wide)
    x = np.zeros((*z.shape[:2], *sizes), wide)
    for _, at, elements in windows.offsets(sizes):
        x[elements] += each[at]
    return narrowed(x, z)


def _undilated(kernel: Shape, stride: Shape, padding: Border) -> Windows:
    return Windows(kernel, stride, padding, (1,) * len(kernel))


def _fractions(x: NDArray[Any]) -> np.dtype[Any]:
    """The dtype of sums and means of x: single precision for half, double for whole numbers."""
    wide: np.dtype[Any] = widened(x[:0]).dtype
    return wide if wide.kind == "f" else np.dtype(np.float64)


def counted_elements(windows: Windows, sizes: Shape, counted: Border) -> NDArray[np.int64]:
    """How many elements each window has, with those of the border that are counted."""
    counts = np.ones((), np.int64)
    for n, m, k, s, (before, _), (front, back) in zip(
        sizes, windows.number(sizes), windows.kernel, windows.stride, windows.padding, counted
    ):
        start = np.arange(m) * s - before
        inside = np.minimum(start + k, n + back) - np.maximum(start, -front)
        counts = counts[..., None] * np.maximum(inside, 1)
    return counts


avg_pool.vjp(
    x=lambda g, x_shape, kernel, stride, padding, counted: avg_pool_input(
        g, sizes=x_shape[2:], kernel=kernel, stride=stride, padding=padding, counted=counted
    )
)
avg_pool_input.vjp(
    z=lambda g, kernel, stride, padding, counted: avg_pool(
        g, kernel=kernel, stride=stride, padding=padding, counted=counted
    )
)


# --- what users call --------------------------------------------------------------------------------


def max_pool1d(
    x: Array,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> Array:
    """z = the largest of each window along one axis; see `max_pool2d`.

    Shapes: x (n, c, l) -> (n, c, l').
    """
    return _largest("max_pool1d", 1, x, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool2d(
    x: Array,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> Array:
    """z = the largest of each window of each channel; the border is −∞

    stride      how far apart the windows are; without it, as far as they are large
    padding     how much border surrounds the picture: at most half of the kernel
    dilation    how far apart the elements of a window are
    ceil_mode   whether what is left at the end of an axis is a window as well, a smaller one

    Shapes: x (n, c, h, w) -> (n, c, h', w') with
    h' = ⌊(h + 2 padding − dilation (kh − 1) − 1) / stride⌋ + 1.

    Numerics: of equal elements the first gets the cotangent, as in PyTorch. A NaN is the largest.

    Raises: SettingError for settings that are no whole numbers, ShapeError for shapes that don't fit.
    """
    return _largest("max_pool2d", 2, x, kernel_size, stride, padding, dilation, ceil_mode)


def avg_pool1d(
    x: Array,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Array:
    """z = the mean of each window along one axis; see `avg_pool2d`.

    Shapes: x (n, c, l) -> (n, c, l').
    """
    return _means("avg_pool1d", 1, x, kernel_size, stride, padding, ceil_mode, count_include_pad)


def avg_pool2d(
    x: Array,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Array:
    """z = the mean of each window of each channel; the border is 0

    stride              how far apart the windows are; without it, as far as they are large
    padding             how much border surrounds the picture: at most half of the kernel
    ceil_mode           whether what is left at the end of an axis is a window as well, a smaller one
    count_include_pad   whether the border counts: if not, the mean is that of the picture's own elements

    Shapes: x (n, c, h, w) -> (n, c, h', w') with h' = ⌊(h + 2 padding − kh) / stride⌋ + 1.

    Raises: SettingError for settings that are no whole numbers, ShapeError for shapes that don't fit.
    """
    return _means("avg_pool2d", 2, x, kernel_size, stride, padding, ceil_mode, count_include_pad)


def adaptive_avg_pool1d(x: Array, output_size: Any) -> Array:
    """z = the means of `output_size` windows along one axis; see `adaptive_avg_pool2d`.

    Shapes: x (n, c, l) -> (n, c, output_size).
    """
    return _adapted("adaptive_avg_pool1d", 1, x, output_size)


def adaptive_avg_pool2d(x: Array, output_size: Any) -> Array:
    """z = the means of windows that are chosen so that the result has a given size

    Window i of m along an axis of n elements goes from ⌊i n / m⌋ to ⌈(i + 1) n / m⌉. A size of None keeps
    that of the picture; 1 is the mean of each channel.

    Shapes: x (n, c, h, w) -> (n, c, *output_size).

    Raises: SettingError for sizes that are no whole numbers, ShapeError for shapes that don't fit.
    """
    return _adapted("adaptive_avg_pool2d", 2, x, output_size)


def _largest(
    name: str,
    axes: int,
    x: Array,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
) -> Array:
    x = np.asarray(x) if isinstance(x, (list, tuple)) else x
    sizes = last_axes(name, x, axes)
    windows = windows_of(axes, kernel_size, stride, padding, dilation)
    if ceil_mode:
        windows = with_the_rest(windows, sizes)
    checked_count(name, windows, sizes)
    return max_pool(x, **windows._asdict())


def _means(
    name: str,
    axes: int,
    x: Array,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    ceil_mode: bool,
    count_include_pad: bool,
) -> Array:
    x = np.asarray(x) if isinstance(x, (list, tuple)) else x
    sizes = last_axes(name, x, axes)
    windows = windows_of(axes, kernel_size, stride, padding, 1)
    counted = windows.padding if count_include_pad else ((0, 0),) * axes
    if ceil_mode:
        windows = with_the_rest(windows, sizes)
    checked_count(name, windows, sizes)
    return avg_pool(
        x, kernel=windows.kernel, stride=windows.stride, padding=windows.padding, counted=counted
    )


def windows_of(axes: int, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Windows:
    """The windows that the settings of a pool describe.

    Raises: SettingError.
    """
    kernels = per_axis("kernel_size", kernel, axes, 1)
    strides = kernels if stride is None else per_axis("stride", stride, axes, 1)
    dilations = per_axis("dilation", dilation, axes, 1)
    border = per_axis("padding", padding, axes, 0)
    if any(p > (d * (k - 1) + 1) // 2 for p, k, d in zip(border, kernels, dilations)):
        raise SettingError(
            f"padding={padding!r} with kernel_size={kernel!r}: a window could lie in the border alone, so "
            f"padding must be at most half of kernel_size"
        )
    return Windows(kernels, strides, tuple((p, p) for p in border), dilations)


def with_the_rest(windows: Windows, sizes: Shape) -> Windows:
    """The windows and, where elements are left at the end of an axis, one more in a longer border."""
    padding = []
    for n, m, k, s, (before, after), d in zip(sizes, windows.number(sizes), *windows):
        left = (n + before + after - d * (k - 1) - 1) % s
        # A window that would begin in the border at the end has no element.
        is_more = left and m * s < n + before
        padding.append((before, after + s - left if is_more else after))
    return windows._replace(padding=tuple(padding))


def _adapted(name: str, axes: int, x: Array, output_size: Any) -> Array:
    x = np.asarray(x) if isinstance(x, (list, tuple)) else x
    sizes = last_axes(name, x, axes)
    if 0 in sizes:
        checked_count(name, Windows((1,) * axes, (1,) * axes, ((0, 0),) * axes, (1,) * axes), sizes)
    given = output_size if isinstance(output_size, (tuple, list)) else (output_size,) * axes
    kept = (
        tuple(n if m is None else m for n, m in zip(sizes, given)) if len(given) == axes else given
    )
    counts = per_axis("output_size", kept, axes, 1)
    if not any(n % m for n, m in zip(sizes, counts)):
        kernel = tuple(n // m for n, m in zip(sizes, counts))
        border = ((0, 0),) * axes
        return avg_pool(x, kernel=kernel, stride=kernel, padding=border, counted=border)
    for axis, (n, m) in enumerate(zip(sizes, counts), 2):
        starts = np.arange(m) * n // m
        ends = -(-(np.arange(m) + 1) * n // m)
        if m > n:  # several windows end with the last element, and an end is an index
            x = np.pad(x, [(0, int(k == axis)) for k in range(x.ndim)])
        # Each window, and the sum from its end to the next one's start, which is left out.
        sums = np.add.reduceat(x, np.stack([starts, ends], 1).ravel()[:-1], axis=axis)
        lengths = (ends - starts).astype(x.dtype if x.dtype.kind == "f" else float)
        every = (slice(None),) * axis + (slice(None, None, 2),)
        x = sums[every] / lengths.reshape((m, *(1,) * (x.ndim - 1 - axis)))
    return x
