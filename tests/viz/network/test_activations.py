import functools

import numpy as np
import pytest

from tinygrad_course import nn
from tinygrad_course.nn import functional
from tinygrad_course.nn.models import ACTIVATIONS
from viz.network.activations import declared, recognised, runs_as

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
