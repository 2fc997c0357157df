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
from .settings import floating, truth, whole


class Linear(Module):
    """z = x Wᵀ + b

    Shapes: x (…, in_features), weight (out_features, in_features), bias (out_features,)
    -> (…, out_features). The course's Z = W X + b is the same with a sample in each column.

    The bias is initialized to 0. `rng` is a generator or a seed for the initializer.

    Raises: SettingError for sizes that are no whole numbers above 0, and other settings that are not what
    they should be; DtypeError for a dtype that is not floating point; ShapeError for an input that does not
    have in_features columns.
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
        self.in_features = whole("in_features", in_features, 1)
        self.out_features = whole("out_features", out_features, 1)
        has_bias = truth(
            "bias", bias, ": a layer has two sizes, and nn.MLP([784, 128, 10]) has several layers"
        )
        kept_in = floating(dtype)
        shape = (self.out_features, self.in_features)
        weights = init.drawn(initializer, shape, rng=rng, dtype=kept_in)
        self.weight = Parameter(weights, dtype=kept_in, name="weight")
        self.bias = (
            Parameter(init.zeros(shape[:1], dtype=kept_in), name="bias") if has_bias else None
        )

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
