"""The same functions in other units: from 1e-30 to 1e+30, for f and for x, and in other precisions.

Nothing about a gradient depends on the unit in which x or f is measured. So c · f(x / s) at s · x has the
gradient c / s times that of f, and gradcheck has to see in it exactly what it sees in f: no false alarm, and
every mistake that the noise of f does not hide.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.testing.gradients.alarms.points import Point
from tinygrad_course.autodiff import grad
from tinygrad_course.ops import activations, class_losses

DTYPES = {"double": np.float64, "single": np.float32, "half": np.float16}

NOISE = {"double": 1e-11, "single": 1e-3, "half": 10.0}
"""What gradcheck must see at least, relative to f / x, where f is summed from terms of size 1.

In double precision that is ten times the rounding of f over a step of x / 1000. In the others it is a longer
step, and the rounding before the result adds to it."""


def _data(x, shape, seed=0):
    """Numbers that do not change from call to call, in the dtype of x."""
    return np.random.default_rng(seed).standard_normal(shape).astype(x.dtype)


def _saturated(activation, depth, gain):
    """A deep net whose units are nearly all at their limits: its gradients are tiny, or 0."""

    def net(x):
        for layer in range(depth):
            x = activation(x @ (_data(x, (3, 3), layer) * x.dtype.type(gain)))
        return x.sum()

    return net


FUNCTIONS = {
    "squares": lambda x: (x**2).sum(),
    "a product": lambda x: x @ _data(x, (3, 2)),
    "sin": np.sin,
    "exp": np.exp,
    "a logarithm": lambda x: np.log(x * x + 1),
    "softmax": activations.softmax,
    "cross-entropy": lambda x: class_losses.cross_entropy(x, np.array([2, 0])),
    "a mean square": lambda x: ((x @ _data(x, (3, 2)) - 1) ** 2).mean(),
    "a net": lambda x: np.tanh(x @ _data(x, (3, 5))) @ _data(x, (5, 1), 1),
    "beside a constant": lambda x: np.sin(x).sum() + 1000,
    "entries of very different sizes": lambda x: (
        (x * x) @ (10.0 ** np.array([0, -4, -8])).astype(x.dtype)
    ),
    "entries of very different sizes, summed": lambda x: (
        np.exp(x) * 10.0 ** np.array([0, -5, -9]).astype(x.dtype)
    ).sum(),
    "a sum that is constant": lambda x: activations.softmax(x).sum(),
    "centred": lambda x: (x - x.mean()).sum(),
    "a deep saturated net of tanh": _saturated(np.tanh, 4, 3.0),
    "a deep net of tanh": _saturated(np.tanh, 6, 1.0),
    "a deep saturated net of sigmoids": _saturated(activations.sigmoid, 4, 5.0),
    "a deep net of sigmoids": _saturated(activations.sigmoid, 8, 1.0),
}


def gradient_of(f):
    """The gradient of the sum of all outputs, from reverse mode."""
    return grad(lambda x: np.sum(f(x)))


@dataclass(frozen=True)
class Scaled:
    """c · f(x / s) at s · x, with f in one of the precisions; and its gradient, from double precision."""

    name: str
    precision: str
    c: float
    s: float
    x: Any

    def _f(self, x, dtype):
        return FUNCTIONS[self.name]((x / self.s).astype(dtype)).astype(np.float64) * self.c

    def f(self, x):
        return self._f(x, DTYPES[self.precision])

    def gradient(self, x):
        """Of the sum of all outputs."""
        return gradient_of(lambda x: self._f(x, np.float64))(x)

    @property
    def seen(self):
        """The size of the mistakes in the gradient that the noise of f can't hide."""
        values = np.asarray(self._f(self.x, np.float64)) / self.c
        terms = max(1.0, float(np.abs(values).sum()))
        return float(NOISE[self.precision] * terms * self.c / np.abs(self.x).max())

    def __str__(self):
        return f"{self.name}, in {self.precision} precision, f times {self.c:.0e}, x times {self.s:.0e}"


def drawn_scaled(rng):
    """Each function in turn, without end, in units from 1e-30 to 1e+30; two thirds in double precision."""
    while True:
        for name in FUNCTIONS:
            precision = ("double", "double", "double", "double", "single", "half")[rng.integers(6)]
            c, s = 10.0 ** rng.integers(-30, 31, 2)
            yield Scaled(name, precision, c, s, s * rng.standard_normal((2, 3)))


def of_scales(rng):
    """These functions with right gradients, from reverse mode or given; some with second derivatives.

    In half precision a deep net may not change at all with x. Then no value shows that its gradient is not 0.
    """
    for scaled in drawn_scaled(rng):
        if rng.integers(2) and scaled.precision != "half":
            yield Point(str(scaled), "by hand", scaled.f, (scaled.x,), gradient=scaled.gradient)
        else:
            order = 2 if scaled.precision == "double" and rng.integers(3) == 0 else 1
            yield Point(str(scaled), "by reverse mode", scaled.f, (scaled.x,), order)


MISTAKES = {
    "0": lambda g, at: 0 * g,
    "−1": lambda g, at: -g,
    "2": lambda g, at: 2 * g,
    "one entry times −1": lambda g, at: np.where(_only(g, at), -g, g),
    "one entry times 1.5": lambda g, at: np.where(_only(g, at), 1.5 * g, g),
    "one entry 0": lambda g, at: np.where(_only(g, at), 0, g),
}
"""What makes a right gradient wrong."""


def _only(g, at):
    only = np.zeros(g.shape, bool)
    only[at] = True
    return only
