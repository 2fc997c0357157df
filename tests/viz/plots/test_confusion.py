import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb

from tests.sampling import few
from tinygrad_course.errors import DrawingError
from viz.plots import confusion, style

samples = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30)


def cells(figure):
    """What is written in each cell, by true and predicted class."""
    ax = figure.axes[0]
    rows = [label.get_text() for label in ax.get_yticklabels()]
    columns = [label.get_text() for label in ax.get_xticklabels()]
    found = {}
    for text in ax.texts:
        column, row = text.get_position()
        found[rows[int(row)], columns[int(column)]] = text.get_text()
    assert len(found) == len(rows) * len(columns)
    return found


@few(15)
@given(samples)
def test_cells_have_counts_and_shares_of_their_row(pairs):
    true, predicted = np.array(pairs).T
    found = cells(confusion(true, predicted))
    for (row, column), text in found.items():
        count = sum((str(t), str(p)) == (row, column) for t, p in pairs)
        total = sum(str(t) == row for t, _ in pairs)
        shown = text.split("\n")
        assert int(shown[0]) == count
        if count:
            assert float(shown[1].rstrip("%")) == pytest.approx(100 * count / total, abs=0.051)
        else:
            assert len(shown) == 1
    assert {row for row, _ in found} == {str(c) for pair in pairs for c in pair}


def test_the_title_says_how_many_are_right():
    figure = confusion([0, 1, 1, 1], [0, 1, 1, 0])
    assert figure.axes[0].get_title(loc="left") == "75.0% right: 3 of 4"
    assert confusion([1, 1], [1, 1]).axes[0].get_title(loc="left") == "100% right: 2 of 2"


def test_one_hundred_per_cent_is_said_only_of_all():
    predicted = np.zeros(20_000, int)
    predicted[0] = 1
    figure = confusion(np.zeros(20_000), predicted)
    assert figure.axes[0].get_title(loc="left") == "99.9% right: 19,999 of 20,000"
    assert cells(figure)["0", "0"] == "19,999\n99.9%"


def test_right_cells_are_blue_and_mistakes_vermillion_and_darker_where_more():
    true = [0] * 10 + [1] * 10
    predicted = [0] * 9 + [1] + [0] * 4 + [1] * 6
    (image,) = confusion(true, predicted).axes[0].images
    away = 1 - np.asarray(image.get_array())  # from white
    for row, column, colour, share in (
        (0, 0, style.BLUE, 0.9),
        (0, 1, style.VERMILLION, 0.1),
        (1, 0, style.VERMILLION, 0.4),
        (1, 1, style.BLUE, 0.6),
    ):
        depth = away[row, column] / (1 - np.array(to_rgb(colour)))
        np.testing.assert_allclose(depth, depth[0])
        assert depth[0] ** 2 == pytest.approx(0.75**2 * share)


def test_classes_may_be_names_truths_or_whole_floats():
    found = cells(confusion(["cat", "dog"], np.array(["cat", "yak"])))
    assert found["dog", "yak"] == "1\n100%"
    assert found["yak", "cat"] == "0"
    assert cells(confusion([True, False], [1.0, 1.0]))["0", "1"] == "1\n100%"


def test_named_classes_are_all_shown():
    found = cells(confusion([0, 2], [2, 2], class_names=("cat", "dog", "yak")))
    assert len(found) == 9
    assert found["cat", "yak"] == "1\n100%"
    assert found["dog", "dog"] == "0"
    with pytest.raises(
        DrawingError, match="class 2, but class_names has 2 names, for the classes 0"
    ):
        confusion([0, 2], [2, 2], class_names=["cat", "dog"])


def test_many_classes_have_whole_percentages():
    true = np.repeat(np.arange(10), 7)
    found = cells(confusion(true, np.where(np.arange(70) % 7, true, 0)))
    assert found["3", "3"] == "6\n86%"
    assert found["3", "0"] == "1\n14%"


@pytest.mark.parametrize(
    ("y_true", "y_pred", "message"),
    [
        ([0, 1], [0.2, 0.9], "y_pred contains 0.2.*y_pred > 0.5"),
        ([0, 1], [[0.2, 0.8], [0.3, 0.7]], r"y_pred has shape \(2, 2\).*y_pred.argmax\(axis=1\)"),
        ([[0], [1]], [0, 1], r"give y_true\[:, 0\]"),
        ([0, 1], [0, 1, 1], "y_true has 2 classes and y_pred 3"),
        ([0, 1], ["cat", "dog"], "such as 0 and y_pred such as 'cat'"),
        ([], [], r"shape \(0,\)"),
        (1, 1, r"shape \(\)"),
        ([0, np.nan], [0, 1], "nan"),
        ([0, np.inf], [0, 1], "inf"),
        ([0, 1j], [0, 1], "complex"),
        (range(50), range(50), "50 classes do not fit"),
    ],
)
def test_what_is_no_class_is_refused(y_true, y_pred, message):
    with pytest.raises(DrawingError, match=message):
        confusion(y_true, y_pred)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (
            [0.0, np.nan, 1.0],
            "y_true has nan in row 1, which is no class: leave these rows out of both",
        ),
        ([0, None, 1], "y_true has dtype object"),
        (np.ma.masked_equal([0, 1, 2], 2), "y_true: MaskedArray"),
    ],
)
def test_a_gap_is_no_class(y, message):
    with pytest.raises(DrawingError, match=message):
        confusion(y, [0, 1, 1])
    with pytest.raises(DrawingError, match=message.replace("y_true", "y_pred", 1)):
        confusion([0, 1, 1], y)
