"""Corner cases, which no check should leave to chance, and values in generic position to fill them with.

In generic position no two values are equal or nearly so, in one array or across arrays, and none is close to
a kink or an edge of its domain. So max, sort, abs or clip have a derivative there, and central
differences find it.
"""

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..primitive import REAL, Domain, Primitive
from .case import Case

Floats = NDArray[np.float64]
Shape = tuple[int, ...]


def corner_cases(primitive: Primitive[Any, Any]) -> Iterator[Case]:
    """A case for every entry of `corner_shapes` and every choice of axis and keepdims.

    Empty arrays that the function itself refuses, as np.max does, are left out.
    """
    rng = np.random.default_rng(0)
    for shapes in corner_shapes(primitive.signature or ""):
        domains = [domain_of(primitive, name) for name in primitive.operands[: len(shapes)]]
        operands = generic_values(rng, domains, shapes)
        for parameters in _parameters(primitive, len(shapes[0])):
            case = Case(operands, parameters)
            if all(map(prod, shapes)) or accepts(primitive, case):
                yield case


def corner_shapes(signature: str) -> Iterator[tuple[Shape, ...]]:
    """Shapes for a gufunc `signature`, with and without each optional axis.

    They are without a stack, stacked, each operand broadcast in every way, and empty in the stack and along
    each core axis.
    """
    inputs = [
        [name.strip() for name in term.split(",") if name.strip()]
        for term in re.findall(r"\(([^)]*)\)", signature.partition("->")[0])
    ]
    names = list(dict.fromkeys(name for core in inputs for name in core))
    sizes = {name: int(name) if name.isdigit() else 2 + i for i, name in enumerate(names)}
    optional = [name for name in names if name.endswith("?")]
    for chosen in product([True, False], repeat=len(optional)):
        absent = {name for name, present in zip(optional, chosen, strict=True) if not present}
        # Next to an absent core axis a stack would be mistaken for it.
        stackable = [not absent & set(core) for core in inputs]
        for stacks in _corner_stacks(len(inputs), (2,) if names else (2, 3)):
            if any(stack and not may for stack, may in zip(stacks, stackable, strict=True)):
                continue
            yield _shapes(inputs, stacks, sizes, absent)
        for name in names:
            if not name.isdigit() and name not in absent:
                yield _shapes(inputs, [()] * len(inputs), {**sizes, name: 0}, absent)


def _corner_stacks(count: int, full: Shape) -> Iterator[list[Shape]]:
    """A stack for each operand: none, the same for all, empty, one of them broadcast, all different."""
    yield [()] * count
    yield [full] * count
    yield [(0, *full[1:])] * count
    if count > 1:
        narrower = {(), full[1:], *((*full[:k], 1, *full[k + 1 :]) for k in range(len(full)))}
        for i in range(count):
            for stack in sorted(narrower):
                yield [stack if k == i else full for k in range(count)]
        yield [(1, *full[1:]) if k % 2 else (*full[:-1], 1) for k in range(count)]


def _shapes(
    inputs: Sequence[Sequence[str]],
    stacks: Sequence[Shape],
    sizes: Mapping[str, int],
    absent: set[str],
) -> tuple[Shape, ...]:
    return tuple(
        (*stack, *(sizes[name] for name in core if name not in absent))
        for core, stack in zip(inputs, stacks, strict=True)
    )


def _parameters(primitive: Primitive[Any, Any], ndim: int) -> Iterator[dict[str, Any]]:
    axes: list[Any] = [primitive.defaults.get("axis")]
    if "axis" in primitive.defaults and ndim:
        axes += [0, -1] + ([tuple(range(ndim))] if axes[0] is None else [])
    for i, axis in enumerate(axes):
        parameters = {"axis": axis} if "axis" in primitive.defaults else {}
        yield parameters | ({"keepdims": bool(i % 2)} if "keepdims" in primitive.defaults else {})


def domain_of(primitive: Primitive[Any, Any], operand: str) -> Domain:
    """The values of this operand at which the derivative by it exists."""
    domain = primitive.domain
    return domain.get(operand, REAL) if isinstance(domain, Mapping) else domain


def accepts(primitive: Primitive[Any, Any], case: Case) -> bool:
    """Whether the plain function takes this case without an error or a warning."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            case.run(primitive)
    except (ValueError, RuntimeWarning):
        return False
    return True


def generic_values(
    rng: np.random.Generator, domains: Sequence[Domain], shapes: Sequence[Shape]
) -> tuple[Floats, ...]:
    """Values from a common grid: each grid point is used at most once, and moved a little at random."""
    sizes = [int(np.prod(shape)) for shape in shapes]
    narrowest = min((domain.high - domain.low for domain in domains), default=1.0)
    pitch = narrowest / (2 * sum(sizes) + 4)
    low = min((domain.low for domain in domains), default=0.0)
    high = max((domain.high for domain in domains), default=0.0)
    free = np.arange(low + pitch * rng.uniform(0.5, 1), high, pitch)
    arrays: dict[int, Floats] = {}
    # The narrowest domain chooses first, since the others have points elsewhere.
    for i in sorted(range(len(shapes)), key=lambda i: domains[i].high - domains[i].low):
        chosen = rng.choice(
            np.flatnonzero(_inside(free, domains[i], pitch)), sizes[i], replace=False
        )
        jitter = rng.uniform(-pitch / 4, pitch / 4, sizes[i])
        arrays[i] = (free[chosen] + jitter).reshape(shapes[i])
        free = np.delete(free, chosen)
    return tuple(arrays[i] for i in range(len(shapes)))


def _inside(points: Floats, domain: Domain, pitch: float) -> Any:
    inside = (points > domain.low + pitch / 2) & (points < domain.high - pitch / 2)
    for kink in domain.kinks:
        inside &= np.abs(points - kink) > pitch / 2
    return inside
