import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course.inspect import spec_of
from viz import text


@pytest.mark.parametrize(
    ("x", "shown"),
    [
        (0.46212, "0.462"),
        (-0.0, "0.0"),
        (2.0, "2.0"),
        (0.99999, "1.0"),
        (999.6, "1000"),
        (123456.7, "123457"),
        (0.0000123, "1.23e-05"),
        (float("nan"), "nan"),
        (-np.inf, "-inf"),
        (np.float32(0.1), "0.1"),
        (12345678, "12345678"),
        (True, "True"),
    ],
)
def test_numbers_have_three_significant_digits_and_integers_all(x, shown):
    assert text.number(x) == shown


@given(st.floats(-1e300, 1e300))
def test_a_number_is_short_and_within_half_a_percent_of_the_truth(x):
    shown = text.number(x)
    assert len(shown) <= len("-1.23e-308")
    assert float(shown) == pytest.approx(x, rel=0.005)


def test_a_matrix_of_twelve_numbers_is_shown_whole_point_below_point():
    lines = text.array(np.array([[1.0, -0.25], [22.5, 3.0]]))
    assert lines == ("[ 1.0  -0.25]", "[22.5   3.0 ]")
    whole = text.array(np.arange(12.0).reshape(3, 4))
    assert "".join(whole).count(".") == 12


@given(st.lists(st.integers(0, 5), max_size=4).map(tuple))
def test_an_array_of_any_shape_takes_few_lines(shape):
    lines = text.array(np.ones(shape))
    assert 1 <= len(lines) <= text.MOST_ROWS
    assert ("…" in "".join(lines)) <= (np.prod(shape) > text.MOST_ROWS)


def test_names_are_one_printable_line_that_ends():
    assert text.name("a\nb\x07\u202e\ud800") == r"a\nb\x07\u202e\ud800"
    assert text.name(None) == text.name("") == ""
    assert len(text.name("x" * 100)) == text.LONGEST


def test_parameters_read_like_python():
    assert text.index((slice(1, 3), slice(None, None, 2), Ellipsis, 0)) == "[1:3, ::2, ..., 0]"
    assert text.index(np.arange(3)) == "[(3,) int64 array]"
    assert text.parameter((0, 2)) == "(0, 2)"
    large = np.zeros((30, 40), np.float32)
    assert text.parameter(spec_of(large)) == text.parameter(large) == "(30, 40) float32 array"
    assert text.parameter(np.float32) == text.parameter(np.dtype("float32")) == "float32"
