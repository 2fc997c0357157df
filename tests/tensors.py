"""Leaves and their gradients, for all tests."""

import numpy as np

from tinygrad_course import Tensor


def leaf(data, dtype=None, name=None):
    """A tensor with numbers of its own that collects a gradient. Whole numbers become float64."""
    array = np.array(data, dtype)
    return Tensor(
        array if array.dtype.kind == "f" else array.astype(float), requires_grad=True, name=name
    )


def gradient(y, x):
    """The gradient of the sum of y with respect to x: an array."""
    y.sum().backward()
    return x.grad.numpy()


def gradients(y, *leaves):
    """The gradients of the sum of y with respect to several leaves: each a list of rows, or a number."""
    y.sum().backward()
    return [x.grad.numpy().tolist() for x in leaves]
