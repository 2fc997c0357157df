"""The attributes of modules: none hides a method, and none that looks like a parameter is forgotten."""

import re

import numpy as np
import pytest

from tinygrad_course import Tensor, nn, no_grad, optim
from tinygrad_course.errors import OptimizerError, SettingError
from tinygrad_course.suggestions import Absent


def own_names(kind):
    """The names of all attributes that the package's classes give a module, public or not."""
    names = [name for name in dir(kind) if not name.startswith("__")]
    return [name for name in names if not isinstance(getattr(kind, name), Absent)]


NAMES = [*own_names(nn.Module), "training"]


@pytest.mark.parametrize("name", sorted({*NAMES}))
@pytest.mark.parametrize("value", [{"w": 1}, np.ones(3), nn.Linear(1, 1, rng=0)])
def test_an_attribute_can_not_hide_one_of_modules(name, value):
    class Net(nn.Module):
        def __init__(self):
            setattr(self, name, value)

    # A module may stand for forward: it is called like one.
    if name == "forward" and isinstance(value, nn.Module):
        assert Net().forward is value
    else:
        with pytest.raises(SettingError, match=f"Net: {name} = .*would hide {name}"):
            Net()


def test_other_names_and_the_way_out_that_the_message_names_are_free():
    class Net(nn.Module):
        def __init__(self):
            self.weights = {"w": nn.Parameter(np.ones(2))}
            self.layers = [nn.Linear(2, 1, rng=0)]
            self.in_mode_ = 3

    assert len(list(Net().parameters())) == 3


class WithLeaf(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(2, 1, rng=0)
        self.scale = Tensor(2.0, requires_grad=True)

    def forward(self, x):
        return self.layer(x) * self.scale


def test_a_leaf_where_a_parameter_is_meant_is_named():
    with pytest.raises(OptimizerError, match=r"WithLeaf: 'scale' .*self\.scale = nn\.Parameter"):
        optim.SGD(WithLeaf(), lr=0.1)
    model = WithLeaf()
    model.scale = nn.Parameter(2.0)
    assert len(optim.SGD(model, lr=0.1).params) == 3


def test_a_layer_that_was_replaced_after_the_optimizer_was_made_is_named():
    model = nn.MLP([2, 3, 1], rng=0)
    optimizer = optim.SGD(model, lr=0.1)
    model.layers[1] = nn.Linear(3, 1, rng=1)
    before = [p.data.copy() for p in model.parameters()]
    model(np.ones((4, 2), np.float32)).sum().backward()
    with pytest.raises(
        OptimizerError, match=r"'layers\.1\.weight'.*replaced after the optimizer was made"
    ):
        optimizer.step()
    for p, numbers in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(p.data, numbers)
    optim.SGD(model, lr=0.1).step()
    assert (list(model.parameters())[2].data != before[2]).any()


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [nn.MLP, nn.Sequential, nn.LogisticRegression, nn.Linear])
def test_the_methods_of_ready_models_can_not_be_hidden_either(kind):
    class Net(kind):
        def __init__(self):
            pass

    for name in own_names(kind):
        before = dict(vars(net := Net()))
        with pytest.raises(SettingError, match=f"would hide {name},"):
            setattr(net, name, [1, 2])
        assert vars(net) == before


@pytest.mark.parametrize("name", own_names(nn.Module))
def test_the_body_of_a_class_can_not_hide_one_either(name):
    with pytest.raises(SettingError, match=f"Net: {name} = .* would hide {name}, .*such as self"):
        type("Net", (nn.Module,), {name: {"w": 1}})
    if name.startswith("_"):  # a method of this name would replace one that the module relies on
        with pytest.raises(SettingError, match=f"would hide {name}"):
            type("Net", (nn.Module,), {name: lambda self: None})


@pytest.mark.parametrize("name", own_names(nn.Module))
def test_the_name_that_the_message_suggests_is_free(name):
    net = nn.Sequential()
    with pytest.raises(SettingError) as caught:
        setattr(net, name, {"w": 1})
    suggested = re.search(r"such as self\.(\w+) =", str(caught.value)).group(1)
    part = nn.Linear(1, 1, rng=0)
    if suggested == "layers":  # of a Sequential it is the list of its layers
        net = nn.ReLU()
    setattr(net, suggested, [part])
    assert list(net.parameters()) == list(part.parameters())


def test_methods_may_be_overridden_and_replaced_by_functions():
    class Net(nn.Module):
        training = False

        def forward(self, x):
            return x

        def extra_repr(self):
            return "mine"

        @classmethod
        def modules(cls):
            return []

    net = Net()
    net.forward = lambda x: 2 * x
    net.state_dict = lambda: {}
    net.training = np.True_
    assert (net(3), net.state_dict(), net.training, repr(net)) == (6, {}, True, repr(net))


# --- parameters that would be lost ----------------------------------------------------------------

W = np.ones((1, 2), np.float32)


@pytest.mark.parametrize(
    "value",
    [W, W.tolist(), Tensor(W), Tensor(W, requires_grad=True), 3.0, nn.Parameter(W) * 0.5, "w"],
    ids=["array", "list", "constant", "leaf", "number", "computed", "text"],
)
def test_a_parameter_is_not_replaced_by_what_is_not_trained(value):
    layer = nn.Linear(2, 1, rng=0)
    held = layer.weight
    with pytest.raises(
        SettingError, match=r"Linear\.weight is a Parameter.*\.weight\.data = … .*nn\.Par"
    ):
        layer.weight = value
    assert layer.weight is held
    layer.weight.data = W
    np.testing.assert_array_equal(layer.weight.data, W)
    layer.weight = nn.Parameter(W)
    layer.bias = None
    assert layer(np.ones((3, 2), np.float32)).data.tolist() == [[2.0]] * 3


def test_a_parameter_is_updated_in_place_and_not_lost_in_a_step_by_hand():
    layer = nn.Linear(2, 1, rng=0)
    layer(np.ones((3, 2), np.float32)).sum().backward()
    with pytest.raises(SettingError, match="would not be trained"):
        layer.weight = layer.weight - 0.1 * layer.weight.grad
    before, held = layer.weight.data.copy(), layer.weight
    with no_grad():
        layer.weight -= 0.1 * layer.weight.grad
    assert layer.weight is held
    np.testing.assert_allclose(held.data, before - 0.3, rtol=1e-6)
