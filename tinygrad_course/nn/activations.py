"""Activations as modules, for `Sequential`. The functions are in `functional`."""

from typing import Any, NoReturn

import numpy as np

from ..errors import SettingError, ShapeError
from ..primitive import Array
from . import functional
from .module import Module
from .parameter import Parameter
from .settings import axis_of, floating, real, refuse, shown, whole


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


class PReLU(Module):
    """z = x where x > 0, else w x, with a w that is learnt

    Shapes: (m, …) -> the same. With num_parameters = 1 all elements share one w. Otherwise it is one per
    channel, along axis 1: x is (m, num_parameters, …).

    Raises: SettingError; DtypeError; ShapeError for an input with another number of channels.
    """

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, *, dtype: Any = np.float32
    ) -> None:
        self._num_parameters = whole("num_parameters", num_parameters, 1)
        self.init = real("init", init, "0.25")
        start = np.full(self._num_parameters, self.init)
        self.weight = Parameter(start, dtype=floating(dtype), name="weight")

    def forward(self, x: Array) -> Array:
        channels = self.weight.size
        if channels == 1:
            return functional.prelu(x, self.weight)
        shape = np.shape(x)
        if shape[1:2] != (channels,):
            raise ShapeError(
                f"the input has shape {shape}, but must be (rows, {channels}, …), with a channel per "
                f"weight: set num_parameters to the length of axis 1, or to 1"
            )
        weight = self.weight.reshape((channels,) + (1,) * (len(shape) - 2))
        return functional.prelu(x, weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.weight.size}"


class ELU(Module):
    """z = x where x > 0, else α (eˣ − 1)"""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = real("alpha", alpha, "1.0")

    def forward(self, x: Array) -> Array:
        return functional.elu(x, alpha=self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class SELU(Module):
    """z = λ x where x > 0, else λ α (eˣ − 1), with λ = 1.0507… and α = 1.6733…"""

    def forward(self, x: Array) -> Array:
        return functional.selu(x)


class CELU(Module):
    """z = x where x > 0, else α (eˣᐟᵅ − 1)"""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = real("alpha", alpha, "1.0")
        if not self.alpha:
            raise SettingError("alpha=0: CELU divides by it: write nn.ReLU(), which is its limit")

    def forward(self, x: Array) -> Array:
        return functional.celu(x, alpha=self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class GELU(Module):
    """z = x Φ(x), with the normal distribution Φ

    With approximate="tanh" it is ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), which costs half the time.

    Raises: SettingError for any other `approximate`.
    """

    def __init__(self, approximate: str = "none") -> None:
        if not isinstance(approximate, str) or approximate not in ("none", "tanh"):
            raise SettingError(
                f"approximate={shown(approximate)}: must be approximate='none', which is exact, or "
                f"approximate='tanh'"
            )
        self.approximate = approximate

    def forward(self, x: Array) -> Array:
        return functional.gelu(x, approximate=self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class SiLU(Module):
    """z = x σ(x), also called swish"""

    def forward(self, x: Array) -> Array:
        return functional.silu(x)


class Mish(Module):
    """z = x tanh ln(1 + eˣ)"""

    def forward(self, x: Array) -> Array:
        return functional.mish(x)


class ReLU6(Module):
    """z = min(max(x, 0), 6)"""

    def forward(self, x: Array) -> Array:
        return functional.relu6(x)


class Hardtanh(Module):
    """z = min(max(x, min_val), max_val)"""

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0) -> None:
        self.min_val = real("min_val", min_val, "-1.0")
        self.max_val = real("max_val", max_val, "1.0")
        if not self.min_val < self.max_val:
            raise SettingError(
                f"min_val={self.min_val}, max_val={self.max_val}: min_val must be below max_val: write "
                f"nn.Hardtanh(min_val=-1.0, max_val=1.0)"
            )

    def forward(self, x: Array) -> Array:
        return functional.hardtanh(x, min_val=self.min_val, max_val=self.max_val)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}"


class Hardsigmoid(Module):
    """z = min(max(x + 3, 0), 6) / 6"""

    def forward(self, x: Array) -> Array:
        return functional.hardsigmoid(x)


class Hardswish(Module):
    """z = x · min(max(x + 3, 0), 6) / 6"""

    def forward(self, x: Array) -> Array:
        return functional.hardswish(x)


class Threshold(Module):
    """z = x where x > threshold, else value"""

    def __init__(self, threshold: float, value: float) -> None:
        self.threshold = real("threshold", threshold, "0.0")
        self.value = real("value", value, "0.0")

    def forward(self, x: Array) -> Array:
        return functional.threshold(x, threshold=self.threshold, value=self.value)

    def extra_repr(self) -> str:
        return f"threshold={self.threshold}, value={self.value}"


class Hardshrink(Module):
    """z = x where |x| > lambd, else 0"""

    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = real("lambd", lambd, "0.5")

    def forward(self, x: Array) -> Array:
        return functional.hardshrink(x, lambd=self.lambd)

    def extra_repr(self) -> str:
        return f"lambd={self.lambd}"


class Softshrink(Module):
    """z = x − lambd where x > lambd, x + lambd where x < −lambd, else 0"""

    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = real("lambd", lambd, "0.5")
        if self.lambd < 0:
            raise SettingError(f"lambd={self.lambd}: must be 0 or more: write lambd={-self.lambd}")

    def forward(self, x: Array) -> Array:
        return functional.softshrink(x, lambd=self.lambd)

    def extra_repr(self) -> str:
        return f"lambd={self.lambd}"


class Tanhshrink(Module):
    """z = x − tanh x"""

    def forward(self, x: Array) -> Array:
        return functional.tanhshrink(x)


class Softsign(Module):
    """z = x / (1 + |x|)"""

    def forward(self, x: Array) -> Array:
        return functional.softsign(x)


class Sigmoid(Module):
    """z = 1 / (1 + e⁻ˣ)"""

    def forward(self, x: Array) -> Array:
        return functional.sigmoid(x)


class LogSigmoid(Module):
    """z = ln σ(x)"""

    def forward(self, x: Array) -> Array:
        return functional.logsigmoid(x)


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


class Softmin(Module):
    """z = e⁻ˣ / Σ e⁻ˣ along an axis"""

    def __init__(self, axis: int = -1) -> None:
        self.axis = axis_of(axis)

    def forward(self, x: Array) -> Array:
        return functional.softmax(np.negative(x), axis=self.axis)

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


class GLU(Module):
    """z = a σ(b), where a and b are the halves of x along an axis

    Raises: ShapeError for an axis of odd length.
    """

    def __init__(self, axis: int = -1) -> None:
        self.axis = axis_of(axis)

    def forward(self, x: Array) -> Array:
        length = np.shape(x)[self.axis]
        if length % 2:
            raise ShapeError(
                f"the input has shape {np.shape(x)}, and axis {self.axis} has {length} elements, which have "
                f"no halves: their number must be even"
            )
        a, b = np.split(x, 2, axis=self.axis)
        return a * functional.sigmoid(b)

    def extra_repr(self) -> str:
        return f"axis={self.axis}"
