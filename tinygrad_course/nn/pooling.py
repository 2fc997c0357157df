"""Pooling layers: the largest or the mean of each window of a picture."""

from typing import Any, ClassVar

from ..ops.pooling import windows_of
from ..primitive import Array
from ..windows import per_axis
from . import functional
from .module import Module
from .settings import truth


class _Pool(Module):
    """What pools share: the windows."""

    _axes: ClassVar[int]

    def _set_windows(self, kernel: Any, stride: Any, padding: Any, dilation: Any = 1) -> None:
        windows = windows_of(self._axes, kernel, stride, padding, dilation)
        self.kernel_size, self.stride = windows.kernel, windows.stride
        self.padding = tuple(n for n, _ in windows.padding)

    def extra_repr(self) -> str:
        settings = {name: getattr(self, name, None) for name in ("stride", "padding", "dilation")}
        defaults = {"stride": self.kernel_size, "padding": (0,) * self._axes}
        shown = [f"kernel_size={_short(self.kernel_size)}"]
        for name, value in settings.items():
            if value not in (None, defaults.get(name, (1,) * self._axes)):
                shown.append(f"{name}={_short(value)}")
        shown += ["ceil_mode=True"] * getattr(self, "ceil_mode", False)
        shown += ["count_include_pad=False"] * (not getattr(self, "count_include_pad", True))
        return ", ".join(shown)


class _MaxPool(_Pool):
    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        *,
        ceil_mode: bool = False,
    ) -> None:
        self._set_windows(kernel_size, stride, padding, dilation)
        self.dilation = per_axis("dilation", dilation, self._axes, 1)
        self.ceil_mode = truth("ceil_mode", ceil_mode)

    def forward(self, x: Array) -> Array:
        pooled = functional.max_pool1d if self._axes == 1 else functional.max_pool2d
        settings = (self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)
        return pooled(x, *settings)


class MaxPool1d(_MaxPool):
    """z = the largest of each window along one axis; the settings are those of `MaxPool2d`.

    Shapes: x (n, c, l) -> (n, c, l').
    """

    _axes = 1


class MaxPool2d(_MaxPool):
    """z = the largest of each window of each channel; the border is −∞

    Of equal elements the first gets the cotangent. See `functional.max_pool2d` for the settings: whole
    numbers, or one for each axis. Without a stride, the windows lie beside each other.

    Shapes: x (n, c, h, w) -> (n, c, h', w') with
    h' = ⌊(h + 2 padding − dilation (kh − 1) − 1) / stride⌋ + 1.

    Raises: SettingError for settings that are no whole numbers, ShapeError for a picture that is too small.
    """

    _axes = 2


class _AvgPool(_Pool):
    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        self._set_windows(kernel_size, stride, padding)
        self.ceil_mode = truth("ceil_mode", ceil_mode)
        self.count_include_pad = truth("count_include_pad", count_include_pad)

    def forward(self, x: Array) -> Array:
        pooled = functional.avg_pool1d if self._axes == 1 else functional.avg_pool2d
        settings = (self.kernel_size, self.stride, self.padding)
        return pooled(x, *settings, self.ceil_mode, self.count_include_pad)


class AvgPool1d(_AvgPool):
    """z = the mean of each window along one axis; the settings are those of `AvgPool2d`.

    Shapes: x (n, c, l) -> (n, c, l').
    """

    _axes = 1


class AvgPool2d(_AvgPool):
    """z = the mean of each window of each channel; the border is 0

    See `functional.avg_pool2d` for the settings: whole numbers, or one for each axis. Without a stride, the
    windows lie beside each other.

    Shapes: x (n, c, h, w) -> (n, c, h', w') with h' = ⌊(h + 2 padding − kh) / stride⌋ + 1.

    Raises: SettingError for settings that are no whole numbers, ShapeError for a picture that is too small.
    """

    _axes = 2


class _AdaptiveAvgPool(Module):
    _axes: ClassVar[int]

    def __init__(self, output_size: Any) -> None:
        given = (
            output_size if isinstance(output_size, (tuple, list)) else (output_size,) * self._axes
        )
        numbers = tuple(1 if n is None else n for n in given)
        checked = per_axis("output_size", numbers, self._axes, 1)
        self.output_size = tuple(None if n is None else m for n, m in zip(given, checked))

    def forward(self, x: Array) -> Array:
        is_one = self._axes == 1
        pooled = functional.adaptive_avg_pool1d if is_one else functional.adaptive_avg_pool2d
        return pooled(x, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={_short(self.output_size)}"


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """z = the means of `output_size` windows along one axis; see `AdaptiveAvgPool2d`.

    Shapes: x (n, c, l) -> (n, c, output_size).
    """

    _axes = 1


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """z = the means of windows that are chosen so that the result has the size `output_size`

    A size of None keeps that of the picture; AdaptiveAvgPool2d(1) is the mean of each channel.

    Shapes: x (n, c, h, w) -> (n, c, *output_size).
    """

    _axes = 2


def _short(value: Any) -> str:
    """(2, 2) as 2."""
    is_one = isinstance(value, tuple) and len(set(value)) == 1
    return repr(value[0] if is_one else value)
