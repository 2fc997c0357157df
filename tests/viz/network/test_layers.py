import functools

import numpy as np
import pytest

from tinygrad_course import nn
from tinygrad_course.errors import DrawingError
from tinygrad_course.nn import functional
from tinygrad_course.nn.models import ACTIVATIONS
from tinygrad_course.tensor import Tensor
from viz.network.layers import POINTS, declared, read, recognised, runs_as


def sizes(model):
    return [(layer.inputs, layer.units) for layer in read(model).layers]


def activations(model):
    return [layer.activations for layer in read(model).layers]


def test_an_mlp_has_the_layers_that_its_parameters_are_of():
    model = nn.MLP([3, 5, 4, 2], "tanh", rng=0)
    net = read(model)
    parameters = dict(model.named_parameters())
    for layer in net.layers:
        np.testing.assert_array_equal(layer.weights, parameters.pop(layer.weight_name).data)
        np.testing.assert_array_equal(layer.biases, parameters.pop(layer.bias_name).data)
        assert layer.weight_name == f"{layer.path}.weight"
    assert not parameters
    assert activations(model) == [("tanh",), ("tanh",), ("softmax",)]
    assert [layer.activation_path for layer in net.layers] == ["activation", "activation", ""]


def test_numbers_are_those_of_the_moment_of_drawing():
    model = nn.Linear(2, 1, rng=0, dtype=float)
    before = model.weight.data.copy()
    net = read(model)
    model.weight.data[...] = 7
    np.testing.assert_array_equal(net.layers[0].weights, before)


@pytest.mark.parametrize(
    ("model", "squash"),
    [
        (nn.LogisticRegression(3), "σ"),
        (nn.MLP([3, 1]), "σ"),
        (nn.MLP([3, 2]), "softmax"),
    ],
)
def test_classifiers_leave_their_last_activation_to_predict_proba(model, squash):
    net = read(model)
    assert net.returns_logits
    assert net.layers[-1].activations == (squash,)


def test_what_a_model_does_itself_is_not_said_to_be_left_to_others():
    class Scores(nn.MLP):
        def predict_proba(self, x):
            return self(x).data

    for model in (
        nn.Linear(3, 1),
        nn.Sequential(nn.Linear(3, 1), nn.Sigmoid()),
        nn.Sequential(nn.MLP([3, 2, 1])),
        Scores([3, 1]),
    ):
        assert not read(model).returns_logits
    assert activations(Scores([3, 1])) == [()]


def test_sequentials_are_read_through_with_their_paths():
    model = nn.Sequential(
        nn.Sequential(nn.Linear(2, 3), nn.ReLU()),
        nn.Linear(3, 3, bias=False),
        nn.Sequential(nn.Tanh(), np.sin),
        nn.MLP([3, 4, 2], "elu"),
        functional.softmax,
    )
    net = read(model)
    assert sizes(model) == [(2, 3), (3, 3), (3, 4), (4, 2)]
    assert activations(model) == [("relu",), ("tanh", "sin"), ("elu",), ("softmax",)]
    assert [layer.path for layer in net.layers] == ["0.0", "1", "3.layers.0", "3.layers.1"]
    assert [layer.activation_path for layer in net.layers] == ["0.1", "", "3.activation", ""]
    assert net.layers[1].biases is None
    assert {layer.weight_name for layer in net.layers} | {"0.0.bias"} <= set(model.state_dict())


def test_a_part_of_a_model_is_called_what_the_whole_models_graph_calls_it():
    model = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.Linear(3, 4), nn.Tanh()))
    model(np.ones((1, 2), np.float32))
    (layer,) = read(model[1]).layers
    assert (layer.path, layer.weight_name, layer.activation_path) == ("1.0", "1.0.weight", "1.1")


def test_a_layer_in_two_places_is_drawn_twice_under_its_one_name():
    shared = nn.Linear(3, 3)
    first, second = read(nn.Sequential(shared, nn.ReLU(), shared)).layers
    assert first.weight_name == second.weight_name == "0.weight"


def test_the_response_is_what_the_activations_make_of_a_number():
    (layer,) = read(nn.Sequential(nn.Linear(1, 2), nn.LeakyReLU(0.2), np.tanh)).layers
    np.testing.assert_allclose(layer.response, np.tanh(np.where(POINTS > 0, POINTS, 0.2 * POINTS)))
    (linear,) = read(nn.Linear(1, 2)).layers
    np.testing.assert_array_equal(linear.response, POINTS)


def test_no_curve_is_claimed_for_a_softmax_or_an_unknown_function():
    for activation in (nn.Softmax(), lambda x: x[..., ::-1], np.tanh):
        model = nn.Sequential(nn.MLP([1, 2, 1], activation), nn.Linear(1, 1))
        assert (read(model).layers[0].response is None) == (activation is not np.tanh)


def test_there_is_no_curve_after_a_softmax_either():
    (layer,) = read(nn.Sequential(nn.Linear(1, 2), nn.Softmax(), nn.Tanh())).layers
    assert layer.activations == ("softmax", "tanh")
    assert layer.response is None


def test_what_is_no_model_is_refused_with_the_way_to_draw_it():
    for thing in (Tensor([1.0]), 3, nn.Linear):
        with pytest.raises(DrawingError, match=rf"a {type(thing).__name__} as layers.*viz\.draw"):
            read(thing)


class Residual(nn.Module):
    def __init__(self):
        self.inner = nn.Linear(3, 3)

    def forward(self, x):
        return x + self.inner(x)


class Doubled(nn.Sequential):
    def forward(self, x):
        return 2 * super().forward(x)


def test_a_part_that_may_do_anything_is_named_with_its_path():
    for part in (Residual(), Doubled(nn.Linear(3, 3)), nn.MSELoss(), abs, lambda x: x.T):
        with pytest.raises(DrawingError, match=r"at '1\.0' can't.*viz\.draw\(model\(x\)\)"):
            read(nn.Sequential(nn.Linear(2, 3), nn.Sequential(part)))
    with pytest.raises(DrawingError, match="the model, Residual, can't be drawn"):
        read(Residual())
    with pytest.raises(DrawingError, match="Residual at 'activation'"):
        read(nn.MLP([2, 3, 1], Residual()))


def test_a_forward_that_was_replaced_on_the_object_is_seen():
    model = nn.Linear(2, 2)
    model.forward = lambda x: x
    with pytest.raises(DrawingError, match="Linear"):
        read(model)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (nn.Sequential(nn.Linear(2, 3), nn.Linear(4, 1)), "'1' takes 4 inputs.* 3 units"),
        (nn.Sequential(nn.ReLU(), nn.Linear(2, 3)), "ReLU at '0' comes before the first"),
        (nn.Sequential(), "no nn.Linear"),
        (nn.ReLU(), "ReLU, comes before the first"),
    ],
)
def test_a_model_without_a_chain_of_layers_is_refused(model, message):
    with pytest.raises(DrawingError, match=message):
        read(model)


def test_parameters_of_odd_shapes_are_refused():
    model = nn.Linear(2, 3)
    model.bias = nn.Parameter(np.zeros(2))
    with pytest.raises(DrawingError, match=r"shapes \(3, 2\) and \(2,\)"):
        read(model)


# --- activations -----------------------------------------------------------------------------------


X = np.linspace(-2.0, 2.0, 5)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_of_nn_is_known_as_module_and_as_function(name):
    module = ACTIVATIONS[name]()
    for part in (module, getattr(functional, name)):
        found = recognised(part)
        assert found is not None
        assert found.symbol == getattr(functional, name).symbol
        np.testing.assert_array_equal(found.curve(X), module(X))


def test_a_softmax_is_known_but_no_function_of_a_single_number():
    for part in (nn.Softmax(), nn.LogSoftmax(), functional.softmax, functional.log_softmax):
        found = recognised(part)
        assert found is not None
        assert found.symbol in ("softmax", "log softmax")
        assert found.curve is None


def test_numpys_elementwise_functions_are_known_and_others_are_not():
    assert recognised(np.tanh).curve(X) == pytest.approx(np.tanh(X))
    for part in (np.sum, np.add, np.sort, lambda x: x, abs, len, [1, 2], np.ones(2), None):
        assert recognised(part) is None


def test_a_subclass_that_computes_something_else_is_not_taken_for_its_parent():
    class Leaking(nn.ReLU):
        def forward(self, x):
            return functional.leaky_relu(x)

    class Named(nn.ReLU):
        pass

    assert recognised(Leaking()) is None
    assert recognised(Named()) is not None
    assert not runs_as(Leaking(), nn.ReLU)


def test_a_declared_activation_that_is_not_known_has_a_name_and_no_curve():
    class Swish(nn.Module):
        def forward(self, x):
            return x * functional.sigmoid(x)

    def my_own(x):
        return x

    names = [declared(f).symbol for f in (Swish(), my_own, lambda x: x, functools.partial(my_own))]
    assert names == ["Swish", "my_own", "g", "partial"]
    assert declared(my_own).curve is None
    assert declared(np.tanh) == recognised(np.tanh)


def test_dropout_and_identity_have_no_units():
    net = nn.Sequential(
        nn.Linear(3, 4, rng=0), nn.SiLU(), nn.Dropout(0.5), nn.Identity(), nn.Linear(4, 2, rng=0)
    )
    found = read(net)
    assert [layer.units for layer in found.layers] == [4, 2]
    assert activations(net)[0] == ("silu",)
