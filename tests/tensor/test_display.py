"""What a notebook shows of a Tensor."""

import dask.array as da
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pages import Page
from tinygrad_course import Tensor
from tinygrad_course.tensor.display import SHOWN


def shown(tensor):
    return Page(tensor._repr_html_())


def figures(page):
    """The rows of a table by their heads, each by the heads of its columns."""
    (_, *heads), *rows = page.rows
    return {row[0]: dict(zip(heads, row[1:], strict=True)) for row in rows}


def test_a_leaf_says_what_it_is_and_that_it_has_no_gradient_yet():
    page = shown(Tensor([0.5, -2.0], requires_grad=True, name="w"))
    assert page.text.startswith("Tensor w of shape (2,), float64, requires a gradient")
    assert page.rows == [["", "0", "1"], ["value", "0.5", "-2"], ["gradient", "none yet"]]
    assert page.values("colspan") == ["2"]


def test_behind_a_backward_pass_the_gradient_stands_below_the_value():
    w = Tensor([0.5, -2.0], requires_grad=True)
    (w * [3.0, 4.0]).sum().backward()
    assert shown(w).rows[-1] == ["gradient", "3", "4"]


def test_a_result_says_what_computed_it_and_a_constant_nothing():
    w = Tensor([1.0, 3.0], requires_grad=True)
    result = shown(w.mean())
    assert "computed by mean" in result.text
    assert result.rows == [["value", "2"]]
    assert shown(Tensor([1, 2], name="x")).text.startswith("Tensor x of shape (2,), int64")


def test_the_gradient_that_a_result_retains_is_shown():
    y = Tensor(2.0, requires_grad=True) * 3.0
    y.retain_grad()
    (y * y).backward()
    assert shown(y).rows == [["value", "6"], ["gradient", "12"]]


def test_a_matrix_and_its_gradient_stand_beside_each_other():
    w = Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
    (w * w).sum().backward()
    page = shown(w)
    assert page.rows[:3] == [["", "0", "1", "2"], ["0", "0", "1", "2"], ["1", "3", "4", "5"]]
    assert page.rows[3:] == [["", "0", "1", "2"], ["0", "0", "2", "4"], ["1", "6", "8", "10"]]
    assert len(page.all("caption")) == len(page.all("table")) == 2


def test_a_row_of_more_axes_is_named_by_its_indices():
    page = shown(Tensor(np.arange(12).reshape(2, 2, 3)))
    assert [row[0] for row in page.rows] == ["", "0, 0", "0, 1", "1, 0", "1, 1"]
    assert page.rows[3] == ["1, 0", "6", "7", "8"]


@pytest.mark.parametrize("shape", [(64,), (1, 64), (64, 1), (4, 16), (16, 4)])
def test_long_axes_are_shortened_and_keep_their_ends(shape):
    page = shown(Tensor(np.arange(64).reshape(shape)))
    assert len(page.rows) <= SHOWN + 1
    assert max(map(len, page.rows)) <= SHOWN + 1
    cells = [cell for row in page.rows for cell in row]
    assert {"0", "63", "…"} <= {*cells}
    assert all(len(row) == len(page.rows[0]) for row in page.rows)


def test_many_numbers_are_shown_by_statistics():
    rng = np.random.default_rng(0)
    w = Tensor(rng.normal(size=(20, 10)), requires_grad=True)
    (np.maximum(w, 0.0)).sum().backward()
    value, gradient = figures(shown(w)).values()
    for head in ("mean", "std", "min", "max"):
        assert value[head] == f"{getattr(w.data, head)():.4g}"
    assert value["zero"] == "0"
    assert gradient["zero"] == str((w.data < 0).sum())
    assert gradient["max"] == "1"


def test_numbers_that_are_not_finite_are_counted_and_left_out_of_the_rest():
    array = np.ones(100, np.float32)
    array[:3] = np.nan, np.inf, -np.inf
    (value,) = figures(shown(Tensor(array))).values()
    expected = {"mean": "1", "std": "0", "min": "1", "max": "1", "NaN": "1", "infinite": "2"}
    assert value == expected
    (value,) = figures(shown(Tensor(np.full(100, np.nan)))).values()
    assert value == {"mean": "nan", "std": "nan", "min": "nan", "max": "nan", "NaN": "100"}


def test_statistics_are_computed_in_double_precision():
    (value,) = figures(shown(Tensor(np.tile(np.float32([1e30, -1e30]), 50)))).values()
    assert value["std"] == "1e+30"


@pytest.mark.parametrize("size", [1e200, 1.7e308, 1e-200])
def test_statistics_of_numbers_near_the_ends_of_the_range_are_finite(size):
    (value,) = figures(shown(Tensor(np.tile([size, -size], 50)))).values()
    assert value["std"] == value["max"] == f"{size:.4g}"


@pytest.mark.parametrize("array", [np.zeros((0,)), np.zeros((3, 0)), np.zeros((0, 2, 2))])
def test_nothing_is_shown_of_an_empty_array_but_its_shape(array):
    page = shown(Tensor(array, requires_grad=True))
    assert f"of shape {array.shape}" in page.text
    assert not page.all("table")


@pytest.mark.parametrize("value", [True, 3, -0.0, float("nan"), float("inf"), np.float16(0.1)])
def test_single_numbers(value):
    ((head, cell),) = shown(Tensor(value)).rows
    assert head == "value"
    assert cell == (f"{value:.4g}" if isinstance(value, float | np.floating) else str(value))


def test_an_array_that_is_computed_later_is_shown_as_its_library_shows_it():
    array = da.ones((30, 4), chunks=(10, 4))
    html = Tensor(array)._repr_html_()
    assert array._repr_html_() in html


def test_an_array_of_a_library_that_has_no_html_is_shown_by_its_repr():
    class Later(da.Array):
        _repr_html_ = None

        def __repr__(self):
            return "<later & elsewhere>"

    base = da.ones(3)
    assert (
        "<later & elsewhere>" in shown(Tensor(Later(base.dask, base.name, base.chunks, float))).text
    )


@given(st.text())
def test_any_name_is_text(name):
    page = shown(Tensor([1.0], name=name))
    assert name in page.text
    assert {tag for tag, _ in page.elements} <= {"div", "p", "b", "table", "tr", "th", "td"}
