from types import ModuleType

import numpy as np
import pytest

from tinygrad_course import Tensor, inspect
from tinygrad_course.nn import functional
from tinygrad_course.primitive import registry

X = Tensor(np.arange(60.0).reshape(1, 1, 6, 10), requires_grad=True)
FOR_ANY_NUMBER_OF_AXES = {
    "conv1d": ("convolution", lambda f: f(X[:, 0], np.ones((1, 6, 2)))),
    "conv2d": ("convolution", lambda f: f(X, np.ones((1, 1, 2, 2)))),
    "max_pool1d": ("max_pool", lambda f: f(X[:, 0], 2)),
    "max_pool2d": ("max_pool", lambda f: f(X, 2)),
    "avg_pool1d": ("avg_pool", lambda f: f(X[:, 0], 2)),
    "avg_pool2d": ("avg_pool", lambda f: f(X, 2)),
    "adaptive_avg_pool1d": ("avg_pool", lambda f: f(X[:, 0], 5)),
    "adaptive_avg_pool2d": ("avg_pool", lambda f: f(X, (3, 5))),
}


OTHERS = sorted(set(functional.__all__) - FOR_ANY_NUMBER_OF_AXES.keys())


@pytest.mark.parametrize("name", OTHERS)
def test_a_name_is_a_registered_primitive_of_that_name(name):
    assert registry[name] is getattr(functional, name)


@pytest.mark.parametrize("name", FOR_ANY_NUMBER_OF_AXES)
def test_a_name_for_some_axes_is_a_node_of_a_primitive(name):
    primitive, call = FOR_ANY_NUMBER_OF_AXES[name]
    assert inspect.nodes(call(getattr(functional, name)))[-1].primitive.name == primitive


def test_all_is_exact():
    public = {
        name
        for name, value in vars(functional).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public == set(functional.__all__)
