"""What a notebook shows of a History."""

from xml.etree import ElementTree

import pytest

from tests.pages import Page
from tinygrad_course.training import History
from tinygrad_course.training.display import HEIGHT, WIDTH

NAN = float("nan")


def history(train, validation=None):
    made = History(seconds=1.25)
    for i, loss in enumerate(train):
        held_out = {"loss": validation[i], "accuracy": 0.5 + 0.1 * i} if validation else {}
        made.add({"loss": loss, "accuracy": 0.1 * i}, held_out, lr=0.5)
    return made


def shown(made):
    return Page(made._repr_html_())


def lines(made):
    """The points of each line that is drawn."""
    found = (svg.get("points") or "" for svg in shown(made).all("polyline"))
    return [[tuple(map(float, point.split(","))) for point in line.split()] for line in found]


def test_the_first_the_best_and_the_last_epoch_are_shown():
    page = shown(history([0.9, 0.5, 0.3, 0.2], [0.8, 0.4, 0.6, 0.7]))
    assert page.text.startswith("4 epochs in 1.2 s")
    assert page.rows == [
        ["epoch", "loss", "accuracy", "validation loss", "validation accuracy", "lr"],
        ["1, first", "0.9", "0", "0.8", "0.5", "0.5"],
        ["2, best", "0.5", "0.1", "0.4", "0.6", "0.5"],
        ["4, last", "0.2", "0.3", "0.7", "0.8", "0.5"],
    ]


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([3.0, 2.0, 1.0], ["1, first", "3, best and last"]),
        ([1.0, 2.0, 3.0], ["1, first and best", "3, last"]),
        ([1.0], ["1, first and best and last"]),
        ([NAN, 2.0, NAN], ["1, first", "2, best", "3, last"]),
        ([NAN, NAN], ["1, first", "2, last"]),
    ],
)
def test_without_validation_the_loss_in_training_says_which_is_best(losses, expected):
    assert [row[0] for row in shown(history(losses)).rows[1:]] == expected


def test_without_an_epoch_there_is_nothing_to_show():
    page = shown(History(interrupted=True))
    assert page.text == "0 epochs in 0.0 s, interrupted"
    assert not page.all("table") + page.all("svg")


def test_a_history_without_a_loss_is_shown_by_its_own_figures():
    made = History()
    for error in (4.0, 3.0):
        made.add({"error": error}, {}, lr=0.1)
    page = shown(made)
    assert page.rows[1:] == [["1, first", "4", "0.1"], ["2, last", "3", "0.1"]]
    assert not page.all("svg")


def test_a_column_that_is_not_as_long_as_the_training_is_left_out():
    made = history([2.0, 1.0])
    made.train["mine"] = [1.0]
    assert shown(made).rows[0] == ["epoch", "loss", "accuracy", "lr"]


def test_the_loss_is_drawn_from_its_highest_to_its_lowest_value():
    train, validation = lines(history([4.0, 2.0, 1.0], [3.0, 3.0, 2.5]))
    assert [x for x, _ in train] == pytest.approx([3.0, WIDTH / 2, WIDTH - 3.0])
    heights = [(HEIGHT - 3.0 - y) / (HEIGHT - 6.0) for _, y in train + validation]
    assert heights == pytest.approx([1, 1 / 3, 0, 2 / 3, 2 / 3, 1 / 2], abs=0.01)


def test_lines_are_told_apart_without_colour_and_are_said_in_words():
    made = history([4.0, 1.0], [3.0, 2.5])
    dashes = [line.get("stroke-dasharray") for line in shown(made).all("polyline")]
    assert dashes[0] is None
    assert dashes[1]
    assert {line["stroke"] for line in shown(made).all("polyline")} == {"currentColor"}
    assert "loss from 4 to 1; validation loss from 3 to 2.5" in shown(made).text


def test_what_is_not_finite_leaves_a_gap_and_equal_losses_a_level_line():
    (line,) = lines(history([NAN, 2.0, 2.0]))
    assert len(line) == 2
    assert line[0][1] == line[1][1]
    assert not lines(history([NAN, NAN]))


def test_the_drawing_is_well_formed():
    html = history([2.0, 1.0])._repr_html_()
    svg = ElementTree.fromstring(html[html.index("<svg") : html.index("</svg>") + len("</svg>")])
    assert svg.get("role") == "img"
