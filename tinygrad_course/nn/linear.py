"""`Linear`: the affine map of a layer."""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

from typing import Any

import numpy as np

from ..errors import SettingError, ShapeError
from ..ops.affine import linear
from ..primitive import Array
from . import init
from .module import Module
from .parameter import Parameter


class Linear(Module):
    """z = x Wᵀ + b

    Shapes: x (…, in_features), weight (out_features, in_features), bias (out_features,)
    -> (…, out_features). The course's Z = W X + b is the same with a sample in each column.

    The bias is initialized to 0. `rng` is a generator or a seed for the initializer.

    Raises: SettingError for sizes below 1; ShapeError for an input that does not have in_features
    columns.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: init.Rng = None,
        initializer: init.Initializer = init.xavier_uniform,
        dtype: Any = np.float32,
    ) -> None:
        if in_features < 1 or out_features < 1:
            raise SettingError(
                f"Linear({in_features}, {out_features}): both sizes must be at least 1"
            )
        self.in_features = in_features
        self.out_features = out_features
        shape = (out_features, in_features)
        self.weight = Parameter(initializer(shape, rng=rng, dtype=dtype), name="weight")
        self.bias = Parameter(init.zeros(shape[:1], dtype=dtype), name="bias") if bias else None

    def forward(self, x: Array) -> Array:
        try:
            return linear(x, self.weight, self.bias)
        except ShapeError as error:
            raise self._explained(np.shape(x), error) from None

    def _explained(self, found: tuple[int, ...], error: ShapeError) -> ShapeError:
        n = self.in_features
        if found[-1:] == (n,):
            return error  # the parameters don't fit each other
        if len(found) < 2:
            way_out = f"a batch is a matrix of rows; reshape it to (rows, {n})"
        elif found[0] == n:
            way_out = "samples are rows here, so did you mean x.T?"
        elif np.prod(found[1:]) == n:
            way_out = "flatten each sample with x.reshape(len(x), -1)"
        else:
            way_out = f"set in_features={found[-1]} if that is the number of features"
        return ShapeError(f"the input has shape {found}, but must be (…, {n}): {way_out}")

    def extra_repr(self) -> str:
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )
