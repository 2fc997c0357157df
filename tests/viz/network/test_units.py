from xml.etree.ElementTree import Element

from tests.viz.network.parsed import SVG, network, of_class, texts, title, unit
from tinygrad_course import nn
from viz.network.layers import read
from viz.network.layout import Column
from viz.network.markup import width
from viz.network.units import draw, room_beside
from viz.network.wording import Wording


def test_inputs_outputs_and_hidden_units_can_be_told_apart():
    root = network(nn.MLP([2, 4, 3, 2]))
    counts = [len(of_class(root, "unit", kind)) for kind in ("input", "hidden", "output")]
    assert counts == [2, 7, 2]
    assert len(of_class(root, "arrow")) == 2
    assert len(of_class(root, "curve")) == 7


def test_inputs_show_their_symbol_and_have_no_bias():
    root = network(nn.MLP([2, 4, 1]))
    assert texts(unit(root, 0, 2)) == ["x2"]
    assert len(of_class(root, "bias")) == 5


def test_a_unit_shows_symbol_curve_and_bias():
    model = nn.MLP([2, 2, 1], "tanh")
    model.layers[0].bias.data[1] = -0.25
    hidden = unit(network(model, notation="course"), 1, 2)
    assert texts(hidden) == ["a₂⁽¹⁾", "−0.25"]
    assert len(of_class(hidden, "curve")) == 1
    assert title(hidden) == "a₂⁽¹⁾: b = −0.25, tanh"


def test_where_no_curve_can_be_drawn_the_name_stands_in_the_unit():
    root = network(nn.Sequential(nn.Linear(2, 3, bias=False), nn.Softmax()))
    output = unit(root, 1, 3)
    assert texts(output) == ["softmax"]
    assert not of_class(output, "curve")


def test_long_text_in_a_unit_is_smaller():
    root = network(nn.MLP([2000, 1]))
    sizes = [float(unit(root, 0, i).find(f"{SVG}text").get("font-size")) for i in (1, 2000)]
    assert sizes[0] > sizes[1] > 5


def test_names_have_room_beside_the_arrow_and_the_unit():
    wording = Wording(read(nn.Linear(1, 1)), "plain", ["input"], ["output"])
    parent = Element("g")
    for column in (0, 1):
        draw(parent, wording, column, Column(0.0, {0: 0.0}), weights=True)
        name = of_class(parent, "name")[-1]
        end = abs(float(name.get("x"))) + width(name.text)
        assert room_beside(wording, column, Column(0.0, {0: 0.0})) == end


def test_an_ellipsis_says_what_is_not_drawn():
    (ellipsis,) = of_class(network(nn.LogisticRegression(30)), "ellipsis")
    assert title(ellipsis) == "21 units not drawn"
