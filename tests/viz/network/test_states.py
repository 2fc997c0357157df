import re
from xml.etree import ElementTree

import numpy as np
import pytest

import viz
from tests.viz.network.parsed import of_class, title, weight
from tinygrad_course import nn
from viz.network import states
from viz.network.layers import read
from viz.network.lines import THICKEST
from viz.network.wording import OVER_STEPS, Wording

RUN = [[[1.0, -2.0]], [[0.0, 4.0]], [[np.nan, -0.5]]]


def nets(run=RUN):
    model = nn.Linear(2, 1, dtype=float)
    first = read(model)
    return [
        first.with_parameters({"weight": np.array(w), "bias": np.array([w[0][1]])}) for w in run
    ]


def drawn(changing, number):
    """The SVG in one of its states, made as a page makes it."""
    root = ElementTree.fromstring(changing.svg)
    elements = list(root.iter())
    for difference, value in zip(changing.differences, changing.states[number], strict=True):
        element = elements[difference.element]
        if difference.name == states.TEXT:
            element.text = difference.begin + value + difference.end
        elif value is None:
            element.attrib.pop(difference.name, None)
        else:
            element.set(difference.name, value)
    return root


@pytest.fixture
def changing():
    return states.draw(Wording(nets()[0]), nets())


def test_every_state_says_what_a_drawing_of_its_own_would_say(changing):
    for number, net in enumerate(nets()):
        own = ElementTree.fromstring(viz.NetworkDrawing(Wording(net)).svg())
        root = drawn(changing, number)
        for source in (1, 2):
            line, other = weight(root, 1, 1, source), weight(own, 1, 1, source)
            assert (title(line), line.get("class")) == (title(other), other.get("class"))
        for kind in ("output", "bias"):
            mine, theirs = (of_class(svg, kind)[0] for svg in (root, own))
            assert list(mine.itertext()) == list(theirs.itertext())


def test_widths_have_one_scale_for_all_states(changing):
    widths = [
        [weight(drawn(changing, i), 1, 1, source).get("stroke-width") for source in (1, 2)]
        for i in range(3)
    ]
    expected = [
        [1 / 4, 2 / 4],
        [None, 1],
        [1, 1 / 8],
    ]  # 0 has the width of its kind, NaN the widest
    for row, shares in zip(widths, expected, strict=True):
        for width, share in zip(row, shares, strict=True):
            assert (width is None) == (share is None)
            assert share is None or float(width) == pytest.approx(
                max(THICKEST * share, 0.6), rel=0.01
            )


def test_the_legend_has_all_kinds_of_lines_that_ever_occur_and_says_what_widths_mean(changing):
    root = ElementTree.fromstring(changing.svg)
    kinds = {x.get("class").removeprefix("sample ") for x in of_class(root, "sample")}
    assert kinds == {"positive", "negative", "zero", "undefined"}
    assert OVER_STEPS in changing.svg


def test_only_what_changes_is_told_again(changing):
    assert {difference.name for difference in changing.differences} <= {
        states.TEXT,
        "class",
        "stroke-width",
        "stroke-opacity",
    }
    still = states.draw(Wording(nets()[0]), nets()[:1] * 3)
    assert still.differences == []
    assert still.states == [[], [], []]


def test_of_a_single_state_no_others_are_spoken():
    assert OVER_STEPS not in states.draw(Wording(nets()[0]), nets()[:1]).svg


def test_the_colours_are_those_of_the_page(changing):
    assert not re.search(r"#[0-9a-f]{6}", changing.svg)
    assert "var(--positive)" in changing.svg


def test_a_net_that_holds_other_numbers_is_the_same_net():
    net = read(nn.MLP([2, 3, 1], rng=0))
    other = net.with_parameters({"layers.1.weight": np.ones((1, 3))})
    assert (other.layers[1].weights == 1).all()
    assert other.layers[0].weights is net.layers[0].weights
    assert other.layers[1].biases is net.layers[1].biases
    assert other.returns_logits
