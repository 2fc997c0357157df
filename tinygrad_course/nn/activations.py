"""Activations as modules, for `Sequential`. The functions are in `functional`."""

from typing import NoReturn

from ..primitive import Array
from . import functional
from .module import Module
from .settings import axis_of, real, refuse


class ReLU(Module):
    """z = max(x, 0)"""

    def forward(self, x: Array) -> Array:
        return functional.relu(x)


class LeakyReLU(Module):
    """z = x where x > 0, else αx   (α: negative_slope)"""

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = real("negative_slope", negative_slope, "0.01")

    def forward(self, x: Array) -> Array:
        return functional.leaky_relu(x, negative_slope=self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class ELU(Module):
    """z = x where x > 0, else α (eˣ − 1)"""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = real("alpha", alpha, "1.0")

    def forward(self, x: Array) -> Array:
        return functional.elu(x, alpha=self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class GELU(Module):
    """z = ½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))"""

    def forward(self, x: Array) -> Array:
        return functional.gelu(x)


class Sigmoid(Module):
    """z = 1 / (1 + e⁻ˣ)"""

    def forward(self, x: Array) -> Array:
        return functional.sigmoid(x)


class Tanh(Module):
    """z = tanh x"""

    def forward(self, x: Array) -> Array:
        return functional.tanh(x)


class Softplus(Module):
    """z = ln(1 + eˣ)"""

    def forward(self, x: Array) -> Array:
        return functional.softplus(x)


class Softmax(Module):
    """z = eˣ / Σ eˣ along an axis"""

    def __init__(self, axis: int = -1, **others: NoReturn) -> None:
        refuse(self, others)
        self.axis = axis_of(axis)

    def forward(self, x: Array) -> Array:
        return functional.softmax(x, axis=self.axis)

    def extra_repr(self) -> str:
        return f"axis={self.axis}"


class LogSoftmax(Module):
    """z = x − ln Σ eˣ along an axis"""

    def __init__(self, axis: int = -1, **others: NoReturn) -> None:
        refuse(self, others)
        self.axis = axis_of(axis)

    def forward(self, x: Array) -> Array:
        return functional.log_softmax(x, axis=self.axis)

    def extra_repr(self) -> str:
        return f"axis={self.axis}"
