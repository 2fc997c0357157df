"""Mutants in force, and what catches them: nothing is left behind, and weaker tests let one survive."""

import numpy as np
import pytest

from tinygrad_course import Tensor, ops
from tinygrad_course.composition import composed
from tinygrad_course.errors import RuleError
from tinygrad_course.primitive import of_numpy, registry
from tinygrad_course.testing import Case
from tools.mutate import examine
from tools.mutate.mutant import in_force, mutants_of


def mutant(identity):
    (found,) = (m for m in mutants_of(identity.partition(":")[0]) if m.identity == identity)
    return found


@pytest.fixture(autouse=True)
def _nothing_is_left_behind():
    before = [dict(register) for register in (registry, of_numpy, composed)]
    rules = {name: (primitive.rules, primitive.trusted) for name, primitive in registry.items()}
    yield
    assert before == [registry, of_numpy, composed]
    assert rules == {name: (p.rules, p.trusted) for name, p in registry.items()}


@pytest.fixture
def without_tests(monkeypatch):
    monkeypatch.setattr(examine, "_a_test_fails", lambda *_: False)


def slope_of_a_square():
    x = Tensor(3.0, requires_grad=True)
    (x * x).backward()
    return x.grad.item()


@pytest.mark.parametrize(
    ("identity", "slope"),
    [
        ("arithmetic: multiply by x: -(result)", 0),
        ("arithmetic: multiply by x: (result) + 0.001", 6.001),
        ("arithmetic: multiply by y: g * x → x", 6),
        ("arithmetic: multiply by y: g * x → g", 4),
    ],
)
def test_operators_run_the_mutant_as_long_as_it_is_in_force(identity, slope):
    with in_force(mutant(identity)):
        assert slope_of_a_square() == pytest.approx(slope)
        assert registry["multiply"].trusted
    assert slope_of_a_square() == 6


def test_a_function_that_several_rules_call_is_another_one_for_all_of_them():
    changed = mutant(
        "reduction: _spread: np.broadcast_to(_kept(g, shape, axis), shape) → _kept(g, shape, axis)"
    )
    assert {name for name, _ in changed.rules} == {"sum", "mean", "prod"}
    with in_force(changed):
        x = Tensor(np.ones(2), requires_grad=True)
        with pytest.raises(RuleError, match="shape"):
            x.sum().backward()


@pytest.mark.usefixtures("without_tests")
@pytest.mark.parametrize(
    "change",
    ["-(result)", "0 * (result)", "np.flip(out)", "detached g", "overwritten g", "g * out → g"],
)
def test_the_laws_catch_a_broken_rule(change):
    assert examine.caught_by(mutant(f"exponential: exp by x: {change}")) == "laws"


@pytest.mark.usefixtures("without_tests")
def test_what_can_not_be_declared_is_caught():
    changed = mutant("statistics: quantile by x: _x_rule_of(np.quantile) → np.quantile")
    assert examine.caught_by(changed) == "import"


@pytest.mark.usefixtures("without_tests")
def test_with_weaker_cases_a_mutant_survives(monkeypatch):
    changed = mutant("arithmetic: power by x: np.flip(y)")
    assert examine.caught_by(changed) == "laws"
    one_exponent = [Case((np.array([0.5, 2.0]), np.array([3.0])))]
    monkeypatch.setattr(examine, "cases_of", lambda name: one_exponent)
    assert examine.caught_by(changed) == ""


def test_a_check_that_fails_anyway_is_no_proof(monkeypatch):
    monkeypatch.setattr(examine, "cases_of", lambda name: [Case((np.array(["a"]),))])
    with pytest.raises(RuntimeError, match="the laws fail without any mutant"):
        examine.caught_by(mutant("exponential: log by x: -(result)"))


def test_cases_are_those_of_the_suite():
    made = examine.cases_of("maximum")
    assert len(made) > examine.EXAMPLES
    assert {np.ndim(case.operands[0]) for case in made} >= {0, 1, 2}


@pytest.mark.parametrize("topic", ops.__all__)
def test_every_rule_is_broken_in_enough_kinds_of_ways(topic):
    own = {
        (n, o)
        for n, p in registry.items()
        for o, r in p.rules.items()
        if r and p.__module__.endswith(f".{topic}")
    }
    broken = mutants_of(topic)
    for rule in own:
        assert len({m.kind for m in broken if rule in m.rules}) >= 4, rule
