"""The complex step: exact where f is analytic, left out where f is not, and never a reason for "wrong"."""

import numpy as np
import pytest

from tinygrad_course.errors import GradientCheckError
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import gradcheck

X = np.array([0.7, -1.3, 2.0])


def hidden(f):
    """The same values, but adding and subtracting 1e9 costs central differences half of their digits."""
    return lambda x: (f(x) + 1e9) - 1e9


@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (np.sin, np.cos),
        (np.exp, np.exp),
        (lambda x: x**3, lambda x: 3 * x**2),
        (lambda x: 1 / (1 + np.exp(-x)), lambda x: 0.25 / np.cosh(x / 2) ** 2),
    ],
)
def test_it_confirms_where_differences_are_not_precise(f, slope):
    report = gradcheck(hidden(f), X, gradient=slope, rtol=1e-12, atol=0)
    assert report.all_correct
    assert {entry.note for entry in report.entries} == {"by complex step"}
    for entry, exact in zip(sorted(report.entries, key=lambda e: e.by), slope(X), strict=True):
        assert entry.numerical == pytest.approx(exact, rel=1e-14)


def test_what_it_does_not_confirm_stays_imprecise():
    report = gradcheck(hidden(np.sin), X, gradient=lambda x: np.cos(x) * (1 + 1e-5), raises=False)
    assert {str(entry.verdict) for entry in report.entries} == {"not enough precision"}


def test_a_wrong_complex_step_makes_no_right_gradient_wrong():
    # conj turns the sign of the imaginary part: the complex step says −cos x.
    report = gradcheck(lambda x: np.sin(np.conj(x)), X, gradient=np.cos)
    assert report.all_correct


def test_a_wrong_complex_step_hides_no_mistake():
    # The complex step finds the derivative 0 for |x|² = x conj(x), which is 2x.
    with pytest.raises(GradientCheckError, match="2 times too small"):
        gradcheck(lambda x: (x * np.conj(x)).real, X, gradient=lambda x: x)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.abs(np.sin(np.abs(x))),
        lambda x: np.asarray([float(t) for t in np.sin(x)]),
        lambda x: np.sin(x) if isinstance(x, Tensor) or x.dtype == float else 1 / 0,
    ],
)
def test_functions_that_take_no_complex_numbers_are_checked_without_it(f):
    report = gradcheck(hidden(f), np.abs(X[:2]), gradient=np.cos)
    assert {str(entry.verdict) for entry in report.entries} == {"not enough precision"}
