import numpy as np
import pytest

from tinygrad_course import nn
from tinygrad_course.errors import SettingError
from tinygrad_course.nn import Linear, ReLU, Sequential, Tanh


def test_layers_run_one_after_the_other():
    first, second = Linear(3, 2, rng=0), Linear(2, 1, rng=1)
    x = np.ones((4, 3), np.float32)
    model = Sequential(first, np.tanh, second)
    np.testing.assert_array_equal(model(x).data, second(np.tanh(first(x))).data)
    assert Sequential()(x) is x
    assert list(model.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]


def test_it_is_a_sequence_of_its_layers():
    layers = [Linear(3, 2, rng=0), ReLU(), Linear(2, 1, rng=1)]
    model = Sequential(*layers)
    assert len(model) == 3
    assert list(model) == layers
    assert model[-1] is layers[2]
    assert isinstance(model[1:], Sequential)
    assert list(model[1:]) == layers[1:]
    assert Sequential()


def test_a_subclass_may_have_parts_of_its_own():
    class WithHead(Sequential):
        def __init__(self):
            super().__init__(Tanh(), Linear(2, 2, rng=0))
            self.head = Linear(2, 1, rng=0)

    assert list(WithHead().state_dict()) == ["1.weight", "1.bias", "head.weight", "head.bias"]


def test_a_list_instead_of_layers():
    with pytest.raises(SettingError, match=r"layer 0 .* Sequential\(\*layers\)"):
        Sequential([ReLU(), ReLU()])


class Net(nn.Module):
    def __init__(self):
        self.layers = nn.ModuleList([Linear(3, 4, rng=0), ReLU()])
        self.heads = nn.ModuleDict({"age": Linear(4, 1, rng=1), "sex": Linear(4, 2, rng=2)})

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return {name: head(x) for name, head in self.heads.items()}


def test_lists_and_dictionaries_of_modules_have_paths_without_detours():
    net = Net()
    assert list(net.state_dict()) == [
        *("layers.0.weight", "layers.0.bias"),
        *("heads.age.weight", "heads.age.bias", "heads.sex.weight", "heads.sex.bias"),
    ]
    found = net(np.ones((5, 3), np.float32))
    assert {name: z.shape for name, z in found.items()} == {"age": (5, 1), "sex": (5, 2)}
    assert net.heads["age"].weight.name == "heads.age.weight"
    net.train()
    assert list(net.heads.state_dict()) == ["age.weight", "age.bias", "sex.weight", "sex.bias"]


def test_a_list_of_modules_is_a_list():
    first, second, third = Tanh(), ReLU(), Linear(1, 1, rng=0)
    modules = nn.ModuleList([first])
    modules.append(third)
    modules.insert(1, second)
    modules += [Tanh()]
    modules.extend(nn.ModuleList([first]))
    assert list(modules)[:3] == [first, second, third]
    assert len(modules) == 5
    del modules[3:]
    assert isinstance(modules[1:], nn.ModuleList)
    assert list(modules[1:]) == [second, third]
    modules[0] = third
    modules[1:2] = [first, first]
    assert list(modules) == [third, first, first, third]
    assert modules.pop() is third
    assert first in modules
    assert not nn.ModuleList()
    for change in (
        lambda: modules.append(np.tanh),
        lambda: modules.insert(0, None),
        lambda: modules.__setitem__(slice(0, 1), [3]),
    ):
        with pytest.raises(SettingError, match=r"ModuleList: .* is no module"):
            change()
    assert list(modules) == [third, first, first]


def test_a_dictionary_of_modules_is_a_dictionary():
    one, two = Linear(1, 1, rng=0), Tanh()
    modules = nn.ModuleDict([("one", one)])
    modules.update({"two": two, "training": one})
    modules.train()
    assert list(modules) == ["one", "two", "training"]
    assert (modules["two"], len(modules), "one" in modules) == (two, 3, True)
    assert modules.training is True
    assert [name for name, _ in modules.named_children()] == ["one", "two", "training"]
    del modules["one"]
    assert modules.pop("training") is one
    assert dict(modules) == {"two": two}
    assert modules != {"two": two}
    assert hash(modules)
    with pytest.raises(KeyError):
        modules["one"]
    for key in ("a.b", "", 3):
        with pytest.raises(SettingError, match="must be a text without dots"):
            modules[key] = one


def test_they_are_called_by_the_module_that_holds_them():
    for modules in (nn.ModuleList([Tanh()]), nn.ModuleDict({"a": Tanh()})):
        with pytest.raises(NotImplementedError, match="must define forward"):
            modules(1)
