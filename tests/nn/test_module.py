import copy

import numpy as np
import pytest

from tinygrad_course.errors import SettingError, ShapeError, StateDictError
from tinygrad_course.nn import Linear, Module, Parameter, ReLU, Sequential


class Block(Module):
    def __init__(self, n):
        self.inner = Linear(n, n, rng=0)
        self.scale = Parameter(np.ones(n, np.float32))

    def forward(self, x):
        return self.inner(x) * self.scale


class Net(Module):
    def __init__(self):
        self.layers = [Linear(3, 4, rng=0), Block(4)]
        self.heads = {"a": Linear(4, 2, rng=1), "b": (Linear(4, 1, rng=2), ReLU())}

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.heads["a"](x), self.heads["b"][0](x)


PATHS = [
    *("layers.0.weight", "layers.0.bias"),
    *("layers.1.scale", "layers.1.inner.weight", "layers.1.inner.bias"),
    *("heads.a.weight", "heads.a.bias", "heads.b.0.weight", "heads.b.0.bias"),
]


def test_parts_are_found_in_attributes_lists_tuples_and_dictionaries():
    net = Net()
    assert [path for path, _ in net.named_parameters()] == PATHS
    assert [path for path, _ in net.named_modules()] == [
        *("", "layers.0", "layers.1", "layers.1.inner", "heads.a", "heads.b.0", "heads.b.1"),
    ]
    assert [name for name, _ in net.named_children()] == [
        *("layers.0", "layers.1", "heads.a", "heads.b.0", "heads.b.1"),
    ]
    assert net.num_parameters() == 12 + 4 + 4 + 16 + 4 + 8 + 2 + 4 + 1


def test_parameters_are_named_by_their_path_once_the_model_is_called():
    net = Net()
    net(np.ones((1, 3), np.float32))
    assert net.layers[1].inner.weight.name == "layers.1.inner.weight"
    assert net.layers[1].inner.weight.node.name == "layers.1.inner.weight"


def test_the_largest_model_gives_the_names():
    net = Net()
    assert next(net.layers[1].named_parameters())[0] == "scale"
    outer = Sequential(net)
    outer.num_parameters()
    assert net.layers[1].scale.name == "0.layers.1.scale"
    # Asked for on its own again, a part lists paths from itself and leaves the names alone.
    assert next(net.layers[1].named_parameters())[0] == "scale"
    assert net.layers[1].scale.name == "0.layers.1.scale"


def test_a_layer_that_was_added_later_is_named_when_the_names_are_asked_for():
    net = Sequential(Linear(3, 4, rng=0))
    net.num_parameters()
    late = Linear(4, 2, rng=0)
    late.num_parameters()
    assert late.weight.name == "weight"
    net.layers.append(late)
    assert {path: p.name for path, p in net.named_parameters()} == {p: p for p in net.state_dict()}
    assert late.weight.name == "1.weight"


def test_a_layer_that_was_added_later_is_named_in_the_next_call():
    net = Sequential(Sequential(Linear(3, 4, rng=0)))
    x = np.ones((2, 3), np.float32)
    net(x)
    net[0].layers.append(Linear(4, 2, rng=0))
    net(x)
    assert net[0][1].weight.name == "0.1.weight"
    net[0].layers.append(Linear(5, 2, rng=0))
    with pytest.raises(ShapeError, match=r"in layer '0\.2', Linear") as caught:
        net(x)
    assert caught.value.layer == "0.2"


def test_a_part_that_is_called_on_its_own_keeps_its_path_in_the_model():
    net = Sequential(Sequential(Linear(3, 4, rng=0)))
    x = np.ones((2, 3), np.float32)
    net(x)
    net[0].layers.append(Linear(4, 2, rng=0))
    net[0](x)
    assert net[0][1].weight.name == "0.1.weight"
    assert net[0][0].weight.name == "0.0.weight"


def test_a_model_inside_a_function_is_no_part_and_names_itself():
    hidden = Linear(3, 4, rng=0)
    net = Sequential(lambda x: hidden(x), Linear(4, 2, rng=0))
    net(np.ones((2, 3), np.float32))
    assert hidden.weight.name == "weight"
    assert net[1].weight.name == "1.weight"


def test_a_failed_call_leaves_no_trace_in_the_names_of_the_next_model():
    with pytest.raises(ShapeError):
        Sequential(Linear(5, 4, rng=0))(np.ones((2, 3), np.float32))
    late = Sequential(Linear(3, 4, rng=0))
    late(np.ones((2, 3), np.float32))
    assert late[0].weight.name == "0.weight"


def test_once_named_a_call_does_not_traverse_the_tree():
    net = Net()
    x = np.ones((2, 3), np.float32)
    net(x)
    calls = []
    net._parts = lambda: calls.append("parts") or iter(())
    net(x)
    assert calls == []


def test_shared_parameters_count_once():
    layer = Linear(3, 3, rng=0)
    tied = Sequential(layer, layer, Linear(3, 3, rng=0))
    tied[2].weight = layer.weight
    assert list(tied.state_dict()) == ["0.weight", "0.bias", "2.bias"]
    assert tied.num_parameters() == 9 + 3 + 3
    assert len(list(tied.modules())) == 3


def test_a_module_that_contains_itself_is_listed_once():
    net = Block(2)
    net.myself = net
    assert len(list(net.modules())) == 2
    assert len(list(net.parameters())) == 3


def test_state_goes_round_and_keeps_the_dtype():
    net, other = Net(), Net()
    state = {
        path: np.full(v.shape, i, float) for i, (path, v) in enumerate(net.state_dict().items())
    }
    other.load_state_dict(state)
    for path, parameter in other.named_parameters():
        np.testing.assert_array_equal(parameter.data, state[path])
        assert parameter.dtype == np.float32
        assert not np.shares_memory(parameter.data, state[path])
    saved = other.state_dict()
    next(other.parameters()).data[...] = -1
    np.testing.assert_array_equal(saved["layers.0.weight"], 0)


def test_a_state_that_does_not_fit_is_refused_whole():
    net = Net()
    before = net.state_dict()
    state = {path: value + 1 for path, value in before.items()}
    del state["heads.a.bias"]
    state["layers.7.weight"] = np.ones(2)
    state["layers.1.scale"] = np.ones(5)
    state["layers.0.bias"] = np.array(["a"] * 4)
    with pytest.raises(StateDictError) as caught:
        net.load_state_dict(state)
    message = str(caught.value)
    assert "Net" in message
    assert "missing: 'heads.a.bias' (2,)" in message
    assert "surplus: 'layers.7.weight' (2,)" in message
    assert "misshapen: 'layers.1.scale' (5,), must be (4,)" in message
    assert "not numbers: 'layers.0.bias'" in message
    for path, value in net.state_dict().items():
        np.testing.assert_array_equal(value, before[path])


def test_train_and_eval_reach_every_part():
    net = Net()
    assert net.eval() is net
    assert not any(module.training for module in net.modules())
    net.train()
    assert all(module.training for module in net.modules())


@pytest.mark.parametrize("training", [True, False])
def test_every_part_has_its_own_mode_back_after_in_mode(training):
    net = Net()
    net.layers[1].eval()
    before = {path: module.training for path, module in net.named_modules()}
    assert len(set(before.values())) == 2
    with pytest.raises(KeyError), net.in_mode(training):  # noqa: PT012
        assert {module.training for module in net.modules()} == {training}
        raise KeyError
    assert {path: module.training for path, module in net.named_modules()} == before


def test_zero_grad_forgets_all_gradients():
    net = Net()
    a, b = net(np.ones((2, 3), np.float32))
    (a.sum() + b.sum()).backward()
    assert all(p.grad is not None for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())


def test_an_error_names_the_innermost_layer_once():
    net = Sequential(Net())
    net[0].layers[1].inner = Linear(5, 4, rng=0)
    with pytest.raises(ShapeError) as caught:
        net(np.ones((2, 3), np.float32))
    message = str(caught.value)
    assert message.count("in layer") == 1
    assert "'0.layers.1.inner', Linear(in_features=5, out_features=4, bias=True)" in message
    assert caught.value.layer == "0.layers.1.inner"


def test_a_deep_copy_is_a_model_of_its_own():
    net = Sequential(Linear(2, 1, rng=0))
    twin = copy.deepcopy(net)
    twin(np.ones((1, 2), np.float32)).sum().backward()
    assert net[0].weight.grad is None
    assert twin[0].weight.grad is not None


def test_the_repr_is_a_tree_with_shapes_and_counts():
    assert repr(Sequential(Linear(3, 4, rng=0), Block(4), ReLU())) == (
        "Sequential(\n"
        "  (0): Linear(in_features=3, out_features=4, bias=True)"
        "  # weight (4, 3), bias (4,): 16 parameters\n"
        "  (1): Block(\n"
        "    (inner): Linear(in_features=4, out_features=4, bias=True)"
        "  # weight (4, 4), bias (4,): 20 parameters\n"
        "    (scale): parameter of shape (4,)\n"
        "  )\n"
        "  (2): ReLU()\n"
        ")  # 40 parameters"
    )
    assert repr(Linear(1, 1, bias=False, rng=0)).endswith("# weight (1, 1): 1 parameter")


def test_forward_must_be_written():
    with pytest.raises(NotImplementedError, match="Module must define forward"):
        Module()(1)


@pytest.mark.parametrize(
    "parts",
    [
        {1: Linear(2, 3, rng=0), "1": Linear(2, 3, rng=0)},
        {"a.b": Parameter(np.ones(2)), "a": {"b": Parameter(np.ones(2))}},
    ],
)
@pytest.mark.parametrize("ask", [Module.num_parameters, Module.state_dict])
def test_two_parameters_of_one_path_are_an_error_and_not_one_parameter(parts, ask):
    net = Module()
    net.parts = parts
    with pytest.raises(SettingError, match="two parameters with the path"):
        ask(net)


def test_a_part_that_holds_the_whole_is_shown():
    net = Net()
    net.layers[1].owner = net
    assert "(owner): Net(…)" in repr(net)
    assert net.num_parameters() == Net().num_parameters()


def test_a_state_has_to_be_a_mapping():
    with pytest.raises(StateDictError, match="is a list: give what state_dict"):
        Net().load_state_dict([1, 2])


def test_parameters_are_frozen_and_freed_together():
    net = Net()
    assert net.requires_grad_(False) is net
    assert not any(p.requires_grad for p in net.parameters())
    a, _ = net(np.ones((2, 3), np.float32))
    assert not a.requires_grad
    net.layers[1].requires_grad_()
    assert [p.requires_grad for p in net.parameters()] == [
        path.startswith("layers.1") for path in PATHS
    ]
    with pytest.raises(SettingError, match="requires_grad=1: must be requires_grad=True"):
        net.requires_grad_(1)
    net.requires_grad_(requires_grad=True)


def test_a_function_is_applied_to_contents_first_and_to_each_once():
    net = Net()
    net.again = net.layers[1]
    seen = []
    assert net.apply(seen.append) is net
    assert seen == [
        *(net.layers[0], net.layers[1].inner, net.layers[1]),
        *(net.heads["a"], *net.heads["b"], net),
    ]
    for wrong in (net, 3, np.ones(2)):
        with pytest.raises(SettingError, match=r"must be a function of a module.*module\(x\)"):
            net.apply(wrong)
