"""`Conv1d` and `Conv2d`: the convolution of a layer."""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

from typing import Any, ClassVar

import numpy as np

from ..errors import SettingError, ShapeError
from ..ops.convolution import channels_last, conv1d, conv2d, windows_of
from ..primitive import Array
from ..windows import per_axis
from . import init
from .module import Module
from .parameter import Parameter
from .settings import floating, truth, whole


class _Convolution(Module):
    """What Conv1d and Conv2d share: settings, parameters, and the explanation of a wrong input."""

    _axes: ClassVar[int]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        *,
        rng: init.Rng = None,
        initializer: init.Initializer = init.xavier_uniform,
        dtype: Any = np.float32,
    ) -> None:
        self.in_channels = whole("in_channels", in_channels, 1)
        self.out_channels = whole("out_channels", out_channels, 1)
        self.groups = whole("groups", groups, 1)
        for name, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
            if channels % self.groups:
                raise SettingError(
                    f"{name}={channels}: must be a multiple of groups={groups}, such as {name}="
                    f"{-(-channels // self.groups) * self.groups}"
                )
        self.kernel_size = per_axis("kernel_size", kernel_size, self._axes, 1)
        windows = windows_of(self._axes, self.kernel_size, stride, padding, dilation)
        self.stride, self.dilation = windows.stride, windows.dilation
        is_named = isinstance(padding, str)
        self.padding = padding if is_named else tuple(n for n, _ in windows.padding)
        has_bias, kept_in = truth("bias", bias), floating(dtype)
        shape = (self.out_channels, self.in_channels // self.groups, *self.kernel_size)
        weights = init.drawn(initializer, shape, rng=rng, dtype=kept_in)
        self.weight = Parameter(weights, dtype=kept_in, name="weight")
        self.bias = (
            Parameter(init.zeros(shape[:1], dtype=kept_in), name="bias") if has_bias else None
        )

    def forward(self, x: Array) -> Array:
        convolved = conv1d if self._axes == 1 else conv2d
        settings = (self.stride, self.padding, self.dilation, self.groups)
        try:
            return convolved(x, self.weight, self.bias, *settings)
        except ShapeError as error:
            raise self._explained(np.shape(x), error) from None

    def _explained(self, found: tuple[int, ...], error: ShapeError) -> ShapeError:
        n = self.in_channels
        if len(found) != self._axes + 2 or found[1] == n:
            return error
        last = ("length",) if self._axes == 1 else ("height", "width")
        way_out = (
            channels_last(found, n) or f": set in_channels={found[1]} if these are its channels"
        )
        return ShapeError(
            f"the input has shape {found}, but must be (batch, {n}, {', '.join(last)}), with "
            f"in_channels={n}{way_out}"
        )

    def extra_repr(self) -> str:
        defaults = {"stride": 1, "padding": 0, "dilation": 1}
        settings = [f"kernel_size={_short(self.kernel_size)}"]
        for name, default in defaults.items():
            value = getattr(self, name)
            if value != (default,) * self._axes:
                settings.append(f"{name}={_short(value)}")
        settings += [f"groups={self.groups}"] * (self.groups != 1)
        return (
            f"in_channels={self.in_channels}, out_channels={self.out_channels}, "
            f"{', '.join(settings)}, bias={self.bias is not None}"
        )


class Conv1d(_Convolution):
    """z = x ⋆ W + b along one axis

    Shapes: x (n, in_channels, l), weight (out_channels, in_channels / groups, k), bias (out_channels,)
    -> (n, out_channels, l').

    Settings, initial values and errors are those of `Conv2d`.
    """

    _axes = 1


class Conv2d(_Convolution):
    """z = x ⋆ W + b: the correlation of each picture with each kernel

        Conv2d(3, 16, 3, padding="same", rng=0)

    kernel_size   how many elements a window has along each axis; a number or one for each axis, as are
    stride        how far apart the windows are,
    padding       how many zeros surround the picture ("same" for as many as keep its size, "valid" for none),
    dilation      and how far apart the elements of a window are
    groups        1: each output channel sees all input channels; otherwise those of its group

    Shapes: x (n, in_channels, h, w), weight (out_channels, in_channels / groups, kh, kw),
    bias (out_channels,) -> (n, out_channels, h', w') with
    h' = ⌊(h + 2 padding − dilation (kh − 1) − 1) / stride⌋ + 1.

    The bias is initialized to 0. `rng` is a generator or a seed for the initializer.

    Raises: SettingError for settings that are no whole numbers, and channels that are no multiples of groups;
    DtypeError for a dtype that is not floating point; ShapeError for an input that does not have
    in_channels channels, or is smaller than a window.
    """

    _axes = 2


def _short(value: Any) -> str:
    """(3, 3) as 3."""
    is_one = isinstance(value, tuple) and len(set(value)) == 1
    return repr(value[0] if is_one else value)
