"""Groups of parameters, frozen parameters, and the names of the state."""

import copy

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course import nn, optim
from tinygrad_course.errors import OptimizerError, SettingError, StateDictError
from tinygrad_course.optim import SGD, Adam, AdamW

GRADIENTS = np.random.default_rng(0).normal(size=(6, 3))


def take(optimizer, gradients=GRADIENTS):
    for g in gradients:
        for p in optimizer.params:
            p.grad = g
        optimizer.step()


@pytest.mark.parametrize(
    ("kind", "own", "other"),
    [
        (SGD, {"lr": 0.3, "momentum": 0.9, "nesterov": True}, {"weight_decay": 0.1}),
        (Adam, {"betas": (0.5, 0.9), "eps": 1e-3}, {"lr": 0.2}),
        (AdamW, {"weight_decay": 0.3}, {"lr": 0.2}),
        (optim.RMSprop, {"centered": True, "momentum": 0.5}, {"alpha": 0.5}),
        (optim.Adagrad, {"initial_accumulator_value": 1.0}, {"lr_decay": 0.5}),
    ],
)
def test_each_group_is_trained_as_by_an_optimizer_of_its_own(kind, own, other):
    p, q, alone_p, alone_q = (leaf(np.ones(3)) for _ in range(4))
    together = kind([{"params": [p], **own}, {"params": [q], **other}], lr=0.1)
    take(together)
    for alone, settings in ((alone_p, own), (alone_q, other)):
        take(kind([alone], **{"lr": 0.1, **settings}))
    np.testing.assert_array_equal(p.data, alone_p.data)
    np.testing.assert_array_equal(q.data, alone_q.data)


def test_a_rate_of_the_optimizer_is_that_of_groups_without_one():
    p, q = leaf(np.ones(3)), leaf(np.ones(3))
    optimizer = SGD([{"params": [p]}, {"params": [q], "lr": 0.5}], lr=0.1)
    optimizer.lr = 0.2
    assert [g["lr"] for g in optimizer.param_groups] == [0.2, 0.5]
    for group in optimizer.param_groups:
        group["lr"] /= 2
    assert [g["lr"] for g in optimizer.param_groups] == [0.1, 0.25]
    optimizer.lr = 1.0
    assert [g["lr"] for g in optimizer.param_groups] == [0.1, 0.25]  # both are their own now
    optimizer.follow(optim.linear_decay(), steps=2)
    for g in optimizer.params:
        g.grad = np.ones(3)
    optimizer.step()
    optimizer.step()
    np.testing.assert_allclose(p.data, 1 - 0.1 * 1.5)
    np.testing.assert_allclose(q.data, 1 - 0.25 * 1.5)


def test_settings_are_read_and_changed_by_name():
    p, q = leaf(np.ones(3)), leaf(np.ones(3))
    optimizer = SGD([{"params": [p], "weight_decay": 0.5}, {"params": [q]}], lr=0.1, momentum=0.9)
    first, second = optimizer.param_groups
    assert dict(second) == {
        **{"params": [q], "lr": 0.1, "momentum": 0.9, "nesterov": False},
        **{"weight_decay": 0.0, "decay_biases": True},
    }
    optimizer.weight_decay = 0.25
    assert (first["weight_decay"], second["weight_decay"]) == (0.5, 0.25)
    first["momentum"] = 0.5
    assert (first["momentum"], second["momentum"], optimizer.momentum) == (0.5, 0.9, 0.9)
    for wrong, value in (("momentum", 1), ("lr", -1), ("betas", 1), ("params", [])):
        with pytest.raises(SettingError):
            first[wrong] = value
    with pytest.raises(SettingError, match="keeps other arrays"):
        first["momentum"] = 0
    assert "ParameterGroup(1 parameters, lr=0.1, momentum=0.5" in repr(first)
    assert repr(optimizer) == "SGD(2 parameters in 2 groups, lr=0.1)"


def test_a_state_with_groups_is_restored():
    def made():
        params = [leaf(np.ones(3)) for _ in range(2)]
        return Adam([{"params": params[:1]}, {"params": params[1:], "lr": 0.5}], lr=0.1)

    one, other = made(), made()
    take(one, GRADIENTS[:3])
    one.param_groups[1]["lr"] = 0.25
    other.load_state_dict(one.state_dict())
    for p, q in zip(one.params, other.params):
        q.data[...] = p.data
    take(one, GRADIENTS[3:])
    take(other, GRADIENTS[3:])
    for p, q in zip(one.params, other.params):
        np.testing.assert_array_equal(p.data, q.data)
    with pytest.raises(SettingError, match=r"groups\.1\.lr"):
        other.load_state_dict(one.state_dict() | {"groups.1.lr": np.array(-1.0)})


def test_a_state_is_loaded_into_an_adam_with_other_betas():
    # The averages are the same, and go on with the new betas.
    p, q = leaf(np.ones(3)), leaf(np.ones(3))
    one, other = Adam([p], lr=0.1), Adam([q], lr=0.1, betas=(0.5, 0.9))
    take(one, GRADIENTS[:3])
    other.load_state_dict(one.state_dict())
    q.data[...] = start = p.data.copy()
    take(other, GRADIENTS[3:4])
    m, v = np.zeros(3), np.zeros(3)
    for g, (b1, b2) in zip(GRADIENTS, [(0.9, 0.999)] * 3 + [(0.5, 0.9)]):
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
    step = 0.1 * (m / (1 - 0.5**4)) / (np.sqrt(v / (1 - 0.9**4)) + 1e-8)
    np.testing.assert_allclose(q.data, start - step, rtol=1e-12)


# --- frozen parameters -------------------------------------------------------------------------------


def test_frozen_parameters_are_left_alone_until_they_are_set_free():
    model = nn.MLP([2, 3, 1], rng=0)
    first, last = model.layers[0], model.layers[-1]
    frozen = first.weight
    frozen.grad = np.ones(frozen.shape)  # from before
    frozen.requires_grad = False
    before = frozen.data.copy()
    optimizer = Adam(model, lr=0.1, weight_decay=0.1)
    assert not any(name.startswith("layers.0.weight") for name in optimizer.state_dict())

    def step():
        nn.functional.mse(model(np.ones((2, 2), np.float32)), np.zeros(2)).backward()
        optimizer.step()
        optimizer.zero_grad()

    head = last.weight.data.copy()
    step()
    np.testing.assert_array_equal(frozen.data, before)
    assert (last.weight.data != head).all()
    frozen.requires_grad = True
    step()
    assert (frozen.data != before).any()
    assert "layers.0.weight.sum" in optimizer.state_dict()


def test_a_model_that_is_frozen_as_a_whole_has_nothing_to_train():
    layer = nn.Linear(2, 1, rng=0)
    for p in layer.parameters():
        p.requires_grad = False
    with pytest.raises(OptimizerError, match=r"all 2 parameters are frozen.*requires_grad = True"):
        SGD(layer, 0.1)
    layer.weight.requires_grad = True
    SGD(layer, 0.1)


# --- names -------------------------------------------------------------------------------------------

PATHS = {"layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"}


def moments(optimizer):
    return {name.rpartition(".")[0] for name in optimizer.state_dict() if name.count(".")}


def test_the_state_is_named_by_path_where_that_is_known():
    model, other = nn.MLP([2, 3, 1], rng=0), nn.MLP([2, 3, 1], rng=1)
    listed = [*model.parameters()]
    named = dict(model.named_parameters())
    groups = [
        {"params": [named[path] for path in PATHS if "bias" in path], "lr": 0.1},
        {"params": [named[path] for path in PATHS if "weight" in path]},
    ]
    for params in (model, model.parameters(), model.named_parameters(), listed):
        assert moments(SGD(params, 0.1, 0.9)) == PATHS
    assert moments(SGD(groups, 0.1, 0.9)) - {"groups.0", "groups.1"} == PATHS
    assert moments(SGD([*listed, *other.parameters()], 0.1, 0.9)) == {*map(str, range(8))}
    assert moments(SGD([leaf([1.0], name="w")], 0.1, 0.9)) == {"0"}


def test_a_state_finds_its_parameters_in_any_order():
    model = nn.MLP([2, 3, 1], rng=0)
    forth = SGD(model.named_parameters(), 0.1, 0.9)
    back = SGD(reversed(list(model.named_parameters())), 0.1, 0.9)
    for p in forth.params:
        p.grad = np.random.default_rng(0).normal(size=p.shape)
    forth.step()
    back.load_state_dict(forth.state_dict())
    for name, value in back.state_dict().items():
        np.testing.assert_array_equal(value, forth.state_dict()[name])
    with pytest.raises(StateDictError, match=r"missing: 'layers\.0\.weight"):
        forth.load_state_dict(SGD([leaf(np.ones(2))], 0.1, 0.9).state_dict())


# --- after a step ------------------------------------------------------------------------------------


def test_hooks_run_after_each_step_until_they_are_removed():
    p, seen = leaf(np.ones(3)), []
    optimizer = SGD([p], 0.1)
    remove = optimizer.after_step(lambda o: seen.append((o.steps, p.data[0])))
    p.grad = np.ones(3)
    optimizer.step()
    assert seen == [(1, 0.9)]
    copy.deepcopy(optimizer).step()
    remove()
    optimizer.step()
    assert len(seen) == 1
