"""The verdict on a mutant: right for those whose fate is known, and nothing is left behind."""

import numpy as np
import pytest

from tests.laws.cases import cases_of as cases_of_the_suite
from tinygrad_course.composition import composed
from tinygrad_course.engine.pullbacks import unbroadcast
from tinygrad_course.primitive import of_numpy, registry
from tinygrad_course.testing import Case
from tools.mutate.bench import Bench
from tools.mutate.examine import Examiner
from tools.mutate.laws import Verdict, cases_of
from tools.mutate.subjects import subjects

SUBJECTS = {subject.topic: subject for subject in subjects()}


class NoTests:
    def first_failure(self, topic, primitive, broken):
        return None


class OneTest:
    """A test of one's own, run as the session runs them: once broken and once not."""

    def __init__(self, test):
        self.test = test

    def first_failure(self, topic, primitive, broken):
        self.test()
        with broken():
            try:
                self.test()
            except AssertionError:
                return Verdict("tests::own", False)
        return None


def examined(topic, target, before, after, tests=None):
    """What becomes of the mutation of a topic which leads from one text to another."""
    subject = SUBJECTS[topic]
    for mutation in subject.mutations():
        old, new = mutation.shown(subject.text)
        is_it = new == old.replace(before, after, 1) != old
        if is_it and target in subject.changed(mutation.applied(subject.text)):
            return Examiner(tests or NoTests()).examined(subject, mutation, target)
    raise LookupError(f"{before!r} never becomes {after!r} in {topic}")


@pytest.fixture(autouse=True)
def _nothing_is_left_behind():
    before = [dict(register) for register in (registry, of_numpy, composed)]
    rules = {name: primitive.rules for name, primitive in registry.items()}
    trusted = {name: primitive.trusted for name, primitive in registry.items()}
    code = unbroadcast.__code__
    yield
    assert before == [registry, of_numpy, composed]
    assert rules == {name: primitive.rules for name, primitive in registry.items()}
    assert trusted == {name: primitive.trusted for name, primitive in registry.items()}
    assert unbroadcast.__code__ is code
    assert "_overwriting" not in unbroadcast.__globals__


@pytest.mark.parametrize(
    ("topic", "target", "before", "after", "check"),
    [
        (
            "trigonometric",
            ("sin", "x"),
            "g * np.cos(x)",
            "-(g * np.cos(x))",
            "has_right_derivatives",
        ),
        (
            "trigonometric",
            ("sin", "x"),
            "g * np",
            "_detached(g) * np",
            "is_linear_in_the_cotangent",
        ),
        (
            "trigonometric",
            ("sin", "x"),
            "np.cos(x)",
            "np.cos(_detached(x))",
            "has_right_derivatives",
        ),
        ("trigonometric", ("sin", "x"), "g * np.cos(x)", "g * np.cos(x) * np.float64(1)", ""),
        (
            "trigonometric",
            ("sin", "x"),
            "g * np.cos(x)",
            "_overwriting(x, g * np.cos(x))",
            "leaves_its_inputs_alone",
        ),
        (
            "pullbacks",
            ("unbroadcast", "any operand"),
            "shape[axis - extra] !=",
            "shape[axis] !=",
            "",
        ),
    ],
)
def test_what_the_laws_catch(topic, target, before, after, check):
    if "float64" in after:
        after, check = "(g * np.cos(x)) * np.float64(1)", "keeps_dtype"
    result = examined(topic, target, before, after)
    assert result.outcome == "caught"
    assert not check or result.check == check


@pytest.mark.parametrize(
    ("topic", "target", "before", "after"),
    [
        ("arithmetic", ("floor_divide", "x"), "x=lambda g: np.zeros", "x=lambda g: -np.zeros"),
        ("arithmetic", ("square", "x"), "(x + x)", "(_detached(x) + x)"),
    ],
)
def test_what_computes_the_same_is_equivalent_and_what_differs_is_not(topic, target, before, after):
    result = examined(topic, target, before, after)
    assert (result.outcome == "equivalent") == (target[0] == "floor_divide")


def test_what_differs_at_ties_alone_is_no_equivalent_and_left_to_the_tests():
    mutation = ("extremes", ("maximum", "x"), "0.5 * (g", "1.0 * (g")
    survived = examined(*mutation)
    assert survived.outcome == "survived"
    assert "not" in survived.note

    def ties_are_split():
        x = np.array([1.0, 2.0])
        rule = registry["maximum"].rules["x"]
        assert rule(x, x, x).tolist() == [0.5, 1.0]

    caught = examined(*mutation, tests=OneTest(ties_are_split))
    assert caught == (("maximum", "x"), "caught", "tests::own", False, "")


def test_cases_are_those_of_the_suite():
    given = cases_of_the_suite("maximum")
    explicit = [case for case in given if isinstance(case, Case)]
    made = cases_of("maximum")
    assert list(map(repr, made[: len(explicit)])) == list(map(repr, explicit))
    assert len(made) == len(explicit) + 20 * (len(given) - len(explicit))


def test_probes_have_what_the_laws_leave_out():
    probes = Bench(registry["maximum"], "x", cases_of("maximum")).probes
    operands = [[np.asarray(x) for x in probe.case.operands] for probe in probes]
    assert any((x == y).any() and (x != y).any() for x, y in operands if x.shape == y.shape)
    assert any((x == 0).any() and np.signbit(x).any() for x, _ in operands)
    assert any(np.isnan(x).any() for x, _ in operands)
    assert any(np.isinf(x).any() for x, _ in operands)
    assert any((np.abs(x.astype(float)) > 1e100).any() for x, _ in operands)
    assert {y.dtype.kind for _, y in operands} >= set("fiub")
    assert any(x.dtype == np.float32 for x, _ in operands)
    assert any(isinstance(probe.case.operands[1], float) for probe in probes)


@pytest.mark.parametrize("topic", SUBJECTS)
def test_a_file_declares_the_same_rules_again(topic):
    subject = SUBJECTS[topic]
    assert subject.changed(subject.text) == []
