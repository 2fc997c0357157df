import os

import numpy as np
import pytest

import viz
from tinygrad_course import nn
from tinygrad_course.errors import DrawingError


@pytest.fixture
def model():
    return nn.MLP([2, 4, 1], "tanh", rng=0)


def test_a_notebook_shows_the_drawing_and_its_repr_is_a_line(model):
    drawing = viz.network(model)
    assert drawing._repr_svg_() == drawing.svg()
    assert repr(drawing) == (
        "<NetworkDrawing: 2-layer net (the input layer is not counted); see .svg(), .save(path)>"
    )


def test_the_format_follows_the_suffix_and_nothing_else_is_left(model, tmp_path):
    drawing = viz.network(model, tmp_path / "net.svg")
    assert (tmp_path / "net.svg").read_text("utf-8") == drawing.svg()
    drawing.save(str(tmp_path / "net.HTML"))
    page = (tmp_path / "net.HTML").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert drawing.svg() in page
    assert "<title>2-layer net: neurons and layers</title>" in page
    assert sorted(os.listdir(tmp_path)) == ["net.HTML", "net.svg"]


@pytest.mark.parametrize("name", ["net.png", "net", ".svg"])
def test_another_suffix_is_refused_before_the_model_is_looked_at(tmp_path, name):
    with pytest.raises(DrawingError, match=rf"{name}'.*\.svg.*\.html"):
        viz.network(nn.ReLU(), tmp_path / name)
    assert not os.listdir(tmp_path)


def test_an_input_in_the_place_of_the_path_is_told_apart(model):
    with pytest.raises(DrawingError, match="to ndarray: expected the name of a file"):
        viz.network(model, np.ones((1, 2)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"theme": "blue"}, "theme='blue': expected one of auto, light, dark, print"),
        ({"notation": "latin"}, "notation='latin': expected one of plain, course"),
        ({"input_names": ["x"]}, "input_names: expected a list of 2 names.*found 1 name"),
        ({"input_names": "xy"}, "found 'xy'"),
        ({"output_names": ["a", "b"]}, "output_names: expected a list of 1 name.*found 2 names"),
    ],
)
def test_options_that_do_not_fit_are_refused(model, options, message):
    with pytest.raises(DrawingError, match=message):
        viz.network(model, **options)


def test_names_may_be_an_array(model):
    svg = viz.network(model, input_names=np.array(["width", "height"])).svg()
    assert ">width<" in svg


def test_a_drawing_does_not_follow_the_model(model):
    drawing = viz.network(model)
    model.layers[0].weight.data[...] = 0
    assert "zero" not in drawing.svg().partition("</style>")[2]
    assert "zero" in viz.network(model).svg().partition("</style>")[2]


def test_drawing_leaves_the_model_as_it_was(model):
    before, mode = model.state_dict(), model.training
    viz.network(model)
    assert model.training == mode
    for path, values in model.state_dict().items():
        np.testing.assert_array_equal(values, before[path])
    assert all(p.grad is None for p in model.parameters())
