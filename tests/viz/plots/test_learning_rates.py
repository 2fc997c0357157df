import numpy as np
import pytest

from tests.viz.plots.drawn import line
from tinygrad_course.errors import DrawingError
from tinygrad_course.training import RateSearch
from viz.plots import learning_rates

RATES = [1e-3, 1e-2, 1e-1, 1.0]
FOUND = RateSearch(RATES, [3.1, 2.5, 1.2, 9.0], [3.0, 2.8, 1.5, 8.0])


def test_batches_are_dots_and_their_course_a_line_with_the_suggestion():
    (ax,) = learning_rates(FOUND).axes
    assert ax.get_xscale() == "log"
    np.testing.assert_array_equal(line(ax, "loss of a batch"), (RATES, FOUND.loss))
    np.testing.assert_array_equal(line(ax, "smoothed"), (RATES, FOUND.smoothed))
    assert [text.get_text() for text in ax.texts] == ["lr=0.01"]
    marked = ax.lines[-1]
    assert (marked.get_xdata()[0], marked.get_ydata()[0]) == (0.01, 2.8)


def test_an_explosion_does_not_squeeze_the_rest():
    low, high = learning_rates(FOUND).axes[0].get_ylim()
    assert low < 1.5
    assert 3.0 < high < 8.0


def test_what_is_no_search_is_refused():
    with pytest.raises(DrawingError, match=r"this is a dict: give what training\.lr_find"):
        learning_rates({})
    with pytest.raises(DrawingError, match=r"ended after 1 rate, .*a smaller low="):
        learning_rates(RateSearch([1.0], [1.0], [1.0]))
