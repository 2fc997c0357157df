"""The affine map of a layer, as one node."""

from functools import lru_cache
from math import prod

import numpy as np

from ..errors import ShapeError
from ..primitive import Array, Shape, primitive


@primitive("x Wᵀ + b")
def linear(x: Array, weight: Array, bias: Array = None) -> Array:
    """z = x Wᵀ + b;   x̄ = z̄ W,   W̄ = z̄ᵀ x,   b̄ = Σ z̄ over the batch

    Shapes: x (…, in), weight (out, in), bias (out,) or None -> (…, out).
    The course writes Z = W X + b with a sample in each column; here a sample is a row.

    Raises: ShapeError if the last axis of x is not `in`.
    """
    if weight.ndim != 2 or not x.ndim or x.shape[-1] != weight.shape[1]:
        raise ShapeError(
            f"linear: x has shape {x.shape} and weight {weight.shape}: weight must be "
            f"(out_features, in_features) and the last axis of x as long as in_features"
            f"{_transposed_to_fit(x.shape, weight.shape)}"
        )
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ShapeError(
            f"linear: bias has shape {bias.shape}, weight {weight.shape}: bias must be "
            f"{weight.shape[:1]}, one number for each output"
        )
    z = _product(x, weight.T)
    if bias is None:
        return z
    if not isinstance(bias, np.ndarray) or bias.dtype != z.dtype:
        return z + bias
    z += bias  # in place, which saves a second array of its size
    return z


def _transposed_to_fit(x: Shape, weight: Shape) -> str:
    if len(weight) == 2 and x[-1:] == weight[:1]:
        return ". With weight.T it would fit: is it (in, out), as in x @ weight?"
    if len(weight) == len(x) == 2 and x[0] == weight[1]:
        return ". With x.T it would fit: samples are rows here, not columns"
    return ""


def _rows(x: Array) -> Array:
    """x with all axes but the last in one, so that each row is a sample."""
    return x if x.ndim == 2 else x.reshape((prod(x.shape[:-1]), x.shape[-1]))


def _product(x: Array, y: Array) -> Array:
    """x @ y for a matrix y. On small matrices .dot takes half the time of @, on stacks much longer."""
    return x.dot(y) if x.ndim <= 2 and isinstance(y, np.ndarray) else x @ y


def _sum_of_rows(x: Array) -> Array:
    # NumPy sums a thin matrix over its rows ten times more slowly than it multiplies it.
    return _ones(len(x), x.dtype).dot(x) if isinstance(x, np.ndarray) else x.sum(axis=0)


_ones = lru_cache(maxsize=8)(np.ones)
"""A vector of ones, cached, since batches have few different lengths."""


linear.vjp(
    x=lambda g, weight: _product(g, weight),
    weight=lambda g, x: _rows(g).T.dot(_rows(x)),
    bias=lambda g: _sum_of_rows(_rows(g)),
)
