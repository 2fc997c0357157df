"""Hypothesis strategies: shapes, values, operands and whole cases for primitives.

    @given(broadcastable_shapes("(m?,n),(n,p?)->(m?,p?)"))      # shapes that fit np.matmul
    @given(arrays_in(POSITIVE, (2, 3)))                         # values that fit np.log
    @given(operands_for(logaddexp))                             # arrays that fit this primitive
    @given(programs())                                          # whole graphs, with shared nodes

Values are in generic position (see `corners`): distinct, and away from kinks and the domain's edges.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import MissingExtraError
from ..primitive import Domain, Primitive
from .case import Case
from .corners import Floats, Shape, accepts, domain_of, generic_values

try:
    from hypothesis import HealthCheck, Phase, assume, given, settings
    from hypothesis import strategies as st
    from hypothesis.extra.numpy import mutually_broadcastable_shapes
except ImportError as error:
    raise MissingExtraError(
        "tinygrad_course.testing.strategies needs Hypothesis: pip install 'tinygrad_course[test]'. "
        "gradcheck, and check_primitive with explicit cases, work without it"
    ) from error


@st.composite
def broadcastable_shapes(
    draw: st.DrawFn, signature: str, *, max_side: int = 3, max_dims: int = 2
) -> tuple[Shape, ...]:
    """A shape for each operand of a gufunc with this `signature`, such as "(m?,n),(n,p?)->(m?,p?)".

    `max_dims` counts the stacked axes before the core ones: there are operands with fewer of them
    (down to 0-d), with axes of length 1 that broadcast, and, in one of six, with empty axes.
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
    """An array for each domain and shape, all of them together in generic position."""
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
    """`operands_for` with parameters: `axis` and `keepdims`, which mean the same everywhere, are
    drawn as well; others keep their defaults. What the function itself refuses of empty arrays, as
    np.max does, is no case.
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
    """What reductions take as `axis`: None, an axis, or several."""
    several = st.sets(st.integers(0, ndim - 1)).flatmap(
        lambda axes: st.tuples(*(st.sampled_from([a, a - ndim]) for a in sorted(axes)))
    )
    return st.one_of(st.none(), one_axis(ndim), several)


def for_all(strategy: st.SearchStrategy[Any], check: Callable[[Any], None], examples: int) -> None:
    """Run `check` on so many examples, the same ones each time; a failing one is made small first."""

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def holds(example: Any) -> None:
        check(example)

    holds()
