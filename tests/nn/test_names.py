"""The attributes of modules: none hides a method, and none that looks like a parameter is forgotten."""

import numpy as np
import pytest

from tinygrad_course import Tensor, nn, optim
from tinygrad_course.errors import OptimizerError, SettingError

NAMES = [name for name in dir(nn.Module) if not name.startswith("__")] + ["training"]


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


X, Y = np.ones((4, 2), np.float32), np.zeros(4, int)

NOT_WHAT_THEY_SEEM = {
    "a loss called with data": (
        lambda: nn.CrossEntropyLoss(X, Y),
        r"CrossEntropyLoss\(\)\(prediction, target\)",
        lambda: nn.CrossEntropyLoss()(X, Y),
    ),
    "a quotient": (
        lambda: nn.Linear(784 / 2, 10),
        "in_features=392.0.*in_features=392",
        lambda: nn.Linear(392, 10),
    ),
    "text": (lambda: nn.Linear("3", 10), "in_features='3'", lambda: nn.Linear(3, 10)),
    "no columns": (lambda: nn.Linear(0, 10), "in_features=0: must be", lambda: nn.Linear(1, 10)),
    "sizes one by one": (
        lambda: nn.MLP(784, 128, 10),
        r"MLP\(784, 128, 10\).*MLP\(\[784, 128, 10\]\)",
        lambda: nn.MLP([784, 128, 10]),
    ),
    "an activation called with data": (
        lambda: nn.LeakyReLU(X),
        r"negative_slope=.*module\(x\)",
        lambda: nn.LeakyReLU()(X),
    ),
    "one without settings": (lambda: nn.ReLU(X), r"ReLU\(\)\(x\)", lambda: nn.ReLU()(X)),
    "a class for a layer": (
        lambda: nn.Sequential(nn.Linear(2, 2), nn.ReLU),
        r"layer 1 is the class ReLU: make one, ReLU",
        lambda: nn.Sequential(nn.Linear(2, 2), nn.ReLU()),
    ),
    "a list of layers": (
        lambda: nn.Sequential([nn.Linear(2, 2)]),
        r"Sequential\(\*layers\)",
        lambda: nn.Sequential(*[nn.Linear(2, 2)]),
    ),
    "a method that was not called": (
        lambda: optim.SGD(nn.Linear(2, 1).parameters, lr=0.1),
        r"not called.*model\.parameters\(\)",
        lambda: optim.SGD(nn.Linear(2, 1).parameters(), lr=0.1),
    ),
    "a rate in quotes": (
        lambda: optim.SGD(nn.Linear(2, 1), lr="0.1"),
        r"lr='0\.1'.*write lr=0\.1",
        lambda: optim.SGD(nn.Linear(2, 1), lr=0.1),
    ),
    "a negative rate": (
        lambda: optim.Adam(nn.Linear(2, 1), lr=-1),
        "lr=-1: must be at least 0",
        lambda: optim.Adam(nn.Linear(2, 1), lr=1),
    ),
}


@pytest.mark.parametrize(
    ("wrong", "message", "right"), NOT_WHAT_THEY_SEEM.values(), ids=NOT_WHAT_THEY_SEEM
)
def test_an_argument_that_is_not_what_it_seems_is_refused_and_the_advice_works(
    wrong, message, right
):
    with pytest.raises((SettingError, OptimizerError), match=message):
        wrong()
    right()
