"""Every primitive that is registered, against every law."""

import pytest

from tests.laws.cases import CASES, MORE, cases_of
from tests.sampling import FACTOR
from tinygrad_course.errors import LawError
from tinygrad_course.primitive import primitive, registry
from tinygrad_course.testing import check_primitive


def sweep(name):
    """What a run over the registry does with one primitive."""
    check_primitive(registry[name], *cases_of(name), examples=6 * FACTOR)


@pytest.mark.hypothesis  # which runs inside of it
@pytest.mark.parametrize("name", sorted(registry))
def test_primitive_lives_by_the_laws(name):
    sweep(name)


def test_cases_belong_to_primitives():
    assert (CASES.keys() | MORE.keys()) <= registry.keys()


@pytest.fixture
def untestable():
    @primitive("?")
    def untestable_for_a_while(x):
        """z = x;   x̄ = z̄"""
        return x

    untestable_for_a_while.vjp(x=lambda g: g)
    yield untestable_for_a_while
    del registry["untestable_for_a_while"]


def test_primitive_that_nothing_can_test_fails_the_suite(untestable):
    assert untestable.name in registry
    with pytest.raises(LawError, match=r"can't be tested.*signature.*Case\(operands"):
        sweep(untestable.name)
