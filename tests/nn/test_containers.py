import numpy as np
import pytest

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
