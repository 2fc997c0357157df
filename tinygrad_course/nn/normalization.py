"""Layers that give their inputs mean 0 and variance 1: per channel of a batch, per row, or per group."""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from ..engine.draws import is_repeated
from ..errors import SettingError, ShapeError
from ..numerics import widened
from ..ops.normalization import standardize
from ..primitive import Array, Shape
from ..tensor import Tensor
from .buffer import Buffer
from .module import Module
from .parameter import Parameter
from .settings import floating, real, shown, truth, whole


class _Normalization(Module):
    """z = x̂ ⊙ γ + β"""

    eps: float
    """ε, which is added to the variance."""

    weight: Parameter | None
    """γ, the scale; None without one."""

    bias: Parameter | None
    """β, the shift; None without one."""

    def _settle(self, eps: Any, shape: Shape, affine: bool, bias: bool, dtype: Any) -> None:
        """Set eps, weight and bias."""
        self.eps = real("eps", eps, "1e-5")
        if self.eps <= 0:
            raise SettingError(
                f"eps={eps}: must be above 0, such as eps=1e-5: equal numbers have variance 0"
            )
        kept_in = floating(dtype)
        ones, zeros = np.ones(shape), np.zeros(shape)
        self.weight = Parameter(ones, dtype=kept_in, name="weight") if affine else None
        self.bias = Parameter(zeros, dtype=kept_in, name="bias") if affine and bias else None

    def _scaled(self, z: Array, shape: Shape) -> Array:
        """z ⊙ γ + β, with γ and β in a shape in which they broadcast."""
        if self.weight is not None:
            z = z * self.weight.reshape(shape)
        return z if self.bias is None else z + self.bias.reshape(shape)


class _BatchNorm(_Normalization):
    """What BatchNorm1d and BatchNorm2d share; they say which inputs they take."""

    _inputs: tuple[int, ...]
    _shapes: str

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        dtype: Any = np.float32,
    ) -> None:
        self.num_features = whole("num_features", num_features, 1)
        if momentum is not None and not 0 <= real("momentum", momentum, "0.1") <= 1:
            raise SettingError(
                f"momentum={momentum}: must be from 0 to 1, the share of the new batch, or None for the "
                f"mean of all batches, such as momentum=0.1"
            )
        self.momentum = momentum
        self.affine = truth("affine", affine)
        self._settle(eps, (self.num_features,), self.affine, True, dtype)
        self.running_mean = self.running_var = self.num_batches_tracked = None
        self.track_running_stats = truth("track_running_stats", track_running_stats)
        if self.track_running_stats:
            n = self.num_features
            self.running_mean = Buffer(np.zeros(n), dtype=floating(dtype), name="running_mean")
            self.running_var = Buffer(np.ones(n), dtype=floating(dtype), name="running_var")
            self.num_batches_tracked = Buffer(np.zeros((), np.int64), name="num_batches_tracked")

    def forward(self, x: Array) -> Array:
        shape = tuple(np.shape(x))
        if len(shape) not in self._inputs or shape[1] != self.num_features:
            raise ShapeError(
                f"the input has shape {shape}, but must be {self._shapes} with {self.num_features} channels "
                f"in axis 1: set num_features to the length of that axis"
            )
        per_channel = (self.num_features,) + (1,) * (len(shape) - 2)
        if not self.training and self.running_mean is not None:
            return self._by_running_statistics(x, per_channel)
        axes = (0, *range(2, len(shape)))
        count = prod(shape[axis] for axis in axes)
        if count < 2:
            raise ShapeError(
                f"the input has shape {shape}, and {count} number{'s' * (count != 1)} per channel, of which "
                f"there is no variance: in training give batches of two rows or more; to predict, use "
                f"model.predict or call model.eval() first"
            )
        z = standardize(x, axes=axes, eps=self.eps)
        if self.training and not is_repeated():
            self._track(x._data if isinstance(x, Tensor) else x, axes, count)
        return self._scaled(z, per_channel)

    def _by_running_statistics(self, x: Array, per_channel: Shape) -> Array:
        mean, var = self.running_mean, self.running_var
        assert mean is not None
        assert var is not None
        scale = 1 / np.sqrt(var + self.eps)
        if self.weight is not None:
            scale = scale * self.weight
        shift = -(mean * scale)
        if self.bias is not None:
            shift = shift + self.bias
        return x * scale.reshape(per_channel) + shift.reshape(per_channel)

    def _track(self, x: Array, axes: tuple[int, ...], count: int) -> None:
        """running ← (1 − momentum) running + momentum · that of this batch"""
        mean, var, tracked = self.running_mean, self.running_var, self.num_batches_tracked
        if mean is None or var is None or tracked is None:
            return
        tracked.update(tracked.data + 1)
        share = 1 / int(tracked.data) if self.momentum is None else self.momentum
        wide = widened(x)
        unbiased = wide.var(axis=axes) * (count / (count - 1))
        for buffer, new in ((mean, wide.mean(axis=axes)), (var, unbiased)):
            buffer.update((1 - share) * buffer.data + share * new)

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.weight is not None}, track_running_stats={self.running_mean is not None}"
        )


class BatchNorm1d(_BatchNorm):
    """z = (x − μ) / √(σ² + ε) ⊙ γ + β, for each of num_features channels by itself

    Shapes: (m, num_features) or (m, num_features, length) -> the same.

    In training μ and σ² are those of the batch, with the biased variance. The running statistics follow them:
    running ← (1 − momentum) running + momentum · new, with the unbiased variance; with momentum=None they
    are the mean of all batches. In evaluation mode, model.eval(), μ and σ² are the running statistics. A
    call under `no_grad` counts as well; one that `checkpoint` repeats counts once.

    Raises: SettingError; DtypeError; ShapeError for another shape, and in training for a single row, which
    has no variance. `fit` never leaves a last batch of one.

    Source: Ioffe, Szegedy, "Batch normalization: accelerating deep network training by reducing internal
    covariate shift", 2015.
    """

    _inputs = (2, 3)
    _shapes = "(rows, channels) or (rows, channels, length)"


class BatchNorm2d(_BatchNorm):
    """`BatchNorm1d` for pictures: each channel is normalized over all rows and positions.

    Shapes: (m, num_features, height, width) -> the same.

    Raises: SettingError; DtypeError; ShapeError for another shape, and in training for a single number per
    channel.
    """

    _inputs = (4,)
    _shapes = "(rows, channels, height, width)"


class LayerNorm(_Normalization):
    """z = (x − μ) / √(σ² + ε) ⊙ γ + β, with μ and σ² of each row by itself, in training and in evaluation

    Shapes: (…, *normalized_shape) -> the same. γ and β have normalized_shape; a number n stands for (n,).

    Raises: SettingError; DtypeError; ShapeError for an input whose last axes are others.

    Source: Ba, Kiros, Hinton, "Layer normalization", 2016.
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
    ) -> None:
        if isinstance(normalized_shape, Sequence) and not isinstance(
            normalized_shape, (str, bytes)
        ):
            lengths = normalized_shape
            shape = tuple(whole(f"normalized_shape[{i}]", n, 1) for i, n in enumerate(lengths))
        else:
            shape = (whole("normalized_shape", normalized_shape, 1),)
        if not shape:
            raise SettingError("normalized_shape=(): must be one length or more, such as (128,)")
        self.normalized_shape = shape
        self.elementwise_affine = truth("elementwise_affine", elementwise_affine)
        self._settle(eps, shape, self.elementwise_affine, truth("bias", bias), dtype)

    def forward(self, x: Array) -> Array:
        n = len(self.normalized_shape)
        if tuple(np.shape(x)[-n:]) != self.normalized_shape:
            expected = ", ".join(map(str, self.normalized_shape))
            raise ShapeError(
                f"the input has shape {tuple(np.shape(x))}, but must be (…, {expected}): set "
                f"normalized_shape to its last axes"
            )
        z = standardize(x, axes=tuple(range(-n, 0)), eps=self.eps)
        return self._scaled(z, self.normalized_shape)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.weight is not None}"
        )


class GroupNorm(_Normalization):
    """z = (x − μ) / √(σ² + ε) ⊙ γ + β, with μ and σ² of each row and each group of channels by itself

    Shapes: (m, num_channels, …) -> the same. γ and β have a number per channel.

    Raises: SettingError, also where the channels don't make equal groups; DtypeError; ShapeError.

    Source: Wu, He, "Group normalization", 2018.
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        dtype: Any = np.float32,
    ) -> None:
        self.num_groups = whole("num_groups", num_groups, 1)
        self.num_channels = whole("num_channels", num_channels, 1)
        if self.num_channels % self.num_groups:
            raise SettingError(
                f"num_groups={shown(num_groups)}: {self.num_channels} channels don't make as many equal "
                f"groups: num_groups must divide num_channels, such as num_groups=1"
            )
        self.affine = truth("affine", affine)
        self._settle(eps, (self.num_channels,), self.affine, True, dtype)

    def forward(self, x: Array) -> Array:
        shape = tuple(np.shape(x))
        if len(shape) < 2 or shape[1] != self.num_channels:
            raise ShapeError(
                f"the input has shape {shape}, but must be (rows, {self.num_channels}, …): set num_channels "
                f"to the length of axis 1"
            )
        groups = (shape[0], self.num_groups, prod(shape[1:]) // self.num_groups)
        z = standardize(x.reshape(groups), axes=(2,), eps=self.eps).reshape(shape)
        return self._scaled(z, (self.num_channels,) + (1,) * (len(shape) - 2))

    def extra_repr(self) -> str:
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, "
            f"affine={self.weight is not None}"
        )
