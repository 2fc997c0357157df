import re
from itertools import pairwise
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
import pytest

import viz
from tests.viz.network.parsed import SVG, network, of_class, texts, title, unit, weight
from tinygrad_course import nn
from tinygrad_course.inspect import nodes
from viz.network import lines, svg
from viz.network.layout import shown


@pytest.mark.parametrize(
    "sizes", [[1, 1], [2, 4, 1], [30, 1], [12, 12], [13, 12, 2], [784, 128, 64, 10], [3] * 13]
)
def test_there_is_a_circle_for_every_drawn_unit_and_a_line_for_every_pair_of_them(sizes):
    root = network(nn.MLP(sizes, rng=0))
    drawn = [sum(i is not None for i in shown(n)) for n in sizes]
    units = of_class(root, "unit")
    assert len(units) == sum(drawn)
    assert all(len(x.findall(f"{SVG}circle")) == 1 for x in units)
    assert len(of_class(root, "weight")) == sum(a * b for a, b in pairwise(drawn))
    assert len(of_class(root, "ellipsis")) == sum(n > 12 for n in sizes)


def test_every_line_says_its_weight_and_every_unit_its_bias():
    model = nn.MLP([20, 15, 3], rng=0)
    for layer in model.layers:
        layer.bias.data[...] = np.random.default_rng(0).normal(size=layer.bias.shape)
    parameters = dict(model.named_parameters())
    root = network(model)

    def says(element, value):
        said = re.search(r"= (\S+?)(,|$)", title(element)).group(1).replace("−", "-")
        return float(said) == pytest.approx(value, rel=0.005, abs=1e-12)

    for line in of_class(root, "weight"):
        index = int(line.get("data-unit")) - 1, int(line.get("data-from")) - 1
        assert says(line, parameters[line.get("data-parameter")].data[index])
    for bias in of_class(root, "bias"):
        assert bias.get("data-parameter") in parameters
    for computing in of_class(root, "hidden") + of_class(root, "output"):
        layer = int(computing.get("data-layer")) - 1
        number = int(computing.get("data-unit")) - 1
        value = model.layers[layer].bias.data[number]
        assert says(computing, value)
        assert float(texts(computing)[-1].replace("−", "-")) == pytest.approx(value, rel=0.005)


def test_units_say_which_modules_compute_them():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Sequential(nn.Linear(3, 1), np.tanh))
    root = network(model)
    assert unit(root, 0, 1).get("data-path") is None
    assert unit(root, 1, 2).get("data-path") == "0"
    assert unit(root, 1, 2).get("data-activation") == "1"
    assert unit(root, 2, 1).get("data-path") == "2.0"
    assert unit(root, 2, 1).get("data-activation") is None
    assert weight(root, 2, 1, 3).get("data-parameter") == "2.0.weight"
    modules = dict(model.named_modules())
    assert all(x.get("data-path", "") in modules for x in of_class(root, "unit"))


@pytest.mark.parametrize(
    "model",
    [
        nn.MLP([2, 4, 3, 1], "tanh"),
        nn.LogisticRegression(2),
        nn.Sequential(nn.Sequential(nn.Linear(2, 3), nn.ReLU()), nn.Linear(3, 1), nn.Sigmoid()),
    ],
)
def test_a_page_can_connect_a_drawing_with_the_graph(model):
    root = network(model)
    order = nodes(model(np.ones((1, 2), np.float32)))
    called = {node.name for node in order if node.primitive is None}
    assert {x.get("data-parameter") for x in root.iter()} - {None} == called
    # Modules that hold others compute nothing themselves.
    ran = {node.scope[0].label for node in order if node.scope is not None and node.scope[0].module}
    drawn = {x.get(name) for x in root.iter() for name in ("data-path", "data-activation")}
    assert drawn - {None} == ran - {""}


def test_the_drawing_tells_in_words_what_it_shows():
    drawing = viz.network(nn.MLP([2, 4, 1], "tanh"))
    root = ElementTree.fromstring(drawing.svg())
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == drawing.caption == "2-layer net (the input layer is not counted)"
    assert root[1].tag == f"{SVG}desc"
    assert "hidden layer 1, 4 units, tanh" in root[1].text
    shown = texts(root)
    headings = ("input layer", "4 units, tanh", "output layer", "1 unit, σ", "weight (1, 4)")
    for words in (drawing.caption, *headings, *drawing.wording.explanations()):
        assert shown.count(words) == 1


def test_two_drawings_can_stand_in_one_page():
    first = viz.network(nn.MLP([2, 4, 1]), theme="dark").svg()
    second = viz.network(nn.LogisticRegression(3), theme="light").svg()
    page = ElementTree.fromstring(f"<body>{first}{second}</body>")
    assert not [x for x in page.iter() if "id" in x.attrib]
    assert first.startswith("<svg ")


AWKWARD = ["<b>&\"'", "]]>", "a\nb\x00\ud800", "x" * 200, "漢字", "</title><script>"]


def test_awkward_names_are_drawn_as_they_are():
    root = network(nn.Linear(6, 6), input_names=AWKWARD, output_names=AWKWARD)
    shown = ["<b>&\"'", "]]>", r"a\nb\x00\ud800", "x" * 39 + "…", "漢字", "</title><script>"]
    assert [x.text for x in of_class(root, "name")] == shown * 2
    assert not list(root.iter(f"{SVG}script"))
    assert f"({shown[0]})" in title(unit(root, 0, 1))


def test_without_weights_the_drawing_shows_what_is_connected_and_no_numbers():
    root = network(nn.MLP([2, 4, 1], rng=0), weights=False)
    lines = of_class(root, "weight")
    assert len(lines) == 12
    assert all(of_class(line, "plain") and "=" not in title(line) for line in lines)
    assert not of_class(root, "bias")
    assert not of_class(root, "sample")
    assert "b =" not in title(unit(root, 1, 1))


@pytest.mark.parametrize(
    ("model", "options"),
    [
        (nn.MLP([2, 4, 1]), {}),
        (nn.Linear(1, 1), {}),
        (nn.LogisticRegression(30), {"input_names": [f"mean of {i}" for i in range(30)]}),
        (nn.MLP([784, 128, 10]), {"notation": "course"}),
        (nn.Linear(6, 6), {"input_names": AWKWARD, "output_names": AWKWARD}),
    ],
)
def test_everything_stands_on_the_paper(model, options):
    root = network(model, **options)
    left, top, wide, high = map(float, root.get("viewBox").split())
    assert (wide, high) == (float(root.get("width")), float(root.get("height")))
    for text in root.iter(f"{SVG}text"):
        size = float(text.get("font-size"))
        # About half a letter's size for each character is what fonts need; a CJK one is square.
        length = sum(1.0 if ord(c) > 0x2E80 else 0.55 for c in text.text) * size
        share = {"start": 0.0, "middle": 0.5, "end": 1.0}[text.get("text-anchor")]
        start = float(text.get("x")) - share * length
        assert left < start
        assert start + length < left + wide
        assert top + size < float(text.get("y")) < top + high
    for circle in root.iter(f"{SVG}circle"):
        x, y, r = (float(circle.get(name)) for name in ("cx", "cy", "r"))
        assert left < x - r
        assert x + r < left + wide
        assert top < y - r
        assert y + r < top + high


# --- the legend ------------------------------------------------------------------------------------


def test_every_kind_of_line_has_its_words():
    assert tuple(svg.LINE_MEANINGS) == lines.KINDS


@pytest.mark.parametrize("kinds", [(), ("positive",), lines.KINDS])
def test_it_is_drawn_within_the_size_that_it_says(kinds):
    rows = ("one row", "another row")
    width, height = svg.legend_size("A caption", kinds, rows)
    parent = Element("g")
    svg.draw_legend(parent, "A caption", kinds, rows, 0.0, 0.0)
    (group,) = parent
    words = [x.text for x in group.iter("text")]
    assert words == ["A caption", *(svg.LINE_MEANINGS[kind] for kind in kinds), *rows]
    samples = list(group.iter("line"))
    assert [x.get("class") for x in samples] == [f"sample {kind}" for kind in kinds]
    assert all(abs(float(x.get(end))) <= width / 2 for x in samples for end in ("x1", "x2"))
    assert max(float(x.get("y")) for x in group.iter("text")) < height
