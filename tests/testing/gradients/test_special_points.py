"""At a kink there is no derivative: gradcheck says so, and where, and calls no right gradient wrong."""

import numpy as np
import pytest

from tinygrad_course.errors import GradientCheckError
from tinygrad_course.ops import activations, arithmetic
from tinygrad_course.testing import gradcheck, replaced_rules

RNG = np.random.default_rng(0)


def kinks(report):
    return [entry for entry in report.entries if entry.verdict == "kink"]


@pytest.mark.parametrize(
    ("f", "x", "left", "right"),
    [
        (activations.relu, 0.0, 0, 1),
        (np.abs, 0.0, -1, 1),
        (lambda x: np.clip(x, -1, 2), 2.0, 1, 0),
        (lambda x: np.maximum(3 * x, x * x), 3.0, 3, 6),
        (lambda x: -2 * np.abs(x - 1e3), 1e3, 2, -2),
        (lambda x: np.abs(x) + 5 * x, 0.0, 4, 6),
    ],
)
def test_an_entry_at_a_kink_has_both_slopes(f, x, left, right):
    (entry,) = gradcheck(f, np.array(x)).entries
    assert entry.verdict == "kink"
    np.testing.assert_allclose((entry.left, entry.right), (left, right), rtol=1e-6, atol=1e-6)
    assert left <= entry.claimed <= right or right <= entry.claimed <= left
    assert entry.note == ""


def test_it_says_which_entry_is_at_a_kink_and_checks_the_others():
    report = gradcheck(activations.relu, np.array([[1.0, 0.0], [-2.0, 3.0]]))
    assert [entry.by[-6:] for entry in kinks(report)] == ["[0, 1]"]
    assert report.counts["correct"] == 15
    assert "0 | 1" in repr(report)
    assert "as a subgradient may" in repr(report)
    assert not report.all_correct


def test_a_wrong_number_beside_a_kink_is_still_wrong():
    with (
        replaced_rules(activations.relu, x=lambda g, out: 2 * g * (out > 0)),
        pytest.raises(GradientCheckError, match="1 kink"),
    ):
        gradcheck(activations.relu, np.array([0.0, 1.0]))


def test_a_kink_among_many_inputs_is_found_by_halving():
    x = RNG.standard_normal((20, 30))
    x[17, 3] = 0
    report = gradcheck(lambda x: activations.relu(x).sum(), x)
    assert kinks(report)
    assert "One is by x[17, 3]." in report.remarks[0]


def test_a_smooth_bend_is_no_kink():
    for sharpness in (1.0, 1e3):
        assert gradcheck(lambda x: np.sqrt(x * x + sharpness**-2), np.zeros(2)).all_correct  # noqa: B023
    assert gradcheck(np.abs, np.array([1e-5, -1e-7, 1e-9])).all_correct


def test_all_units_of_a_layer_at_their_kinks():
    # Each rule chooses a slope for its own kink; their sum need not lie between the slopes of the whole.
    report = gradcheck(lambda x: activations.relu(x) - 3 * activations.relu(-x), np.zeros(2))
    assert [(e.left, e.claimed, e.right) for e in kinks(report)] == [(pytest.approx(3), 0, 1)] * 2
    assert "still right beside the kink" in report.remarks[0]


def test_a_gradient_outside_of_both_slopes_is_wrong_if_it_is_wrong_beside_them():
    with (
        replaced_rules(arithmetic.abs, x=lambda g, x: g * (3 + np.sign(x))),
        pytest.raises(GradientCheckError, match="wrong, the gradient is not between them"),
    ):
        gradcheck(np.abs, np.array([0.0]))


@pytest.mark.parametrize("f", [np.median, np.sort])
def test_three_equal_numbers(f):
    # The middle one does not change with any single one of them, but with all of them together.
    report = gradcheck(f, np.full(3, 2.0))
    assert report.counts["kink"] >= 1
    assert report.counts["wrong"] == 0
    assert "in other directions" in repr(report)


def test_a_wrong_special_case_is_wrong_although_the_gradient_is_right_beside_it():
    def rule(g, x):
        return g * 2 * x * np.sign(x) ** 2 + g * (x == 0)

    with (
        replaced_rules(arithmetic.square, x=rule),
        pytest.raises(GradientCheckError, match="right at points close by"),
    ):
        gradcheck(np.square, np.array([0.0, 1.0]))


@pytest.mark.parametrize(
    ("f", "x", "slopes"),
    [
        (np.floor, 1.0, "inf | 0"),
        (lambda x: np.heaviside(x, 0.5), 0.0, "inf | inf"),
    ],
)
def test_jumps_have_infinite_slopes(f, x, slopes):
    assert slopes in repr(gradcheck(f, np.array(x)))


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_nan_beside_a_vertical_tangent_is_0_times_infinity():
    report = gradcheck(np.cbrt, np.array([0.0, 1.0]))
    assert sorted(entry.note for entry in kinks(report)) == ["", "0 times infinity"]
    assert "inf | inf" in repr(report)


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_nan_at_an_ordinary_kink_is_wrong():
    with pytest.raises(GradientCheckError, match="NaN or infinity"):
        gradcheck(lambda x: np.sqrt(x * x), np.array([0.0]))


def test_an_edge_of_the_domain_has_one_slope():
    def f(x):
        return np.where(x.data < 0, np.nan, x * x)

    assert "none | " in repr(gradcheck(f, np.array([0.0, 1.0])))


def test_a_gradient_that_loses_its_own_digits():
    # (eˣ − 1) / x is fine at 1e-7, but its derivative subtracts 1e14 from 1e14.
    report = gradcheck(lambda x: (np.exp(x) - 1) / x, np.array([1e-7, 1.0]), raises=False)
    (worst, *_) = report.entries
    assert (worst.verdict, worst.note) == (
        "not enough precision",
        "the gradient has no digits left",
    )
    assert "Reverse mode itself jumps" in repr(report)
