import numpy as np
import pytest

import tinygrad_course as tg
import viz
from tests.viz.player.examples import XOR, leaves, named, xor_training
from tinygrad_course import nn, optim
from tinygrad_course.errors import DrawingError


def parts(player):
    """The names of what belongs to each column, and the leaf of each parameter."""
    (structure,) = player.data["graphs"]
    names = [item["name"] for item in structure["items"]]
    found = structure["network"]
    parameters = {parameter: names[i] for parameter, i in found["parameters"].items()}
    return [[names[i] for i in layer] for layer in found["layers"]], parameters


def test_layers_are_found_again_whatever_they_are_called():
    step, model = xor_training()
    layers, parameters = parts(viz.player(step, network=model, notation="course"))
    # The output layer goes on: squeeze makes (4,) of (4, 1), and is called z⁽²⁾ as well.
    assert layers == [["x"], ["z⁽¹⁾", "a⁽¹⁾"], ["z⁽²⁾", "z⁽²⁾"]]
    assert parameters["layers.1.weight"] == "W⁽²⁾"
    assert parameters.keys() == dict(model.named_parameters()).keys()


def test_activations_that_are_no_modules_and_layers_that_are_used_twice_are_found():
    linear = nn.Linear(2, 2, rng=0)
    model = nn.Sequential(linear, np.tanh, linear, nn.ReLU())
    x = tg.Tensor(XOR, requires_grad=True, name="x")
    player = viz.player(named("y", model(x)).sum(), network=model)
    layers, parameters = parts(player)
    assert layers == [["x"], ["v₁", "v₂"], ["v₃", "y"]]
    assert parameters == {"0.weight": "0.weight", "0.bias": "0.bias"}


def test_of_two_models_with_the_same_names_each_is_told_from_the_other():
    one, other = nn.Linear(2, 2, rng=0), nn.Linear(2, 1, rng=1)
    loss = other(named("between", one(tg.Tensor(XOR, name="x")))).sum()
    assert parts(viz.player(loss, network=one))[0] == [["x"], ["between"]]
    assert parts(viz.player(loss, network=other))[0][0] == ["between"]


def test_a_part_of_a_model_can_be_shown_alone():
    model = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Tanh(), nn.Linear(3, 1, rng=0))
    loss = model(XOR).sum()
    layers, parameters = parts(viz.player(loss, network=list(model)[2]))
    assert len(layers) == 2
    assert set(parameters) == {"2.weight", "2.bias"}


def test_the_weights_of_a_pass_are_those_that_it_used_and_those_after_it():
    step, model = xor_training()
    player = viz.player(step, steps=4, network=model)
    assert [shown["network"] for shown in player.data["passes"]] == [(0, 1), (1, 2), (2, 3), (3, 4)]
    assert len(player.data["network"]["states"]) == 5


def test_of_several_steps_in_one_the_last_is_shown():
    model = nn.Linear(1, 1, bias=False, dtype=float)
    model.weight.data[...] = 1.0
    sgd = optim.SGD(model, lr=0.25)

    def steps():
        for _ in range(2):
            loss = named("loss", (model(np.ones((1, 1))) ** 2).sum())
            sgd.zero_grad()
            loss.backward()
            sgd.step()  # w − 0.25 · 2 w
        return loss

    player = viz.player(steps, network=model)
    (shown,) = player.data["passes"]
    assert [title(player, number) for number in shown["network"]] == ["0.5", "0.25"]
    weight = player.data["graphs"][0]["network"]["parameters"]["weight"]
    assert player.data["table"][shown["values"][weight]]["lines"] == ("[0.5]",)


def title(player, number):
    """What the title of the only line ends with."""
    network = player.data["network"]
    texts = [
        begin + value + end
        for (_, name, begin, end), value in zip(network["differences"], network["states"][number])
        if name == "" and value is not None
    ]
    return texts[0].rpartition(" = ")[2]


def test_a_loss_shows_the_weights_of_now():
    step, model = xor_training()
    loss = step()
    (shown,) = viz.player(loss, network=model).data["passes"]
    assert shown["network"] == (0, 0)


def test_without_a_network_there_is_none():
    (w,) = leaves(w=2.0)
    data = viz.player(w * w).data
    assert data["network"] is None
    assert "network" not in data["graphs"][0]


class Own(nn.Module):
    def __init__(self):
        self.linear = nn.Linear(2, 1)

    def forward(self, x):
        return self.linear(x)


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (
            nn.MLP([2, 4, 1]),
            r"network= is MLP, but nothing of it is in the graph.*model\(x\)",
        ),
        (Own(), r"the model, Own, can't be drawn as layers of units"),
        (3.0, r"can't draw a float as layers of units: give a model"),
    ],
)
def test_a_network_that_can_not_be_shown_is_refused(network, said):
    loss = xor_training()[0]()
    with pytest.raises(DrawingError, match=said):
        viz.player(loss, network=network)


def test_a_model_that_can_not_be_drawn_is_found_before_anything_runs():
    def step():
        raise AssertionError("ran")

    with pytest.raises(DrawingError, match="Own"):
        viz.player(step, network=Own())
