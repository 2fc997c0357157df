"""Whole graphs at random, with shared nodes: reverse mode against central differences."""

from hypothesis import Phase, find, given, settings

from tests.sampling import same
from tinygrad_course.testing import gradcheck
from tinygrad_course.testing.strategies import programs


@same(100)
@given(programs())
def test_programs_have_right_gradients(program):
    gradcheck(program, *program.inputs)


@same(25)
@given(programs(max_steps=5))
def test_programs_have_right_second_derivatives(program):
    gradcheck(program, *program.inputs, order=2)


LOOKING = settings(max_examples=500, derandomize=True, database=None, phases=[Phase.generate])


def is_diamond(program):
    """Some computed value is used by two different steps, which meet again at the result."""
    first = len(program.inputs)
    return any(
        i >= first and len({s for s in program.steps if i in s.operands}) > 1
        for i in program.shared
    )


def test_programs_contain_diamonds():
    assert is_diamond(find(programs(), is_diamond, settings=LOOKING))
