"""Random points of primitives, programs and difficult functions, at which the gradients are right."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.laws.cases import cases_of
from tinygrad_course.autodiff import grad
from tinygrad_course.ops import activations
from tinygrad_course.primitive import registry
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import Case
from tinygrad_course.testing.case import is_float_array
from tinygrad_course.testing.corners import domain_of
from tinygrad_course.testing.law_tools import operand_names
from tinygrad_course.testing.strategies import programs


@dataclass(frozen=True)
class Point:
    """A function and where to check its gradient; `kind` says how the values were drawn."""

    name: str
    kind: str
    f: Callable[..., Any]
    inputs: tuple[Any, ...]
    order: int = 1
    gradient: Callable[..., Any] | None = None
    """The gradient of the sum of all outputs, where it is given to gradcheck."""

    def __str__(self):
        return f"{self.name}, {self.kind}, at {self.inputs}"


def of_programs(count, start):
    """Random programs, with second derivatives."""
    for program in drawn(programs(), count, start):
        yield Point(repr(program), "random program", program, program.inputs, order=2)


KINDS = ("generic", "anywhere", "on a grid", "small", "large")


def of_the_registry(rng):
    """Every primitive in turn, without end, in the cases of the tests of the laws.

    The values are in generic position, as in those tests, with second derivatives; anywhere in the domain; on
    a coarse grid, where some are equal and some at kinks; or a millionth or a million times as large.
    """
    while True:
        for name, primitive in sorted(registry.items()):
            kind = KINDS[rng.integers(len(KINDS))]
            case = elsewhere(primitive, random_case(name, rng), kind, rng)
            order = 2 if kind == "generic" else 1
            yield Point(name, kind, *applied(primitive, case), order)


def applied(primitive, case):
    """The primitive as a function of its floating-point operands alone, and those operands."""
    names = operand_names(primitive, len(case.operands))
    positions = [i for i, x in enumerate(case.operands) if is_float_array(x)]

    def f(*tensors):
        operands = list(case.operands)
        for i, tensor in zip(positions, tensors, strict=True):
            operands[i] = tensor
        return primitive(*operands, **case.parameters)

    return f, tuple(Tensor(case.operands[i], name=names[i]) for i in positions)


def random_case(name, rng):
    """One of the cases of a primitive, listed or drawn."""
    cases = cases_of(name)
    case = cases[rng.integers(len(cases))]
    return case if isinstance(case, Case) else drawn(case, 1, int(rng.integers(2**31)))[0]


def elsewhere(primitive, case, kind, rng):
    """The same case with other values."""
    names = primitive.operands * (len(case.operands) if primitive.variadic else 1)
    operands = [
        _values(domain_of(primitive, name), x, kind, rng) if is_float_array(x) else x
        for name, x in zip(names, case.operands, strict=False)
    ]
    return Case(tuple(operands), case.parameters)


def _values(domain, x, kind, rng):
    if kind == "generic" or np.isnan(x).any():
        return x
    if kind == "anywhere":
        return rng.uniform(domain.low, domain.high, x.shape)
    if kind == "on a grid":
        grid = np.arange(np.ceil(2 * domain.low), np.floor(2 * domain.high) + 1) / 2
        inside = grid[(grid > domain.low) & (grid < domain.high)]
        return rng.choice(inside, x.shape) if inside.size else x
    everywhere = domain.low < 0 < domain.high
    return x * {"small": 1e-6, "large": 1e6}[kind] if everywhere else x


def drawn(strategy, count, start):
    """This many examples of a strategy."""
    found = []

    @seed(start)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example):
        found.append(example)

    collect()
    return found


_W1, _W2 = (np.random.default_rng(0).standard_normal(shape) for shape in ((3, 5), (5, 1)))


def _single(x):
    return x.astype(np.float32)


DIFFICULT = {
    "float32": lambda x: np.sin(_single(x)),
    "float32 on the way": lambda x: np.sin(_single(x)) * x,
    "float32, coarse": lambda x: (_single(x) + np.float32(1e4)) * x,
    "float32 in a small term": lambda x: 1e-3 * np.sin(_single(x)).astype(np.float64) + np.cos(x),
    "float32 net": lambda x: np.tanh(_single(x) @ _single(_W1)) @ _single(_W2),
    "float32 softmax": lambda x: activations.softmax(_single(x)),
    "half of the digits cancel": lambda x: (np.sin(x) + 1e8) - 1e8,
    "all digits cancel": lambda x: (np.sin(x) + 1e16) - 1e16,
    "beside a large number": lambda x: (1e8 + np.sin(x)).sum(),
    "beside a huge number": lambda x: (1e20 + np.sin(x)).sum(),
    "0 / 0 nearly": lambda x: (np.exp(x) - 1) / x,
    "short waves": lambda x: np.sin(1e3 * x),
    "shorter waves": lambda x: np.sin(1e7 * x),
    "a step, smoothed": lambda x: np.tanh(1e6 * x),
    "a kink, smoothed": lambda x: np.sqrt(x * x + 1e-12),
    "a kink": np.abs,
    "kinks of a net": lambda x: (activations.relu(x @ _W1) @ _W2).sum(),
    "kinks side by side": lambda x: np.abs(x - 1e-9) + np.abs(x - 1e-7),
    "ties": np.max,
    "ties of three": np.median,
    "order": np.sort,
    "norm": np.linalg.norm,
    "jumps": lambda x: np.floor(x) * x,
    "a vertical tangent": np.cbrt,
    "a cusp": lambda x: np.sqrt(np.abs(x)),
    "an edge of the domain": lambda x: x * np.log(np.abs(x)),
    "poles": lambda x: 1 / x,
}
"""Functions that are difficult to differentiate numerically; the gradients are right."""


def of_difficult_functions(count, rng):
    """Each of them in turn, at values of very different sizes, some of them zero or equal.

    For a third of them f is plain NumPy, and gradcheck gets its gradient as if it were derived by hand.
    """
    for k in range(count):
        name, f = list(DIFFICULT.items())[k % len(DIFFICULT)]
        size = 10.0 ** rng.integers(-9, 4)
        x = size * rng.standard_normal((2, 3))
        kind = ("anywhere", "zeros", "on a grid")[rng.integers(3)]
        if kind == "zeros":
            x *= rng.random(x.shape) < 0.5
        elif kind == "on a grid":
            x = np.round(2 * x / size) / 2
        gradient = None if rng.integers(3) else grad(lambda x, f=f: np.sum(f(x)))
        way = "by reverse mode" if gradient is None else "by hand"
        yield Point(name, f"{way}, {kind}, of size {size:.0e}", f, (x,), gradient=gradient)
