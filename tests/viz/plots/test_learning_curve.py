import numpy as np
import pytest

from tests.viz.plots.drawn import line, words
from tinygrad_course.errors import DrawingError
from tinygrad_course.training import History
from viz.plots import learning_curve


def history(epochs, start=2.0, validation=True):
    made = History()
    for epoch in range(1, epochs + 1):
        after = {"loss": start / epoch + 0.3, "accuracy": 0.6} if validation else {}
        made.add({"loss": start / epoch, "accuracy": 1 - 0.5 / epoch}, after, lr=0.1)
    return made


def test_each_metric_has_a_panel_with_training_and_validation():
    shown = history(12)
    figure = learning_curve(shown)
    assert [ax.get_ylabel() for ax in figure.axes] == ["loss", "accuracy"]
    assert {ax.get_xlabel() for ax in figure.axes} == {"epoch"}
    for ax, metric in zip(figure.axes, ("loss", "accuracy")):
        for part in ("train", "validation"):
            x, y = line(ax, part)
            np.testing.assert_array_equal(x, range(1, 13))
            np.testing.assert_array_equal(y, getattr(shown, part)[metric])
            assert words(ax).count(part) == 1
    train, validation = figure.axes[0].lines
    assert (train.get_linestyle(), validation.get_linestyle()) == ("-", "--")
    assert train.get_color() != validation.get_color()


def test_without_validation_there_is_one_line():
    figure = learning_curve(history(3, validation=False))
    assert [len(ax.lines) for ax in figure.axes] == [1, 1]


def test_several_runs_are_told_apart_by_name():
    runs = {"SGD": history(30), "Adam": history(8, start=1.0), "none": history(4, validation=False)}
    figure = learning_curve(runs)
    ax = figure.axes[0]
    np.testing.assert_array_equal(line(ax, "Adam validation")[1], runs["Adam"].validation["loss"])
    assert ax.get_title(loc="right") == "solid: train, dashed: validation"
    names = [text.get_text() for text in ax.texts]
    assert sorted(names) == ["Adam", "Adam", "SGD", "SGD", "none"]
    for text, found in zip(ax.texts, ax.lines):
        assert text.xy == (found.get_xdata()[-1], found.get_ydata()[-1])
    colours = {name: {x.get_color() for x in ax.lines if name in x.get_label()} for name in runs}
    assert [len(found) for found in colours.values()] == [1, 1, 1]
    assert len(set.union(*colours.values())) == 3
    assert ax.get_xlim() == (1, 30)
    assert not learning_curve({"a": history(2, validation=False)}).axes[0].get_title(loc="right")


def test_metrics_can_be_chosen():
    figure = learning_curve(history(3), metrics=["accuracy"])
    assert [ax.get_ylabel() for ax in figure.axes] == ["accuracy"]
    with pytest.raises(DrawingError, match="metric 'f1': there are loss, accuracy"):
        learning_curve(history(3), metrics=["f1"])
    with pytest.raises(DrawingError, match="at least one"):
        learning_curve(history(3), metrics=[])


@pytest.mark.parametrize(
    ("epochs", "ticks"),
    [(1, [1]), (2, [1, 2]), (5, [1, 2, 3, 4, 5]), (20, [1, 5, 10, 15, 20]), (100, None)],
)
def test_epochs_are_counted_from_one_in_whole_numbers(epochs, ticks):
    ax = learning_curve(history(epochs)).axes[0]
    found = list(ax.get_xticks())
    assert found == ticks or (ticks is None and len(found) <= 7)
    assert found[0] == 1
    assert all(tick == int(tick) for tick in found)


def test_few_epochs_are_dots_and_shares_are_percentages():
    figure = learning_curve(history(1))
    assert {found.get_marker() for ax in figure.axes for found in ax.lines} == {"o"}
    assert figure.axes[1].yaxis.get_major_formatter()(0.25).startswith("25")
    many = learning_curve(history(200))
    assert {found.get_marker() for ax in many.axes for found in ax.lines} == {""}


def test_what_is_no_history_is_refused():
    with pytest.raises(DrawingError, match="history 'Adam' has no finished epoch"):
        learning_curve({"SGD": history(1), "Adam": History()})
    with pytest.raises(DrawingError, match="the history has no finished epoch"):
        learning_curve(History())
    with pytest.raises(DrawingError, match="history is a list: give the History"):
        learning_curve([0.3, 0.2])
    with pytest.raises(DrawingError, match="at least one history"):
        learning_curve({})
