"""The strategies draw what they promise, and reach every corner."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import same
from tinygrad_course.ops import arithmetic, exponential, products, reduction
from tinygrad_course.primitive import (
    KINK_AT_ZERO,
    POSITIVE,
    REAL,
    UNIT,
    Domain,
    primitive,
    registry,
)
from tinygrad_course.testing.strategies import (
    any_axes,
    arrays_in,
    broadcastable_shapes,
    cases_for,
    for_all,
    operands_for,
    programs,
    values_in,
)

FREE = same(60)


def seen(strategy, examples=25):
    """The examples of a check."""
    collected = []
    for_all(strategy, collected.append, examples)
    return collected


def test_shapes_reach_every_corner():
    shapes = [(x.shape, y.shape) for x, y in seen(operands_for(arithmetic.multiply), 200)]
    assert ((), ()) in shapes
    assert any(0 in x for x, _ in shapes)
    assert any(len(x) != len(y) for x, y in shapes)
    assert any(m == 1 < n for x, y in shapes for m, n in zip(x[::-1], y[::-1]))


def test_shapes_reach_every_combination_of_optional_axes():
    kinds = {(min(x.ndim, 3), min(y.ndim, 3)) for x, y in seen(operands_for(products.matmul), 200)}
    assert kinds >= {(1, 1), (1, 2), (2, 1), (2, 2), (3, 3)}


@FREE
@given(broadcastable_shapes("(m?,n),(n,p?)->(m?,p?)"))
def test_shapes_fit_the_signature(shapes):
    x, y = map(np.ones, shapes)
    assert np.matmul(x, y).ndim <= 4


DOMAINS = st.sampled_from([REAL, POSITIVE, UNIT, KINK_AT_ZERO, Domain(-1, 2, (0.5, 1.0))])
SIDES = st.lists(st.integers(0, 3), max_size=3).map(tuple)


@FREE
@given(st.lists(st.tuples(DOMAINS, SIDES), min_size=1, max_size=3), st.data())
def test_values_are_in_generic_position(wanted, data):
    domains, shapes = zip(*wanted, strict=True)
    arrays = data.draw(values_in(domains, shapes))
    assert [x.shape for x in arrays] == list(shapes)
    margin = 1 / 1000
    for x, domain in zip(arrays, domains, strict=True):
        assert ((x > domain.low) & (x < domain.high)).all()
        for kink in domain.kinks:
            assert (np.abs(x - kink) > margin).all()
    together = np.sort(np.concatenate([x.ravel() for x in arrays]))
    assert (np.diff(together) > margin).all()


@FREE
@given(arrays_in(UNIT, (2, 3)))
def test_arrays_in_a_domain(x):
    assert x.shape == (2, 3)
    assert ((x > 0.05) & (x < 0.95)).all()


def test_operands_take_the_domain_of_their_name():
    for _, y in seen(operands_for(arithmetic.divide)):
        assert (y > 0.3).all()
    assert any((x < 0).any() for x, _ in seen(operands_for(arithmetic.divide)))


def test_operands_need_a_signature():
    with pytest.raises(ValueError, match="no gufunc signature"):
        seen(operands_for(products.dot))


def test_cases_draw_axis_and_keepdims():
    cases = seen(cases_for(reduction.sum), 100)
    kinds = {type(case.parameters["axis"]) for case in cases}
    assert kinds == {int, tuple, type(None)}
    assert {case.parameters["keepdims"] for case in cases} == {True, False}
    assert all(case.parameters == {} for case in seen(cases_for(exponential.exp)))


def test_cases_leave_out_what_the_function_refuses():
    for case in seen(cases_for(reduction.max), 100):
        expected = np.max(*case.operands, **case.parameters)  # raises for an empty axis
        np.testing.assert_array_equal(case.run(reduction.max), expected)


def test_cases_do_not_hide_a_function_that_refuses_everything():
    @primitive("", signature="()->()")
    def refusing(x):
        raise ValueError

    del registry["refusing"]
    assert any(case.operands[0].size for case in seen(cases_for(refusing)))


@given(any_axes(3))
@FREE
def test_axes_fit_numpy(axis):
    assert np.sum(np.ones((2, 2, 2)), axis=axis).sum() == 8


@FREE
@given(programs())
def test_programs_run_on_arrays_and_print_themselves(program):
    result = program(*program.inputs)
    assert np.isfinite(result).all()
    assert np.abs(result).max() <= 5
    lines = repr(program).splitlines()
    assert len(lines) == 1 + len(program.inputs) + len(program.steps)
    assert (
        lines[-1].strip().startswith(f"v{len(lines) - 2} = {program.steps[-1].function.__name__}(")
    )
