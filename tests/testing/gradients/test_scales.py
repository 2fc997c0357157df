"""A verdict does not depend on units: small wrong gradients are wrong, and small right ones correct."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import few
from tests.testing.gradients.alarms import planted, scales
from tinygrad_course.errors import GradientCheckError
from tinygrad_course.ops import activations, trigonometric
from tinygrad_course.testing import gradcheck, replaced_rules

X = np.array([[0.3, -1.2, 0.7], [1.9, 0.4, -0.8]])
W = np.random.default_rng(0).standard_normal((3, 4))

FUNCTIONS = {
    "squares": lambda x: (x * x).sum(),
    "sin": np.sin,
    "softmax": activations.softmax,
    "a net": lambda x: np.tanh(x @ W).sum(axis=1),
    "kinks": lambda x: np.maximum(x - X[0, 0], 0) + np.abs(x - X[1, 1]),
    "in float32": lambda x: np.sin(x.astype(np.float32)).astype(np.float64),
    "half of the digits cancel": lambda x: (np.sin(x) + 1e8) - 1e8,
    "saturated": lambda x: np.tanh(12 * x),
    "a constant": lambda x: np.floor(x) + 3,
    "a sum that is constant": lambda x: activations.softmax(x).sum(),
}

FAULTS = {
    "none": lambda g: g,
    "a sign": lambda g: -g,
    "0": lambda g: 0 * g,
    "a factor": lambda g: 1.5 * g,
    "one entry": lambda g: g * np.array([[1, 1, 1], [1, 1, -1]]),
}

POWERS = st.integers(-100, 100).map(lambda k: 2.0**k)


def verdicts(report):
    return {(e.order, e.index): (str(e.verdict), e.note) for e in report.entries}


@few(30)
@given(st.sampled_from(sorted(FUNCTIONS)), st.sampled_from(sorted(FAULTS)), POWERS, POWERS)
def test_units_of_f_and_of_x_change_no_verdict(name, fault, c, s):
    f, wrong = FUNCTIONS[name], FAULTS[fault]
    gradient = scales.gradient_of(f)

    def scaled(x):
        return c * f(x / s)

    with np.errstate(all="ignore"):
        here = gradcheck(f, X, gradient=lambda x: wrong(gradient(x)), raises=False)
        there = gradcheck(
            scaled, s * X, gradient=lambda x: c / s * wrong(gradient(x / s)), raises=False
        )
    assert verdicts(there) == verdicts(here)
    numbers = {e.index: c / s * e.numerical for e in here.entries}
    assert {e.index: e.numerical for e in there.entries} == pytest.approx(numbers, nan_ok=True)


SCALES = [1e-30, 1e-12, 1e-9, 1.0, 1e9, 1e30]


@pytest.mark.parametrize("c", SCALES)
@pytest.mark.parametrize("s", SCALES)
@pytest.mark.parametrize("factor", [0, -1, 2, 1.0001])
def test_a_wrong_factor_is_wrong_at_any_scale(c, s, factor):
    def f(x):
        return c * (x * x).sum()

    x = s * np.array([1.0, 2.0])
    assert gradcheck(f, x, gradient=lambda x: 2 * c * x).all_correct
    assert gradcheck(f, x, raises=False).all_correct
    wrong = gradcheck(f, x, gradient=lambda x: factor * 2 * c * x, raises=False)
    assert wrong.counts["wrong"] == 2


@pytest.mark.parametrize("small", [1e-3, 1e-6, 2e-9])
@pytest.mark.parametrize("wrong", [0, -1, 2])
def test_an_entry_much_smaller_than_the_others(small, wrong):
    x = np.array([0.5, small / 2])
    assert gradcheck(lambda x: (x * x).sum(), x, gradient=lambda x: 2 * x).all_correct
    report = gradcheck(
        lambda x: (x * x).sum(), x, gradient=lambda x: 2 * x * np.array([1, wrong]), raises=False
    )
    assert [str(e.verdict) for e in report.entries] == ["wrong", "correct"]
    assert report.entries[0].by == "x[1]"


@pytest.mark.parametrize("wrong", [-1.0, 5.0])
def test_what_f_does_not_show_is_not_correct(wrong):
    # sin x is lost beside 1e20, and no step is long enough to show it.
    report = gradcheck(
        lambda x: 1e20 + np.sin(x).sum(), X, gradient=lambda x: wrong * np.cos(x), raises=False
    )
    assert report.counts["not enough precision"] == X.size


def test_atol_is_an_allowance_of_the_caller():
    def f(x):
        return 1e-9 * (x * x).sum()

    assert gradcheck(f, X, gradient=lambda x: 0 * x, raises=False).counts["wrong"] == X.size
    assert gradcheck(f, X, gradient=lambda x: 0 * x, atol=1e-8).all_correct


@pytest.mark.parametrize(
    "f",
    [
        np.floor,
        np.sign,
        lambda x: np.maximum(x - 100, 0),
        lambda x: np.maximum(x - 100, 0) + 1,
        lambda x: x[0].sum() + 0 * x.sum(),
        lambda x: x**3 * (x > 5),
    ],
)
def test_a_gradient_of_0_is_correct_where_f_stands_still(f):
    assert gradcheck(f, X).all_correct


@pytest.mark.parametrize("f", [lambda x: x**3, lambda x: x**2, np.cos, lambda x: np.exp(x) - x])
def test_a_derivative_of_0_where_f_is_stationary(f):
    assert gradcheck(f, np.array([0.0])).all_correct
    assert gradcheck(f, np.array([0.0, 1.0])).all_correct


@pytest.mark.parametrize(
    "f",
    [
        lambda x: activations.softmax(x).sum(),
        lambda x: (x - x.mean()).sum(),
        lambda x: ((x - x.mean(0)) / x.std(0)).sum(),
    ],
)
def test_a_gradient_of_rounding_alone_is_no_error(f):
    report = gradcheck(f, X)  # raises for a number of which nothing is known
    assert report.counts["wrong"] == report.counts["kink"] == 0


@pytest.mark.parametrize("x", [1e-30, 1e-20, 1e-9])
@pytest.mark.parametrize("f", [np.exp, activations.sigmoid, lambda x: 1 + x])
def test_an_input_far_smaller_than_the_steps_that_f_notices(f, x):
    assert gradcheck(f, np.array([x, 2 * x])).counts["wrong"] == 0
    wrong = gradcheck(f, np.array([x, 2 * x]), gradient=lambda x: -np.ones(2), raises=False)
    assert wrong.counts["wrong"] == 2


def test_half_precision_underflows_and_says_so():
    def f(x):
        return np.sin(x.astype(np.float16)).astype(np.float64).sum() * 1e-12

    report = gradcheck(f, X, raises=False)
    assert {e.claimed for e in report.entries} == {0.0}  # 1e-12 is 0 in half precision
    assert report.counts["not enough precision"] == X.size
    assert "the gradient leaves the range of its dtype" in repr(report)


def test_mistakes_in_all_units_are_found():
    tally = planted.in_units(90)
    assert tally[planted.MISSED] == 0
    assert tally[planted.FOUND] > 50


def test_mistakes_in_units_that_are_not_found_are_seen(monkeypatch):
    monkeypatch.setattr(planted, "gradcheck", lambda f, x, **options: gradcheck(np.sin, X))
    assert planted.in_units(18)[planted.MISSED] > 5


def test_a_gradient_that_underflows_in_half_precision_is_no_wrong_formula():
    def f(x):
        return (x.astype(np.float16) @ W[:, :2].astype(np.float16)).astype(np.float64) * 1e-12

    report = gradcheck(f, X, raises=False)
    assert {e.claimed for e in report.entries} == {0.0}
    assert report.counts["wrong"] == 0


def test_one_that_is_in_range_and_wrong():
    def f(x):
        return np.sin(x.astype(np.float16)).astype(np.float64)

    right = gradcheck(f, X)
    assert {str(e.verdict) for e in right.entries if e.claimed} == {"not enough precision"}
    assert {str(e.verdict) for e in right.entries if not e.claimed} == {"correct"}
    with replaced_rules(trigonometric.sin, x=lambda g, x: -3 * g * np.cos(x)):
        wrong = gradcheck(f, X, raises=False)
    assert wrong.counts["wrong"] == X.size
    assert wrong.counts["correct"] == right.counts["correct"]


class Jittery:
    """A function whose values are off by their rounding, now and then, and that counts its calls."""

    def __init__(self, size):
        self.rng, self.size, self.calls = np.random.default_rng(0), size, 0

    def __call__(self, x):
        self.calls += 1
        return 3.0 + 0 * x.sum() + self.size * self.rng.integers(-1, 2)


def test_a_claim_of_0_beside_rounding_alone_needs_no_closer_look():
    jittery = Jittery(np.spacing(3.0))
    report = gradcheck(jittery, X)
    assert {(str(e.verdict), e.note) for e in report.entries} == {
        ("not enough precision", "both are rounding alone")
    }
    assert jittery.calls < 25 * X.size  # a closer look takes more than a hundred for each


def test_a_function_that_changes_by_more_than_rounding_each_time():
    with pytest.raises(GradientCheckError, match="something else each time"):
        gradcheck(Jittery(1e-9), X)


def test_a_second_derivative_of_rounding_alone_beside_a_large_first_one():
    # Its slopes are 1/2 and 1/2, and so the second derivatives are ± σ′/4, which cancel but for rounding.
    report = gradcheck(lambda x: np.logaddexp(x, x), np.array(-2.21208106), order=2)
    assert report.counts["wrong"] == report.counts["kink"] == 0


def test_a_jump_at_some_distance_needs_no_closer_look():
    calls = []

    def f(x):
        calls.append(x)
        return np.sign(x)

    assert gradcheck(f, X).all_correct
    assert len(calls) < 10 * X.size
