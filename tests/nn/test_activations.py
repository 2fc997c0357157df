import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tinygrad_course import nn
from tinygrad_course.tensor import Tensor

EXPECTED = [
    (nn.ReLU(), lambda x: np.maximum(x, 0)),
    (nn.LeakyReLU(0.2), lambda x: np.maximum(x, 0) + 0.2 * np.minimum(x, 0)),
    (nn.ELU(1.5), lambda x: np.where(x > 0, x, 1.5 * (np.exp(x) - 1))),
    (nn.GELU(), lambda x: x / (1 + np.exp(-np.sqrt(8 / np.pi) * (x + 0.044715 * x**3)))),
    (nn.Sigmoid(), lambda x: np.exp(x) / (1 + np.exp(x))),
    (nn.Tanh(), lambda x: 1 - 2 / (1 + np.exp(2 * x))),
    (nn.Softplus(), lambda x: np.log(1 + np.exp(x))),
    (nn.Softmax(axis=0), lambda x: np.exp(x) / np.exp(x).sum(axis=0)),
    (nn.LogSoftmax(axis=0), lambda x: x - np.log(np.exp(x).sum(axis=0))),
]


@pytest.mark.parametrize(
    ("module", "formula"), EXPECTED, ids=[repr(module) for module, _ in EXPECTED]
)
@given(x=arrays.arrays(np.float64, (3, 2), elements=st.floats(-5, 5)))
def test_each_is_its_formula(module, formula, x):
    np.testing.assert_allclose(module(Tensor(x)).data, formula(x), atol=1e-9)


def test_settings_show():
    assert repr(nn.LeakyReLU(0.2)).startswith("LeakyReLU(negative_slope=0.2)")
    assert repr(nn.Softmax(axis=0)).startswith("Softmax(axis=0)")
    assert nn.Softmax().axis == -1
