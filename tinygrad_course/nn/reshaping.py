"""Layers without numbers of their own, that pass their input on in another shape, or as it is."""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from ..errors import SettingError, ShapeError
from ..primitive import Array
from .module import Module
from .settings import axis_of, shown, whole


class Identity(Module):
    """z = x.   Stands where a layer has been taken out."""

    def forward(self, x: Array) -> Array:
        return x


class Flatten(Module):
    """z = x with the axes from start_dim to end_dim in one.

    Shapes: (m, a, b, …) -> (m, a b …): by default each row becomes a vector.

    Raises: SettingError; ShapeError for an input without these axes.
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = _axis("start_dim", start_dim)
        self.end_dim = _axis("end_dim", end_dim)

    def forward(self, x: Array) -> Array:
        shape = tuple(np.shape(x))
        n = len(shape)
        start, end = (d + n * (d < 0) for d in (self.start_dim, self.end_dim))
        if not 0 <= start <= end < n:
            raise ShapeError(
                f"the input has shape {shape}, which has no axes from {self.start_dim} to {self.end_dim}: "
                f"give a batch with one row per sample, or set start_dim and end_dim"
            )
        return x.reshape((*shape[:start], prod(shape[start : end + 1]), *shape[end + 1 :]))

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """z = x with the axis dim as several: the inverse of `Flatten`.

    Shapes: (m, a b …) -> (m, a, b, …) for Unflatten(1, (a, b, …)). One length may be −1.

    Raises: SettingError; ShapeError for an axis of another length.
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        self.dim = _axis("dim", dim)
        if isinstance(unflattened_size, (str, bytes)) or not isinstance(unflattened_size, Sequence):
            raise SettingError(
                f"unflattened_size={shown(unflattened_size)}: must be a tuple of lengths, such as "
                f"unflattened_size=(3, 64, 64)"
            )
        self.unflattened_size = tuple(
            whole(f"unflattened_size[{i}]", n, -1) for i, n in enumerate(unflattened_size)
        )
        if self.unflattened_size.count(-1) > 1:
            raise SettingError(
                f"unflattened_size={self.unflattened_size}: only one length may be -1, which stands for "
                f"what is left"
            )

    def forward(self, x: Array) -> Array:
        shape = tuple(np.shape(x))
        dim = self.dim + len(shape) * (self.dim < 0)
        length = shape[dim] if 0 <= dim < len(shape) else 0
        known = prod(n for n in self.unflattened_size if n != -1)
        free = -1 in self.unflattened_size
        if not 0 <= dim < len(shape) or (length % max(known, 1) if free else length != known):
            raise ShapeError(
                f"the input has shape {shape}, but axis {self.dim} must have "
                f"{'a multiple of ' * free}{known} elements, to become {self.unflattened_size}"
            )
        sizes = (length // max(known, 1) if n == -1 else n for n in self.unflattened_size)
        return x.reshape((*shape[:dim], *sizes, *shape[dim + 1 :]))

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


def _axis(name: str, value: Any) -> int:
    try:
        return axis_of(value)
    except SettingError as error:
        raise SettingError(str(error).replace("axis=", f"{name}=")) from None
