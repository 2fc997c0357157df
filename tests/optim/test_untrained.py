"""What an optimizer holds against what a model has and uses: in fit, and in a loop written by hand."""

import copy
import pickle
import warnings

import numpy as np
import pytest

from tinygrad_course import Tensor
from tinygrad_course.errors import OptimizerError, UntrainedWarning
from tinygrad_course.nn import MLP, Linear, Module, MSELoss, Parameter, Sequential
from tinygrad_course.optim import SGD, Adam
from tinygrad_course.training import fit

X = np.random.default_rng(0).normal(size=(8, 2)).astype(np.float32)
Y = np.ones((8, 2), np.float32)


def train(model, optimizer, loss=None):
    return fit(model, loss or MSELoss(), optimizer, X, Y, epochs=1, batch_size=4)


def by_hand(model, optimizer, steps=1):
    for _ in range(steps):
        optimizer.zero_grad()
        MSELoss()(model(X), Y).backward()
        optimizer.step()


def numbers(*tensors):
    return [t.data.copy() for t in tensors]


def net():
    return Sequential(Linear(2, 2, rng=0), Linear(2, 2, rng=1))


def replace(model):
    model.layers[1] = Linear(2, 2, rng=2)


def append(model):
    model.layers.append(Linear(2, 2, rng=2))


def replace_bias(model):
    model[0].bias = Parameter(np.zeros(2, np.float32))


CHANGES = {
    "replaced": (replace, r"'1\.weight', '1\.bias' of Sequential was replaced after the optimizer"),
    "appended": (append, r"came after its optimizer was made.*'2\.weight', '2\.bias'"),
    "a parameter": (replace_bias, r"'0\.bias' of Sequential was replaced"),
}
GIVEN = {
    "the model": lambda model: model,
    "its parameters": lambda model: model.parameters(),
    "a list of them": lambda model: list(model.parameters()),
}


@pytest.mark.parametrize(("change", "message"), CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
@pytest.mark.parametrize("make", [lambda params: SGD(params, lr=0.1), Adam])
def test_fit_finds_parameters_that_came_after_the_optimizer(make, given, change, message):
    model = net()
    optimizer = make(given(model))
    change(model)
    before = numbers(*model.parameters(), *optimizer.params)
    is_list = given is GIVEN["a list of them"]
    if is_list and change is append:  # it may be meant: only a part of the model is to be trained
        with pytest.warns(UntrainedWarning, match=r"'2\.weight', '2\.bias' .* does not hold them"):
            train(model, optimizer)
    else:
        with pytest.raises(OptimizerError, match=message):
            train(model, optimizer)
        for old, new in zip(before, numbers(*model.parameters(), *optimizer.params)):
            np.testing.assert_array_equal(old, new)
    train(model, make(given(model)))  # the way out
    assert (model[-1].weight.data != before[2]).any()


@pytest.mark.parametrize(("change", "message"), CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("given", [GIVEN["the model"], GIVEN["its parameters"]])
@pytest.mark.parametrize("steps", [0, 1, 3, 6])
def test_a_loop_written_by_hand_finds_them_too(given, steps, change, message):
    model = net()
    optimizer = SGD(given(model), lr=0.1)
    by_hand(model, optimizer, steps)
    change(model)
    with pytest.raises(OptimizerError, match=message):
        by_hand(model, optimizer, steps + 2)  # at the latest when their number has doubled
    before, state = numbers(*model.parameters()), optimizer.state_dict()
    with pytest.raises(OptimizerError, match=message):
        optimizer.step()
    for old, new in zip(before, numbers(*model.parameters())):
        np.testing.assert_array_equal(old, new)
    assert state.keys() == optimizer.state_dict().keys()
    by_hand(model, SGD(given(model), lr=0.1))


def test_a_part_of_a_model_may_be_trained_alone():
    model = net()
    before = numbers(model[0].weight)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train(model, SGD(model[1], lr=0.1))
        train(model, SGD(model[1].parameters(), lr=0.1))
        for p in model[0].parameters():
            p.requires_grad = False
        train(model, SGD([p for p in model.parameters() if p.requires_grad], lr=0.1))
        by_hand(model, SGD(list(model[1].parameters()), lr=0.1), steps=4)
    np.testing.assert_array_equal(model[0].weight.data, before[0])


def test_a_list_that_leaves_parameters_out_is_warned_of_and_trains_the_others():
    model = net()
    with pytest.warns(UntrainedWarning, match=r"'0\.weight', '0\.bias' of Sequential") as caught:
        train(model, SGD([model[1].weight, model[1].bias], lr=0.1))
    assert caught[0].filename == __file__
    assert "requires_grad = False" in str(caught[0].message)


def test_parameters_of_the_loss_are_trained_with_those_of_the_model():
    model, scale = net(), Tensor(np.ones(2, np.float32), requires_grad=True, name="scale")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train(
            model,
            SGD([*model.parameters(), scale], 0.1),
            lambda p, t: ((p * scale - t) ** 2).mean(),
        )
    assert (scale.data != 1).any()


# --- what the model uses --------------------------------------------------------------------------


class MakesLayers(Module):
    def __init__(self):
        self.first = Linear(2, 2, rng=0)

    def forward(self, x):
        return Linear(2, 2, rng=1)(self.first(x))


class MakesLayersDeepInside(Module):
    def __init__(self):
        self.first, self.second = Linear(2, 2, rng=0), MakesLayers()

    def forward(self, x):
        return self.second(self.first(x))


ELSEWHERE = Linear(2, 2, rng=1)


class UsesAGlobal(Module):
    def __init__(self):
        self.first = Linear(2, 2, rng=0)

    def forward(self, x):
        return ELSEWHERE(self.first(x))


class Plain:
    """It is no module, and a module does not look into it."""

    def __init__(self):
        self.layer = Linear(2, 2, rng=1)


class HidesInAnObject(Module):
    def __init__(self):
        self.first, self.rest = Linear(2, 2, rng=0), Plain()

    def forward(self, x):
        return self.rest.layer(self.first(x))


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (MakesLayers, r"MakesLayers uses a layer that is made anew in every call, Linear"),
        (
            MakesLayersDeepInside,
            r"made anew in every call, Linear.*in __init__, self\.layer = Linear",
        ),
        (
            UsesAGlobal,
            r"uses a layer that is no part of it, Linear: its parameter 'weight' of shape",
        ),
        (HidesInAnObject, "uses a layer that is no part of it, Linear"),
    ],
)
def test_fit_finds_layers_that_the_model_uses_and_does_not_have(kind, message):
    model = kind()
    before = numbers(*model.parameters())
    with pytest.raises(OptimizerError, match=message):
        train(model, SGD(model, lr=0.1))
    for old, new in zip(before, numbers(*model.parameters())):
        np.testing.assert_array_equal(old, new)
    assert all(p.grad is None for p in (*model.parameters(), *ELSEWHERE.parameters()))


@pytest.mark.parametrize("fixed", ["as a part", "in the optimizer"])
def test_the_ways_out_of_a_layer_elsewhere(fixed):
    model = UsesAGlobal()
    before = numbers(ELSEWHERE.weight)
    if fixed == "as a part":
        model.layer = ELSEWHERE
        train(model, SGD(model, lr=0.1))
    else:
        train(model, SGD([*model.parameters(), *ELSEWHERE.parameters()], lr=0.1))
    assert (ELSEWHERE.weight.data != before[0]).any()


SCALE = Parameter(np.ones(2, np.float32), name="scale")
LEAF = Tensor(np.ones(2, np.float32), requires_grad=True, name="leaf")


def test_a_parameter_that_belongs_to_nothing():
    model = net()
    loss = lambda p, t: ((p * SCALE - t) ** 2).mean()  # noqa: E731
    with pytest.raises(OptimizerError, match=r"the parameter 'scale' of shape \(2,\).*\[\*model"):
        train(model, SGD(model, lr=0.1), loss)
    train(model, SGD([*model.parameters(), SCALE], lr=0.1), loss)


def test_a_leaf_that_belongs_to_nothing_is_warned_of():
    # It may be an input, of which the loss takes a derivative.
    model = net()
    with pytest.warns(UntrainedWarning, match=r"a tensor 'leaf' of shape \(2,\) .*nn\.Parameter"):
        train(model, SGD(model, lr=0.1), lambda p, t: ((p * LEAF - t) ** 2).mean())


class LeavesOut(Module):
    def __init__(self):
        self.first, self.unused = Linear(2, 2, rng=0), Linear(2, 2, rng=0)

    def forward(self, x):
        return self.first(x)


def test_parameters_that_the_loss_does_not_depend_on_are_warned_of():
    model = LeavesOut()
    with pytest.warns(UntrainedWarning, match=r"not depend on 'unused\.weight', 'unused\.bias'"):
        train(model, SGD(model, lr=0.1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for p in model.unused.parameters():
            p.requires_grad = False
        train(model, SGD([p for p in model.parameters() if p.requires_grad], lr=0.1))
        by_hand(net(), SGD(net(), lr=0.1))  # of another model: a loop by hand may do that


# --- hidden parts ---------------------------------------------------------------------------------


class WithLeaf(Module):
    def __init__(self):
        self.layer = Linear(2, 2, rng=0)
        self.scale = Tensor(np.ones(2, np.float32), requires_grad=True)

    def forward(self, x):
        return self.layer(x) * self.scale


def test_hidden_parts_are_refused_by_optimizers_and_by_fit():
    model = WithLeaf()
    for params in (model, model.parameters()):
        with pytest.raises(OptimizerError, match=r"WithLeaf: 'scale' is a Tensor.*nn\.Parameter"):
            SGD(params, lr=0.1)
    with pytest.raises(OptimizerError, match=r"WithLeaf: 'scale' is a Tensor"):
        train(model, SGD(list(model.parameters()), lr=0.1))
    train(model, SGD([*model.parameters(), model.scale], lr=0.1))  # it is trained
    assert (model.scale.data != 1).all()
    model.scale = Parameter(model.scale.data)
    train(model, SGD(model, lr=0.1))


# --- copies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_of_model_and_optimizer_is_trained_as_they_are(copied):
    model = net()
    optimizer = Adam(model)
    by_hand(model, optimizer)
    twin, twins = copied((model, optimizer))
    by_hand(twin, twins, steps=9)
    by_hand(model, optimizer, steps=9)
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_array_equal(p.data, q.data)
    train(twin, twins)


def test_an_optimizer_keeps_no_model_alive():
    optimizer = SGD(net(), lr=0.1)
    assert optimizer.model is None
    for p in optimizer.params:
        p.grad = np.ones(p.shape)
    optimizer.step()
    model = MLP([2, 2], rng=0)
    assert SGD(model, lr=0.1).model is model
