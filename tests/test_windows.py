"""Where windows lie, against what a loop over windows and elements finds."""

from itertools import product

import pytest
from hypothesis import given

from tests.laws.cases.convolution import geometries
from tinygrad_course.errors import SettingError
from tinygrad_course.windows import per_axis


def positions(index, sizes):
    """The numbers that the slices of an index stand for, along each axis."""
    assert index[0] is ...
    return [range(n)[part] for part, n in zip(index[1:], sizes, strict=True)]


@given(geometries())
def test_each_element_of_each_window_is_met_once(geometry):
    sizes, windows = geometry
    counts = windows.number(sizes)
    met = []
    for k, at, elements in windows.offsets(sizes):
        pairs = zip(positions(at, counts), positions(elements, sizes), strict=True)
        along = [list(zip(a, b, strict=True)) for a, b in pairs]
        met += [(k, tuple(zip(*pair, strict=True))) for pair in product(*along)]
    expected = []
    for k in product(*map(range, windows.kernel)):
        for i in product(*map(range, counts)):
            at = tuple(
                i[a] * windows.stride[a] + k[a] * windows.dilation[a] - windows.padding[a][0]
                for a in range(len(sizes))
            )
            if all(0 <= p < n for p, n in zip(at, sizes, strict=True)):
                expected.append((k, (i, at)))
    assert sorted(met) == sorted(expected)


@given(geometries())
def test_another_window_would_not_fit(geometry):
    sizes, windows = geometry
    for a, m in enumerate(windows.number(sizes)):
        span = windows.dilation[a] * (windows.kernel[a] - 1) + 1
        padded = sizes[a] + sum(windows.padding[a])
        assert (m - 1) * windows.stride[a] + span <= padded < m * windows.stride[a] + span


def test_one_number_stands_for_all_axes():
    assert per_axis("stride", 2, 2, 1) == per_axis("stride", [2, 2], 2, 1) == (2, 2)


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "2", None, (1,), (1, 2, 3), (1, 0)])
def test_what_is_no_number_for_each_axis(value):
    with pytest.raises(SettingError, match=r"stride=.*at least 1, or 2 of them.*\(3, 3\)"):
        per_axis("stride", value, 2, 1)
