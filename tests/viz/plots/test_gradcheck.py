import numpy as np
import pytest

from tests.viz.plots.drawn import line, words
from tinygrad_course.errors import DrawingError
from tinygrad_course.testing import gradcheck as check
from viz.plots import gradcheck

X = np.array([0.7, 1.3])


@pytest.fixture(scope="module")
def right():
    return check(lambda x: np.exp(np.sin(x)).sum(), X)


@pytest.fixture(scope="module")
def wrong():
    return check(lambda x: (x**3).sum(), X, gradient=lambda x: 3 * x**2 + 1e-4, raises=False)


def level(ax, name):
    """The height of the line across the plot that this word stands beside."""
    (height,) = [text.get_position()[1] for text in ax.texts if text.get_text() == name]
    assert any(set(found.get_ydata()) == {height} for found in ax.lines)
    return height


def test_the_errors_are_drawn_by_the_step(right):
    ax = gradcheck(right).axes[0]
    expected = right.error_versus_step()
    for name, errors in (
        ("central difference", expected.central),
        ("complex step", expected.complex_step),
    ):
        h, drawn = line(ax, name)
        np.testing.assert_array_equal(h, expected.steps)
        seen = errors > 0
        np.testing.assert_array_equal(drawn[seen], errors[seen])
        assert name in words(ax)
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert ax.get_title(loc="left") == "derivative of output by x[1]: correct"


def test_errors_of_zero_lie_at_the_bottom_on_a_line_of_their_own(right):
    ax = gradcheck(right).axes[0]
    errors = right.error_versus_step().complex_step
    _, drawn = line(ax, "complex step")
    assert (errors == 0).any()
    exact = level(ax, "exact")
    assert set(drawn[errors == 0]) == {exact}
    assert exact < drawn[errors > 0].min()
    assert ax.get_ylim()[0] < exact


def test_the_best_step_and_both_laws_are_named(right):
    ax = gradcheck(right).axes[0]
    found = right.error_versus_step()
    best = found.steps[found.central.argmin()]
    assert 1e-7 < best < 1e-4  # about the cube root of the machine epsilon
    assert f"best step: {best:.0e}" in words(ax)
    assert {"∝ h²", "∝ 1/h"} <= set(words(ax))


def test_a_law_that_the_errors_do_not_follow_is_not_named():
    linear = check(lambda x: (2 * x).sum(), X)  # Taylor's series has no more terms to be cut off
    found = words(gradcheck(linear).axes[0])
    assert "∝ h²" not in found
    assert "∝ 1/h" in found
    fifth_power = check(lambda x: x**5, np.zeros(1))  # the error is h⁴, and nothing is rounded
    found = words(gradcheck(fifth_power).axes[0])
    assert "best step: 1e-12" in found
    assert not {"∝ h²", "∝ 1/h"} & set(found)


def test_a_wrong_gradient_ends_on_a_floor_above_what_is_allowed(wrong):
    ax = gradcheck(wrong).axes[0]
    h, errors = line(ax, "central difference")
    floor = np.median(errors[(h > 1e-8) & (h < 1e-4)])
    assert floor == pytest.approx(1e-4, rel=1e-3)
    assert level(ax, "allowed") == wrong.entries[0].allowed < floor
    assert ax.get_title(loc="left").endswith("wrong")
    assert not [word for word in words(ax) if "best" in word or "∝" in word]


def test_any_entry_can_be_chosen(right):
    entry = next(e for e in right.entries if e.by == "x[0]")
    ax = gradcheck(right, entry).axes[0]
    assert ax.get_title(loc="left") == "derivative of output by x[0]: correct"
    np.testing.assert_array_equal(
        line(ax, "central difference")[1], right.error_versus_step(entry).central
    )


def test_without_complex_arrays_there_is_one_curve():
    report = check(lambda x: np.abs(x).sum(), X)
    found = words(gradcheck(report).axes[0])
    assert "central difference" in found
    assert "complex step" not in found


def test_a_derivative_that_is_exact_at_every_step_is_drawn():
    report = check(lambda x: np.abs(x).sum(), np.array([0.0]), raises=False)
    ax = gradcheck(report).axes[0]
    _, errors = line(ax, "central difference")
    assert set(errors) == {level(ax, "exact")}
    assert ax.get_title(loc="left").endswith("kink")


def test_what_can_not_be_drawn_is_refused():
    with pytest.raises(DrawingError, match="a float is not a report: give what testing"):
        gradcheck(0.3)
    nothing = check(lambda x: x * 2.0, np.ones(0))
    with pytest.raises(DrawingError, match="nothing was compared"):
        gradcheck(nothing)
    with np.errstate(all="ignore"):
        nowhere = check(lambda x: x * np.inf, X, raises=False)
        with pytest.raises(DrawingError, match=r"at no step .* a finite number"):
            gradcheck(nowhere)
