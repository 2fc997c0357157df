"""What is given to an optimizer, and is not what it seems: refused by name, and the advice works."""

import numpy as np
import pytest

from tinygrad_course import Tensor, nn, optim
from tinygrad_course.errors import OptimizerError, SettingError
from tinygrad_course.optim import SGD, Adam

MODEL = nn.MLP([2, 3, 1], rng=0)
OTHER = nn.Linear(2, 1, rng=1)
W = Tensor([1.0, 2.0], requires_grad=True, name="w")
NAMED = {"w": W, "v": Tensor(1.0, requires_grad=True)}
RATE = Tensor(0.1)

SCOPE = {
    **{"np": np, "nn": nn, "optim": optim, "SGD": SGD, "Adam": Adam, "Tensor": Tensor},
    **{"model": MODEL, "other": OTHER, "w": W, "named": NAMED, "rate": RATE},
}


def used(params):
    list(params)
    return params


def begun(params):
    next(params)
    return params


SCOPE |= {"used": used, "begun": begun}

WRONG = {
    # What is written: what the message says, and what it advises to write, as code.
    "SGD(model.parameters, 0.1)": (
        r"the method parameters of MLP, which was not called: .*model\.parameters\(\)$",
        "SGD(model.parameters(), 0.1)",
    ),
    "SGD(model.forward, 0.1)": (r"the method forward of MLP", "SGD(model, 0.1)"),
    "SGD(nn.MLP, 0.1)": ("the class MLP: make a model first, model = MLP", "SGD(model, 0.1)"),
    "SGD(np.tanh, 0.1)": (
        r"a function, tanh: give model\.parameters\(\)",
        "SGD(model.parameters(), 0.1)",
    ),
    "SGD('model', 0.1)": ("params is 'model': what is trained comes first", "SGD(model, 0.1)"),
    "SGD(None, 0.1)": ("params is NoneType: what is trained comes first", "SGD(model, 0.1)"),
    "SGD(0.1, 0.9)": (
        "params is 0.1: what is trained comes first, and then the",
        "SGD(model, 0.9)",
    ),
    "SGD(0.1, model)": (
        r"lr=.*this is a model, which comes first: \(model, lr=0\.1\)",
        "SGD(*[model], lr=0.1)",
    ),
    "SGD(w, 0.1)": (r"one Tensor: give a list, \[tensor\]", "SGD([w], 0.1)"),
    "SGD(w.data, 0.1)": ("what is trained comes first", "SGD([w], 0.1)"),
    "SGD(named, 0.1)": (
        r"a dictionary: give its tensors, list\(params\.values\(\)\)",
        "SGD(list(named.values()), 0.1)",
    ),
    "SGD(model.state_dict(), 0.1)": (
        r"dictionary of ndarray, such as copies from state_dict",
        "SGD(model.parameters(), 0.1)",
    ),
    "SGD(SGD(model, 0.1), 0.1)": (
        r"is an optimizer: give the model, or optimizer\.params",
        "SGD(SGD(model, 0.1).params, 0.1)",
    ),
    "SGD([model, other], 0.1)": (
        r"parameter 0 is a module, MLP: give \[p for module in modules for p in module\.parameters\(\)\]",
        "SGD([p for module in [model, other] for p in module.parameters()], 0.1)",
    ),
    "SGD([model.parameters(), other.parameters()], 0.1)": (
        r"parameter 0 is Parameters: give one list, \[\*a\.parameters\(\), \*b\.parameters\(\)\]",
        "SGD([*model.parameters(), *other.parameters()], 0.1)",
    ),
    "SGD([w, {'params': model.parameters()}], 0.1)": (
        "parameter 1 is a dictionary: give groups alone",
        "SGD([{'params': [w]}, {'params': model.parameters()}], 0.1)",
    ),
    "SGD([{'params': [w]}, model], 0.1)": (
        r"group 1 has the type MLP: each group is a dictionary with 'params'",
        "SGD([{'params': [w]}, {'params': model.parameters(), 'lr': 0.01}], 0.1)",
    ),
    "SGD([{'weights': [w]}], 0.1)": (
        "group 0 has the keys 'weights': each group is a dictionary with 'params'",
        "SGD([{'params': [w]}], 0.1)",
    ),
    "SGD([{'params': [w], 'momentun': 0.9}], 0.1)": (
        "a group of SGD has the key 'momentun': it can have params, lr, momentum, nesterov, weight_decay",
        "SGD([{'params': [w], 'momentum': 0.9}], 0.1)",
    ),
    "SGD([{'params': [w], 'lr': -1}], 0.1)": (
        "lr=-1: must be",
        "SGD([{'params': [w], 'lr': 1}], 0.1)",
    ),
    "SGD([{'params': [w]}, {'params': [w]}], 0.1)": ("'w'.* is given twice", "SGD([w], 0.1)"),
    "SGD([*model.named_parameters(), w], 0.1)": (
        r"give such pairs alone, model\.named_parameters\(\), or tensors alone",
        "SGD(model.named_parameters(), 0.1)",
    ),
    "SGD([nn.MLP], 0.1)": ("parameter 0 is the class MLP", "SGD(model, 0.1)"),
    "SGD([w, 'v'], 0.1)": ("parameter 1 is str, not a Tensor", "SGD([w], 0.1)"),
    "SGD(nn.ReLU(), 0.1)": (
        "ReLU has no parameters: there is nothing to train",
        "SGD(nn.Sequential(other, nn.ReLU()), 0.1)",
    ),
    "SGD(nn.ReLU().parameters(), 0.1)": (
        "no parameters: params is an iterator that is empty",
        "SGD(other.parameters(), 0.1)",
    ),
    "SGD(used(model.parameters()), 0.1)": (
        r"some of whose parameters were taken before: .*call model\.parameters\(\) again",
        "SGD(model.parameters(), 0.1)",
    ),
    "SGD(begun(model.parameters()), 0.1)": (
        "some of whose parameters were taken before: give the model itself",
        "SGD(model, 0.1)",
    ),
    "SGD(used(p for p in model.parameters()), 0.1)": (
        "an iterator that is empty, perhaps since it was used before",
        "SGD([p for p in model.parameters()], 0.1)",
    ),
    "SGD(model, '0.1')": (
        "lr='0.1': must be a number, and this is text: write lr=0.1",
        "SGD(model, lr=0.1)",
    ),
    "SGD(model, 'fast')": ("lr='fast': .* write a number, such as lr=0.1", "SGD(model, lr=0.1)"),
    "SGD(model, -1)": ("lr=-1: must be at least 0", "SGD(model, 1)"),
    "SGD(model, None)": ("lr=None: must be a number, such as lr=0.1", "SGD(model, lr=0.1)"),
    "SGD(model, True)": ("lr=True: must be a number, such as lr=0.1", "SGD(model, lr=0.1)"),
    "SGD(model, rate)": (
        r"lr=.*this is a Tensor: write lr=tensor\.item\(\)",
        "SGD(model, lr=rate.item())",
    ),
    "SGD(model, np.array([0.1, 0.2]))": (
        r"lr=<ndarray of shape \(2,\)>: must be a number",
        "SGD(model, 0.1)",
    ),
    "SGD(model, optim.cosine_decay())": (
        r"lr=<.*a function: write lr=0\.1, and give a schedule .*optimizer\.follow\(schedule, steps=…\)",
        "SGD(model, lr=0.1).follow(optim.cosine_decay(), steps=9)",
    ),
    "SGD(model, 0.1, '0.9')": (
        "momentum='0.9': .* write momentum=0.9",
        "SGD(model, 0.1, momentum=0.9)",
    ),
    "SGD(model, 0.1, True)": (
        "momentum=True: must be a number, such as momentum=0.9",
        "SGD(model, 0.1, momentum=0.9)",
    ),
    "SGD(model, 0.1, 1.0)": (
        "momentum=1.0: must be at least 0 and below 1",
        "SGD(model, 0.1, 0.9)",
    ),
    "SGD(model, 0.1, 0.9, nesterov=1)": (
        "nesterov=1: must be nesterov=True or nesterov=False",
        "SGD(model, 0.1, 0.9, nesterov=True)",
    ),
    "SGD(model, 0.1, nesterov=True)": (
        "nesterov=True needs a momentum, e.g. momentum=0.9",
        "SGD(model, 0.1, nesterov=True, momentum=0.9)",
    ),
    "SGD(model, 0.1, weight_decay='1e-4')": (
        "weight_decay='1e-4': .* write weight_decay=0.0001",
        "SGD(model, 0.1, weight_decay=0.0001)",
    ),
    "SGD(model, 0.1, decay_biases=0)": (
        "decay_biases=0: must be decay_biases=True or decay_biases=False",
        "SGD(model, 0.1, decay_biases=False)",
    ),
    "Adam(model, 1e-3, 0.9, 0.999)": (
        r"betas=0\.9: must be two numbers in one tuple, such as betas=\(0\.9, 0\.999\)",
        "Adam(model, 1e-3, betas=(0.9, 0.999))",
    ),
    "Adam(model, (0.9, 0.999))": (
        r"lr=\(0\.9, 0\.999\): must be a number",
        "Adam(model, betas=(0.9, 0.999))",
    ),
    "Adam(model, betas=(0.9,))": (
        "must be two numbers in one tuple",
        "Adam(model, betas=(0.9, 0.999))",
    ),
    "Adam(model, betas='09')": (
        "betas='09': must be two numbers",
        "Adam(model, betas=(0.9, 0.999))",
    ),
    "Adam(model, betas=(0.9, '0.999'))": (
        r"betas\[1\]='0\.999': .*this is text",
        "Adam(model, betas=(0.9, 0.999))",
    ),
    "Adam(model, betas=(0.9, 1))": (
        r"betas\[1\]=1: must be at least 0 and below 1",
        "Adam(model, betas=(0.9, 0.999))",
    ),
    "Adam(model, eps='1e-8')": ("eps='1e-8': .* write eps=1e-08", "Adam(model, eps=1e-08)"),
    "Adam(model, 1e-3, eps=-1)": ("eps=-1: must be at least 0", "Adam(model, eps=1)"),
}


@pytest.mark.parametrize(("wrong", "said", "right"), [(w, *r) for w, r in WRONG.items()], ids=WRONG)
def test_what_is_not_what_it_seems_is_refused_and_the_advice_works(wrong, said, right):
    before = MODEL.state_dict()
    with pytest.raises((OptimizerError, SettingError), match=said):
        eval(wrong, SCOPE)
    eval(right, SCOPE)
    for name, value in MODEL.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


@pytest.mark.parametrize(
    "value", [0.5, np.float32(0.5), np.array(0.5), np.float64(0.5), np.array(1)]
)
def test_numbers_of_any_kind_are_settings(value):
    optimizer = SGD(MODEL, lr=value, weight_decay=value)
    optimizer.lr = value
    assert optimizer.lr == optimizer.weight_decay == float(value)


@pytest.mark.parametrize("params", [tuple, set, iter, lambda ps: (p for p in ps), dict.fromkeys])
def test_collections_of_tensors_of_any_kind_are_trained(params):
    given = params(list(MODEL.parameters()))
    if isinstance(given, dict):
        given = given.keys()
    assert set(SGD(given, 0.1).params) == set(MODEL.parameters())


def test_a_rate_that_is_set_later_is_checked_as_well():
    optimizer = SGD(MODEL, lr=0.1)
    for wrong in ("0.1", None, -1, MODEL, True, np.nan):
        with pytest.raises(SettingError, match="lr="):
            optimizer.lr = wrong
    assert optimizer.lr == 0.1
