from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course import nn
from viz.network.layers import read
from viz.network.layout import GAP, MOST_UNITS, RADIUS, ROW, columns, shown


@given(st.integers(1, 2000))
def test_at_most_a_dozen_units_are_drawn_in_order_and_the_first_and_last_are_among_them(n):
    rows = shown(n)
    drawn = [unit for unit in rows if unit is not None]
    assert len(rows) <= MOST_UNITS == 12
    assert drawn == sorted(set(drawn))
    assert drawn[0] == 0
    assert drawn[-1] == n - 1
    assert rows.count(None) == (len(drawn) < n) == (n > 12)


def test_the_ellipsis_stands_where_units_are_missing():
    rows = shown(100)
    gap = rows.index(None)
    assert rows[:gap] == list(range(gap))
    assert rows[gap + 1 :] == list(range(100 - len(rows[gap + 1 :]), 100))


@given(st.lists(st.integers(1, 40), min_size=2, max_size=5), st.floats(1, 400))
def test_units_never_touch_and_columns_stand_around_one_height(sizes, width):
    layouts = columns(read(nn.MLP(sizes)), [width] * len(sizes))
    for layout, n in zip(layouts, sizes, strict=True):
        rows = [*layout.units.values(), *([] if layout.ellipsis is None else [layout.ellipsis])]
        rows.sort()
        assert len(rows) == len(shown(n))
        assert rows[0] == pytest.approx(-rows[-1])
        assert all(b - a == pytest.approx(ROW) for a, b in pairwise(rows))
    distances = [b.x - a.x for a, b in pairwise(layouts)]
    assert min(distances) >= max(width + GAP, 3 * RADIUS) - 1e-9
    assert layouts[0].x == 0
