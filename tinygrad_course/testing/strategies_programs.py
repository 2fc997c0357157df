"""`programs`: random differentiable programs, whose intermediate results are used more than once.

A `Program` is called like a function, on arrays or Tensors, and prints itself line by line:

    v2 = tanh(v0)
    v3 = multiply(v2, v2)
    v4 = matmul(v3, v1)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..ops.activations import sigmoid, softplus
from ..primitive import REAL
from .corners import Shape
from .strategies import values_in  # first, since it says what to do where Hypothesis is missing

from hypothesis import strategies as st  # isort: skip

_UNARY: tuple[Callable[..., Any], ...] = (
    *(np.negative, np.square, np.sin, np.cos, np.tanh, np.arctan, np.exp, sigmoid, softplus),
    *(np.transpose, np.sum, np.mean),
)
_BINARY: tuple[Callable[..., Any], ...] = (
    np.add,
    np.subtract,
    np.multiply,
    np.logaddexp,
    np.matmul,
)

# All of these broadcast with one another, and so do their transposes, sums and products.
_SHAPES: tuple[Shape, ...] = ((), (2,), (1, 2), (2, 1), (2, 2))

_BOUND = 5.0


@dataclass(frozen=True)
class Step:
    """One line: a function of earlier values, given by their numbers."""

    function: Callable[..., Any]
    operands: tuple[int, ...]


@dataclass(frozen=True)
class Program:
    """Inputs, and the steps that follow; a value's number is its place among them all."""

    inputs: tuple[NDArray[np.float64], ...]
    steps: tuple[Step, ...]

    def __call__(self, *inputs: Any) -> Any:
        values = list(inputs)
        for step in self.steps:
            values.append(step.function(*(values[i] for i in step.operands)))
        return values[-1]

    @property
    def shared(self) -> set[int]:
        """The numbers of the values that are used more than once."""
        uses = [i for step in self.steps for i in step.operands]
        return {i for i in uses if uses.count(i) > 1}

    def __repr__(self) -> str:
        first = len(self.inputs)
        lines = [f"v{i} of shape {x.shape}" for i, x in enumerate(self.inputs)]
        for i, step in enumerate(self.steps, start=first):
            operands = ", ".join(f"v{k}" for k in step.operands)
            lines.append(f"v{i} = {step.function.__name__}({operands})")
        return "\n".join(["Program", *(f"    {line}" for line in lines)])


@st.composite
def programs(draw: st.DrawFn, *, max_inputs: int = 3, max_steps: int = 8) -> Program:
    """Random programs of smooth functions, on values of a moderate size.

    Recent values are preferred as operands, and both operands may be the same one: so diamonds, and
    diamonds of diamonds, are common. The result is a Tensor of any shape when called with Tensors.
    """
    shapes = draw(st.lists(st.sampled_from(_SHAPES), min_size=1, max_size=max_inputs))
    inputs = draw(values_in([REAL] * len(shapes), shapes))
    values: list[Any] = list(inputs)
    steps: list[Step] = []
    for _ in range(draw(st.integers(1, max_steps))):
        function = draw(st.sampled_from(_UNARY + _BINARY))
        count = 2 if function in _BINARY else 1
        recent = st.integers(0, min(2, len(values) - 1)).map(lambda back: len(values) - 1 - back)
        anything = st.integers(0, len(values) - 1)
        operands = draw(st.tuples(*[recent | anything] * count))
        if function is np.matmul and not _fit_matmul(*(values[i] for i in operands)):
            function = np.multiply
        result = function(*(values[i] for i in operands))
        steps.append(Step(function, operands))
        values.append(result)
        if np.abs(result).max() > _BOUND:  # growth upon growth would leave no digits to compare
            steps.append(Step(np.tanh, (len(values) - 1,)))
            values.append(np.tanh(result))
    return Program(inputs, tuple(steps))


def _fit_matmul(x: Any, y: Any) -> bool:
    return bool(x.ndim and y.ndim and x.shape[-1] == y.shape[max(y.ndim - 2, 0)])
