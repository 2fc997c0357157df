"""Whole graphs at random, with shared nodes: reverse mode against central differences."""

from hypothesis import Phase, find, given, settings

from tinygrad_course.testing import gradcheck
from tinygrad_course.testing.strategies import programs

FREE = settings(derandomize=True, database=None, max_examples=100)


@FREE
@given(programs())
def test_programs_have_right_gradients(program):
    gradcheck(program, *program.inputs)


@settings(FREE, max_examples=25)
@given(programs(max_steps=5))
def test_programs_have_right_second_derivatives(program):
    gradcheck(program, *program.inputs, order=2)


LOOKING = settings(FREE, max_examples=500, phases=[Phase.generate])


def is_diamond(program):
    """Some computed value is used by two different steps, which meet again at the result."""
    first = len(program.inputs)
    return any(
        i >= first and len({s for s in program.steps if i in s.operands}) > 1
        for i in program.shared
    )


def test_programs_contain_diamonds():
    assert is_diamond(find(programs(), is_diamond, settings=LOOKING))
