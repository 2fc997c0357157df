import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tinygrad_course.inspect import SMALL
from viz import text
from viz.graph.summary import COLUMNS, NOTHING, ROWS, heat_map, statistics, summarise

shapes = arrays.array_shapes(max_dims=3, max_side=40)
finite = arrays.arrays(np.float64, shapes, elements=st.floats(-1e6, 1e6))
scalable = arrays.arrays(
    np.float64, shapes, elements=st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-300)
)
anything = arrays.arrays(st.sampled_from((np.float16, np.float32, np.float64)), shapes)


@given(anything)
def test_few_numbers_are_written_and_of_many_is_said_what_they_are_like(values):
    shown = summarise(values)
    if values.size <= SMALL:
        assert shown.lines == text.array(values)
        assert not shown.heat
    else:
        assert 1 <= len(shown.lines) <= 5
        assert shown.heat


def test_only_arrays_that_are_here_are_looked_at():
    class Elsewhere:
        def __array__(self, dtype=None, copy=None):
            raise AssertionError("it was computed")

    assert summarise(Elsewhere()) == NOTHING


def test_integers_have_statistics_and_no_picture():
    shown = summarise(np.arange(100))
    assert shown.lines == ("mean 49.5 ± 28.9", "from 0 to 99", "1% zero")
    assert not shown.heat


def test_statistics_leave_out_what_is_not_finite_and_count_it():
    values = np.zeros(200)
    values[:100] = 2.0
    values[[0, 1, 2]] = np.nan, np.inf, -np.inf
    assert tuple(statistics(values)) == (
        "mean 0.985 ± 1.0", "from 0.0 to 2.0", "1 NaN", "2 infinite", "50% zero"
    )  # fmt: skip
    assert tuple(statistics(np.full(100, np.nan))) == ("100 NaN",)
    assert list(statistics(np.r_[0.0, np.ones(200)]))[-1] == "1 zero"


@given(finite)
def test_a_picture_has_at_most_so_many_cells_with_levels_of_a_byte(values):
    picture = heat_map(values)
    assert 1 <= len(picture) <= ROWS
    assert {len(row) for row in picture} <= set(range(1, COLUMNS + 1))
    assert all(0 <= level <= 255 for row in picture for level in row)


@given(arrays.arrays(np.float64, (2 * ROWS, 3 * COLUMNS), elements=st.floats(-1e6, 1e6)))
def test_a_cell_is_the_mean_of_a_block_by_the_largest_of_all(values):
    means = values.reshape(ROWS, 2, COLUMNS, 3).mean(axis=(1, 3))
    largest = np.abs(means).max() or 1.0
    assert np.allclose(np.array(heat_map(values)), 127.5 + 127.5 * means / largest, atol=0.51)


@given(scalable, st.floats(1e-6, 1e6))
def test_a_picture_shows_the_same_of_numbers_of_another_size(values, scale):
    difference = np.array(heat_map(values)) - np.array(heat_map(values * scale))
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("shape", [(100,), (101,), (9, 9), (1, 100), (100, 1), (3, 5, 7)])
def test_arrays_of_any_shape_have_a_picture_in_their_order(shape):
    n = np.prod(shape)
    picture = np.array(heat_map(np.linspace(-1, 1, n).reshape(shape)))
    assert (np.diff(picture[:, 0]) >= 0).all()
    assert (np.diff(picture, axis=1) >= 0).all()
    assert picture[0, 0] < 128 < picture[-1, -1]


def test_levels_of_special_numbers():
    assert heat_map(np.zeros((9, 9)))[0][0] == 128
    with_nan = np.ones((ROWS, COLUMNS))
    with_nan[2, 3], with_nan[4, 5], with_nan[6, 7] = np.nan, np.inf, -np.inf
    picture = heat_map(with_nan)
    assert (picture[2][3], picture[4][5], picture[6][7], picture[0][0]) == (None, 255, 0, 255)


def test_no_array_makes_a_warning():
    for values in (
        np.full(100, np.inf),
        np.tile([np.inf, -np.inf], 50),
        np.full(100, 6e4, np.float16),
    ):
        assert summarise(values).lines
    assert summarise(np.full(100, 1.7e308)).heat[0][0] == 255


@pytest.mark.parametrize("size", [1e200, 1.7e308, 1e-200, 1e-310])
def test_numbers_near_the_ends_of_the_range_have_a_spread_and_a_picture(size):
    values = np.tile([size, -size], 100)
    assert next(statistics(values)) == f"mean 0.0 ± {text.number(size)}"
    ordinary = np.linspace(-1, 1, 200)
    assert heat_map(ordinary * size) == heat_map(ordinary)
