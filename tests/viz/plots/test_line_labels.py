import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from viz.plots.line_labels import LineEnd, label_ends, spread

shares = st.lists(st.floats(0, 1), min_size=1, max_size=8)


@given(shares, st.floats(0.01, 0.12))
def test_labels_have_room_stay_in_order_and_on_the_axes(values, gap):
    apart = spread(values, gap)
    order = sorted(range(len(values)), key=lambda i: values[i])
    placed = np.array([apart[i] for i in order])
    assert (np.diff(placed) > gap - 1e-9).all()
    assert placed[0] > -1e-9
    assert placed[-1] < 1 + 1e-9


@given(shares)
def test_what_is_apart_already_stays_where_it_is(values):
    gap = 0.9 * min(np.diff(sorted(values)), default=1.0)
    np.testing.assert_allclose(spread(values, gap), values, atol=1e-12)


def test_labels_give_way_by_as_little_as_possible():
    np.testing.assert_allclose(spread([0.5, 0.5], 0.1), [0.45, 0.55])
    np.testing.assert_allclose(spread([0.5, 0.5, 0.9], 0.1), [0.45, 0.55, 0.9])
    np.testing.assert_allclose(spread([1.0, 1.0], 0.1), [0.9, 1.0])


def test_more_labels_than_there_is_room_for_are_written_all_the_same():
    np.testing.assert_allclose(spread([0.5] * 4, 0.5), [0.0, 0.5, 1.0, 1.5])


def test_each_word_points_at_its_line_and_no_two_overlap():
    figure = Figure()
    ax = figure.subplots()
    ax.set(xlim=(0, 10), ylim=(1, 1e4), yscale="log")
    ends = [LineEnd(10, 50.0, "one", "#0072B2"), LineEnd(4, 51.0, "other", "#D55E00")]
    label_ends(ax, ends)
    assert [(t.get_text(), t.xy) for t in ax.texts] == [("one", (10, 50.0)), ("other", (4, 51.0))]
    figure.canvas.draw()
    one, other = (text.get_window_extent() for text in ax.texts)
    assert not one.overlaps(other)
    assert one.y1 < other.y0
