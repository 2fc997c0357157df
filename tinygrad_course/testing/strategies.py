"""Hypothesis strategies: shapes, values, operands and cases for primitives, and random programs.

    @given(broadcastable_shapes("(m?,n),(n,p?)->(m?,p?)"))      # shapes that fit np.matmul
    @given(arrays_in(POSITIVE, (2, 3)))                         # values that fit np.log
    @given(operands_for(logaddexp))                             # arrays that fit this primitive
    @given(programs())                                          # whole graphs, with shared nodes

Values are in generic position (see `corners`): distinct, and away from kinks and edges of the domain.

A `Program` is called like a function, on arrays or Tensors, and prints itself line by line:

    v2 = tanh(v0)
    v3 = multiply(v2, v2)
    v4 = matmul(v3, v1)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import MissingExtraError
from ..ops.activations import sigmoid, softplus
from ..primitive import REAL, Domain, Primitive
from .case import Case
from .corners import Floats, Shape, accepts, domain_of, generic_values

try:
    from hypothesis import HealthCheck, Phase, assume, given, settings
    from hypothesis import strategies as st
    from hypothesis.extra.numpy import mutually_broadcastable_shapes
except ImportError as error:
    raise MissingExtraError(
        "tinygrad_course.testing.strategies needs Hypothesis: pip install 'tinygrad_course[check]'. "
        "gradcheck, and check_primitive with explicit cases, work without it"
    ) from error

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


@st.composite
def broadcastable_shapes(
    draw: st.DrawFn, signature: str, *, max_side: int = 3, max_dims: int = 2
) -> tuple[Shape, ...]:
    """A shape for each operand of a gufunc with this `signature`, such as "(m?,n),(n,p?)->(m?,p?)".

    There are at most `max_dims` stacked axes before the core axes. Some operands have fewer of them (down
    to 0-d), some have axes of length 1 that broadcast, and one in six has empty axes.
    """
    empty = draw(st.integers(0, 5)) == 5
    shapes = mutually_broadcastable_shapes(
        signature=signature, min_side=0 if empty else 1, max_side=max_side, max_dims=max_dims
    )
    return draw(shapes).input_shapes


@st.composite
def values_in(
    draw: st.DrawFn, domains: Sequence[Domain], shapes: Sequence[Shape]
) -> tuple[Floats, ...]:
    """An array for each domain and shape, together in generic position."""
    rng = np.random.default_rng(draw(st.integers(0, 2**16), label="seed of the values"))
    return generic_values(rng, domains, shapes)


def arrays_in(domain: Domain, shape: Shape) -> st.SearchStrategy[Floats]:
    """An array of this shape with values in generic position inside `domain`."""
    return values_in([domain], [shape]).map(lambda arrays: arrays[0])


@st.composite
def operands_for(draw: st.DrawFn, primitive: Primitive[Any, Any]) -> tuple[Floats, ...]:
    """Operands that fit a primitive: shapes from its gufunc signature, values from its domain.

    Raises: ValueError if it has no signature.
    """
    if primitive.signature is None:
        raise ValueError(f"{primitive!r} has no gufunc signature to make operands from")
    shapes = draw(broadcastable_shapes(primitive.signature))
    domains = [domain_of(primitive, name) for name in primitive.operands[: len(shapes)]]
    return draw(values_in(domains, shapes))


@st.composite
def cases_for(draw: st.DrawFn, primitive: Primitive[Any, Any]) -> Case:
    """`operands_for` with parameters: `axis` and `keepdims` are drawn, others keep their defaults.

    Empty arrays that the function itself refuses, as np.max does, are left out.
    """
    operands = draw(operands_for(primitive))
    parameters: dict[str, Any] = {}
    if "axis" in primitive.defaults and operands[0].ndim:
        axes = one_axis if primitive.defaults["axis"] is not None else any_axes
        parameters["axis"] = draw(axes(operands[0].ndim))
    if "keepdims" in primitive.defaults:
        parameters["keepdims"] = draw(st.booleans())
    case = Case(operands, parameters)
    assume(all(x.size for x in operands) or accepts(primitive, case))
    return case


def one_axis(ndim: int) -> st.SearchStrategy[int]:
    """An axis of an array, counted from either end."""
    return st.integers(-ndim, ndim - 1)


def any_axes(ndim: int) -> st.SearchStrategy[int | tuple[int, ...] | None]:
    """The `axis` of a reduction: None, an axis, or several."""
    several = st.sets(st.integers(0, ndim - 1)).flatmap(
        lambda axes: st.tuples(*(st.sampled_from([a, a - ndim]) for a in sorted(axes)))
    )
    return st.one_of(st.none(), one_axis(ndim), several)


@dataclass(frozen=True)
class Step:
    """One line: a function, and the numbers of the earlier values that it takes."""

    function: Callable[..., Any]
    operands: tuple[int, ...]


@dataclass(frozen=True)
class Program:
    """Inputs and steps; values are numbered in this order."""

    inputs: tuple[Floats, ...]
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
    """Random programs of smooth functions, on values of moderate size.

    Recent values are preferred as operands, and both operands may be the same value. So diamonds, and
    diamonds of diamonds, are common. Called with Tensors, a program returns a Tensor of any shape.
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
        if np.abs(result).max() > _BOUND:  # further growth would leave no digits to compare
            steps.append(Step(np.tanh, (len(values) - 1,)))
            values.append(np.tanh(result))
    return Program(inputs, tuple(steps))


def _fit_matmul(x: Any, y: Any) -> bool:
    return bool(x.ndim and y.ndim and x.shape[-1] == y.shape[max(y.ndim - 2, 0)])


PHASES = (Phase.generate, Phase.shrink)


def for_all(strategy: st.SearchStrategy[Any], check: Callable[[Any], None], examples: int) -> None:
    """Run `check` on this many examples, the same in each call; a failing one is reduced first."""

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=PHASES,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def holds(example: Any) -> None:
        check(example)

    holds()
