from math import erf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tests.tensors import leaf
from tinygrad_course import nn, optim
from tinygrad_course.errors import SettingError, ShapeError
from tinygrad_course.tensor import Tensor

ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805

EXPECTED = [
    (nn.ReLU(), lambda x: np.maximum(x, 0)),
    (nn.LeakyReLU(0.2), lambda x: np.maximum(x, 0) + 0.2 * np.minimum(x, 0)),
    (nn.ELU(1.5), lambda x: np.where(x > 0, x, 1.5 * (np.exp(x) - 1))),
    (nn.PReLU(init=0.3, dtype=np.float64), lambda x: np.maximum(x, 0) + 0.3 * np.minimum(x, 0)),
    (nn.SELU(), lambda x: SCALE * np.where(x > 0, x, ALPHA * (np.exp(x) - 1))),
    (nn.CELU(1.5), lambda x: np.where(x > 0, x, 1.5 * (np.exp(x / 1.5) - 1))),
    (nn.GELU(), lambda x: x * (1 + np.vectorize(erf)(x / np.sqrt(2))) / 2),
    (nn.GELU("tanh"), lambda x: x / (1 + np.exp(-np.sqrt(8 / np.pi) * (x + 0.044715 * x**3)))),
    (nn.SiLU(), lambda x: x / (1 + np.exp(-x))),
    (nn.Mish(), lambda x: x * (1 - 2 / (1 + (1 + np.exp(x)) ** 2))),
    (nn.ReLU6(), lambda x: np.clip(x, 0, 6)),
    (nn.Hardtanh(-0.5, 2), lambda x: np.clip(x, -0.5, 2)),
    (nn.Hardsigmoid(), lambda x: np.clip(x / 6 + 1 / 2, 0, 1)),
    (nn.Hardswish(), lambda x: x * np.clip(x / 6 + 1 / 2, 0, 1)),
    (nn.Threshold(1, -2), lambda x: np.where(x > 1, x, -2)),
    (nn.Hardshrink(1.5), lambda x: x * (np.abs(x) > 1.5)),
    (nn.Softshrink(1.5), lambda x: np.sign(x) * np.maximum(np.abs(x) - 1.5, 0)),
    (nn.Tanhshrink(), lambda x: x - 1 + 2 / (1 + np.exp(2 * x))),
    (nn.Softsign(), lambda x: x / (1 + np.abs(x))),
    (nn.LogSigmoid(), lambda x: -np.log(1 + np.exp(-x))),
    (nn.Sigmoid(), lambda x: np.exp(x) / (1 + np.exp(x))),
    (nn.Tanh(), lambda x: 1 - 2 / (1 + np.exp(2 * x))),
    (nn.Softplus(), lambda x: np.log(1 + np.exp(x))),
    (nn.Softmax(axis=0), lambda x: np.exp(x) / np.exp(x).sum(axis=0)),
    (nn.Softmin(axis=0), lambda x: np.exp(-x) / np.exp(-x).sum(axis=0)),
    (nn.GLU(axis=1), lambda x: x[:, :1] / (1 + np.exp(-x[:, 1:]))),
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


def test_a_weight_per_channel_lies_along_axis_1():
    layer = nn.PReLU(3)
    layer.weight.data = [0.5, 0.25, 0.0]
    x = -np.ones((2, 3, 4, 5), np.float32)
    np.testing.assert_array_equal(layer(x).data[:, :, 0, 0], [[-0.5, -0.25, 0.0]] * 2)
    np.testing.assert_array_equal(layer(x[:, :, 0, 0]).data, [[-0.5, -0.25, 0.0]] * 2)
    with pytest.raises(ShapeError, match=r"shape \(2, 4\).*num_parameters"):
        layer(np.ones((2, 4)))
    nn.PReLU(4)(np.ones((2, 4)))
    nn.PReLU()(np.ones((2, 4)))


def test_the_weight_of_prelu_is_learnt():
    layer = nn.PReLU()
    optimizer = optim.SGD(layer, lr=0.5)
    layer(np.array([-1.0, 2.0], np.float32)).sum().backward()
    optimizer.step()
    assert layer.weight.data.tolist() == [0.75]


def test_an_odd_axis_has_no_halves():
    with pytest.raises(ShapeError, match="axis -1 has 3 elements, which have no halves"):
        nn.GLU()(leaf(np.ones((2, 3))))


def test_settings_that_exclude_each_other():
    with pytest.raises(SettingError, match="min_val must be below max_val"):
        nn.Hardtanh(1, 1)
    with pytest.raises(SettingError, match=r"alpha=0: .*nn\.ReLU\(\)"):
        nn.CELU(0)
    with pytest.raises(SettingError, match=r"write lambd=0\.5"):
        nn.Softshrink(-0.5)
