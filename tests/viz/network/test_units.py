from xml.etree.ElementTree import Element

import numpy as np
import pytest

from tests.viz.network.parsed import SVG, network, of_class, texts, title, unit
from tinygrad_course import nn
from viz.network.layers import POINTS, read
from viz.network.layout import ColumnLayout
from viz.network.markup import width
from viz.network.units import CURVE_HEIGHT, CURVE_WIDTH, draw, draw_curve, room_beside
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
        draw(parent, wording, column, ColumnLayout(0.0, {0: 0.0}), weights=True)
        name = of_class(parent, "name")[-1]
        end = abs(float(name.get("x"))) + width(name.text)
        assert room_beside(wording, column, ColumnLayout(0.0, {0: 0.0})) == end


def test_an_ellipsis_says_what_is_not_drawn():
    (ellipsis,) = of_class(network(nn.LogisticRegression(30)), "ellipsis")
    assert title(ellipsis) == "21 units not drawn"


# --- curves ----------------------------------------------------------------------------------------


def drawn_curve(response, **where):
    """The curve's points, one array for each unbroken piece, and the height of the axis."""
    parent = Element("g")
    draw_curve(parent, response, 100.0, 50.0, **where)
    axis, *paths = parent
    pieces = [piece for path in paths for piece in path.get("d").split("M")[1:]]
    points = [[list(map(float, point.split())) for point in piece.split("L")] for piece in pieces]
    return [np.array(piece) for piece in points], float(axis.get("y1"))


def test_the_curve_is_the_function_in_its_box_with_larger_values_above():
    (points,), axis = drawn_curve(np.tanh(POINTS))
    np.testing.assert_allclose(points[:, 0], 100 + CURVE_WIDTH * POINTS / 8, atol=0.06)
    span = 2 * np.tanh(4)
    np.testing.assert_allclose(points[:, 1], 50 - CURVE_HEIGHT * np.tanh(POINTS) / span, atol=0.06)
    assert axis == 50


def test_the_axis_tells_a_sigmoid_from_a_tanh():
    _, axis = drawn_curve(1 / (1 + np.exp(-POINTS)))
    assert axis == pytest.approx(50 + CURVE_HEIGHT / 2, abs=0.01)


def test_a_curve_is_broken_where_the_function_is_not_defined():
    with np.errstate(divide="ignore"):
        pieces, _ = drawn_curve(1 / POINTS)
    assert [len(piece) for piece in pieces] == [20, 20]
    assert drawn_curve(np.full_like(POINTS, np.nan))[0] == []


def test_a_constant_is_a_flat_line():
    (points,), axis = drawn_curve(np.zeros_like(POINTS))
    assert set(points[:, 1]) == {axis} == {50.0}


def test_it_can_be_smaller():
    (points,), _ = drawn_curve(POINTS, scale=0.5)
    np.testing.assert_allclose(
        np.ptp(points, axis=0), (CURVE_WIDTH / 2, CURVE_HEIGHT / 2), atol=0.1
    )
