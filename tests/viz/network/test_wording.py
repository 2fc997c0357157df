import numpy as np
import pytest

from tinygrad_course import nn
from viz.network.layers import read
from viz.network.wording import Wording, number


@pytest.fixture
def model():
    model = nn.MLP([2, 3, 1], "tanh")
    model.layers[0].weight.data[...] = [[0.1, 0.2], [-0.52, 0.4], [0.5, 0.6]]
    model.layers[0].bias.data[...] = [0.0, -1.5, 1.0]
    return model


@pytest.mark.parametrize(
    ("model", "caption"),
    [
        (nn.MLP([2, 4, 1]), "2-layer net (the input layer is not counted)"),
        (nn.MLP([2, 4, 4, 3]), "3-layer net (the input layer is not counted)"),
        (
            nn.LogisticRegression(5),
            "1-layer net: logistic regression (the input layer is not counted)",
        ),
        (
            nn.Sequential(nn.Linear(5, 1), nn.Sigmoid()),
            "1-layer net: logistic regression (the input layer is not counted)",
        ),
        (
            nn.Sequential(nn.Linear(5, 2), nn.Sigmoid()),
            "1-layer net (the input layer is not counted)",
        ),
        (nn.Linear(5, 1), "1-layer net (the input layer is not counted)"),
        (nn.MLP([5, 2]), "1-layer net (the input layer is not counted)"),
    ],
)
def test_layers_are_counted_as_in_the_course(model, caption):
    assert Wording(read(model)).caption == caption


def test_headings_say_what_a_column_is(model):
    wording = Wording(read(model))
    assert [wording.heading(column) for column in range(3)] == [
        ("input layer", "2 units"),
        ("hidden layer 1", "3 units, tanh", "weight (3, 2)"),
        ("output layer", "1 unit, σ", "weight (1, 3)"),
    ]
    course = Wording(read(nn.Linear(2, 1, bias=False)), "course")
    assert course.heading(1) == ("output layer", "1 unit, linear", "W⁽¹⁾ (1, 2), no bias")


def test_several_activations_are_said_in_their_order():
    model = nn.Sequential(nn.Linear(2, 1), nn.Tanh(), nn.ReLU())
    assert Wording(read(model)).heading(1)[1] == "1 unit, tanh, then relu"


def test_titles_name_units_and_weights_with_their_numbers(model):
    wording = Wording(read(model))
    assert wording.unit(0, 1) == "input x2"
    assert wording.unit(1, 1) == "unit 2 of layer 1: b = −1.5, tanh"
    assert wording.unit(1, 1, with_bias=False) == "unit 2 of layer 1: tanh"
    assert wording.weight(1, 1, 0) == "w from x1 to unit 2 of layer 1 = −0.52"
    assert wording.weight(1, 1, 0, with_value=False) == "w from x1 to unit 2 of layer 1"
    assert (
        Wording(read(nn.Linear(1, 1, bias=False))).unit(1, 0)
        == "unit 1 of layer 1: no bias, linear"
    )


def test_the_courses_notation(model):
    wording = Wording(read(model), "course")
    assert wording.symbol(0, 1) == "x₂"
    assert wording.symbol(1, 2) == "a₃⁽¹⁾"
    assert wording.outside(2, 0) == "ŷ"
    assert wording.weight(1, 1, 0) == "w from x₁ to a₂⁽¹⁾ = −0.52"
    assert Wording(read(nn.MLP([2, 12])), "course").outside(1, 9) == "ŷ₁₀"


def test_given_names_stand_beside_the_units_and_in_the_titles(model):
    wording = Wording(read(model), "plain", ["wid\nth", "height"], ["<cat>"])
    assert wording.outside(0, 0) == r"wid\nth"
    assert wording.outside(1, 0) == ""
    assert wording.outside(2, 0) == "<cat>"
    assert wording.weight(1, 0, 1) == "w from x2 (height) to unit 1 of layer 1 = 0.2"
    assert wording.unit(2, 0).startswith("unit 1 of layer 2 (<cat>): ")


def test_the_description_tells_the_whole_net(model):
    assert Wording(read(model)).description == (
        "From left to right: input layer, 2 units; hidden layer 1, 3 units, tanh, weight (3, 2); "
        "output layer, 1 unit, σ, weight (1, 3). σ is applied by predict_proba and the loss: "
        "the model returns logits."
    )


def test_what_is_explained_is_there_to_be_seen(model):
    def explained(model, **options):
        said = " ".join(Wording(read(model)).explanations(**options))
        return "wider" in said, "bias" in said, "logits" in said

    assert explained(model) == (True, True, True)
    assert explained(model, weights=False) == (False, False, True)
    assert explained(nn.Linear(2, 1, bias=False)) == (True, False, False)


def test_an_ellipsis_says_how_many_units_it_stands_for():
    wording = Wording(read(nn.MLP([784, 13])))
    assert wording.left_out(0, 9) == "775 units not drawn"
    assert wording.left_out(1, 12) == "1 unit not drawn"


def test_numbers_have_a_real_minus_and_can_be_anything():
    shown = [number(x) for x in (-0.5, 1e-7, -1e-7, np.nan, -np.inf, -0.0)]
    assert shown == ["−0.5", "1e−07", "−1e−07", "nan", "−inf", "0.0"]
