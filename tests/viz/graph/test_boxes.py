import pytest

from viz.graph.boxes import ArrayBox, Edge, FoldBox, Frame, OperationBox
from viz.graph.summary import NOT_YET, ArraySummary


@pytest.mark.parametrize(
    ("box", "title", "description"),
    [
        (ArrayBox("box1", "leaf", "", "(2,) float64"), "leaf (2,) float64", ""),
        (
            ArrayBox("box1", "leaf", "w", "()", ArraySummary(("1.0",)), NOT_YET),
            "leaf w ()",
            "value 1.0. gradient –",
        ),
        (
            ArrayBox("box1", "result", "", "", ArraySummary(("[1  2]", "[3  4]"))),
            "result",
            "value [1  2]; [3  4]",
        ),
        (
            OperationBox(
                "box1", "sum", "Σ", ("axis=0",), "z = Σ x", "x̄ = z̄", ("6 FLOPs",), "a.py:3"
            ),
            "operation sum axis=0",
            "z = Σ x. x̄ = z̄. 6 FLOPs. a.py:3",
        ),
        (FoldBox("box1", "module", ("0", "Linear")), "0, Linear", ""),
        (
            FoldBox("box1", "repeat", ("0 … 3",), 4, ("4 × exp", "4 × add")),
            "4 times, 0 … 3",
            "4 × exp, 4 × add",
        ),
    ],
)
def test_titles_and_descriptions_say_all_that_is_known_and_no_more(box, title, description):
    assert (box.title, box.description) == (title, description)


def test_an_edge_says_which_axes_are_stretched_and_what_that_means_backward():
    assert (Edge("a", "b").stretching, Edge("a", "b").description) == ("", "")
    assert Edge("a", "b", "", (1,)).stretching == "stretched axis 1"
    assert Edge("a", "b", "", (0, 2)).description == (
        "stretched along axes 0, 2; in the backward pass the gradient is summed over axes 0, 2"
    )


def test_a_frame_says_what_it_is():
    assert Frame("frame1", "module", "0", ("Linear",)).title == "module 0, Linear"
    assert Frame("frame1", "block", "", ()).title == "block"
