import numpy as np
import pytest

from tests.viz.network.parsed import SVG, network, of_class, title, unit, weight
from tinygrad_course import nn
from viz.network.layers import read
from viz.network.lines import THICKEST, THINNEST, kind, line_scale


def net(rows, dtype=np.float32):
    rows = np.array(rows, dtype)
    model = nn.Linear(*rows.shape[::-1], dtype=dtype)
    model.weight.data[...] = rows
    return model


def test_width_goes_with_size_and_the_class_with_sign():
    root = network(net([[1.0, -2.0, 0.5, 0.0]]))
    lines = [weight(root, 1, 1, source) for source in (1, 2, 3, 4)]
    classes = [line.get("class") for line in lines]
    assert classes == ["weight positive", "weight negative", "weight positive", "weight zero"]
    widths = [float(line.get("stroke-width", 0)) for line in lines]
    assert widths == pytest.approx([THICKEST / 2, THICKEST, THICKEST / 4, 0], rel=0.01)


def test_widths_are_relative_to_the_largest_of_the_layer_also_if_that_is_not_drawn():
    rows = np.ones((1, 100))
    rows[0, 50] = 4.0
    root = network(net(rows))
    widths = {float(line.get("stroke-width")) for line in of_class(root, "weight")}
    assert [*widths] == pytest.approx([THICKEST / 4], rel=0.01)


def test_the_smallest_weights_can_be_seen_and_the_largest_lie_on_top():
    root = network(net([[3.0, 1e-30, -1.0], [1e-300, 5.0, -4.0]], float))
    lines = of_class(root, "weight")
    widths = [float(line.get("stroke-width")) for line in lines]
    assert widths == sorted(widths)
    assert widths[0] == THINNEST
    assert len(widths) == 6


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_has_a_line_of_its_own_and_leaves_the_others_as_they_are(value):
    root = network(net([[1.0, value, -0.5]]))
    odd = weight(root, 1, 1, 2)
    assert odd.get("class") == "weight undefined"
    assert title(odd).endswith(f"= {value}".replace("-", "−"))
    assert float(weight(root, 1, 1, 3).get("stroke-width")) == pytest.approx(THICKEST / 2, rel=0.01)


def test_a_net_of_zeros_is_drawn():
    root = network(nn.MLP([2, 3, 1], initializer=nn.init.zeros))
    assert len(of_class(root, "weight", "zero")) == 9
    assert len(of_class(root, "sample")) == 1


def test_kinds_are_those_that_are_drawn_in_the_order_of_the_legend():
    assert [kind(x) for x in (0.1, -0.1, 0.0, -0.0, np.nan)] == [
        "positive",
        "negative",
        "zero",
        "zero",
        "undefined",
    ]
    rows = np.full((1, 100), -1.0)
    rows[0, 0] = 1.0
    rows[0, 50] = np.nan  # not drawn
    assert line_scale([read(net(rows))]).kinds == ("positive", "negative")


def test_a_line_leads_from_one_unit_to_the_other():
    root = network(nn.MLP([2, 3, 1], rng=0))
    for line in of_class(root, "weight"):
        layer, number = int(line.get("data-layer")), int(line.get("data-unit"))
        start = unit(root, layer - 1, int(line.get("data-from"))).find(f"{SVG}circle")
        end = unit(root, layer, number).find(f"{SVG}circle")
        assert (line.get("y1"), line.get("y2")) == (start.get("cy"), end.get("cy"))
        assert float(line.get("x1")) == float(start.get("cx")) + float(start.get("r"))
        assert float(line.get("x2")) == float(end.get("cx")) - float(end.get("r"))
