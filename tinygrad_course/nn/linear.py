"""`Linear`: the affine map of a layer."""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

from math import prod
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..ops.affine import linear
from ..primitive import Array
from . import init
from .module import Module
from .parameter import Parameter
from .settings import whole


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
        self.in_features = whole(
            "in_features", in_features, 1, "the number of columns of the input"
        )
        self.out_features = whole("out_features", out_features, 1, ", the number of units")
        shape = (self.out_features, self.in_features)
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
        way_out = _way_out(found, n)
        return ShapeError(f"the input has shape {found}, but must be (…, {n}): {way_out}")

    def extra_repr(self) -> str:
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


def _way_out(found: tuple[int, ...], n: int) -> str:
    """How an input of another shape becomes rows of n features, if it can."""
    size = prod(found)
    if len(found) > 1 and prod(found[1:]) == n:
        return "flatten each sample with x.reshape(len(x), -1)"
    if size == n:
        return "for one sample give x.reshape(1, -1)"
    if len(found) == 2 and found[0] == n:
        return "samples are rows here, so did you mean x.T?"
    if len(found) > 2 and n in (prod(found[-2:]), prod(found[-3:])):
        return f"flatten each sample with x.reshape(-1, {n})"
    if len(found) < 2 and size % n == 0 and size:
        return f"a batch is a matrix of rows, x.reshape(-1, {n})"
    if not found:
        return f"give a matrix of rows, (rows, {n})"
    features = prod(found[1:]) if len(found) > 2 else found[-1]
    flattened = ", and x.reshape(len(x), -1)" if len(found) > 2 else ""
    return f"if each sample has {features} features, set in_features={features}{flattened}"
