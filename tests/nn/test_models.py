import numpy as np
import pytest

import tinygrad_course as tg
from tinygrad_course import nn
from tinygrad_course.errors import SettingError, ShapeError
from tinygrad_course.nn import MLP, LogisticRegression, Tanh, init
from tinygrad_course.nn.models import ACTIVATIONS
from tinygrad_course.tensor import Tensor

X = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)


def test_logistic_regression_gives_one_logit_a_row():
    model = LogisticRegression(4)
    np.testing.assert_array_equal(model(X).data, np.zeros(6))
    model.linear.weight.data[...] = [[1, -2, 0, 3]]
    model.linear.bias.data[...] = 0.5
    logits = X @ [1, -2, 0, 3] + 0.5
    np.testing.assert_allclose(model(X).data, logits, rtol=1e-5)
    np.testing.assert_allclose(model.predict_proba(X), 1 / (1 + np.exp(-logits)), rtol=1e-5)
    np.testing.assert_array_equal(model.predict(X), logits > 0)
    assert model(X).dtype == np.float32
    assert model.predict(X).dtype == np.int64


def test_the_net_is_the_courses_l_layer_net():
    model = MLP([4, 5, 3, 2], "tanh", rng=0)
    a = X
    for i, layer in enumerate(model.layers):
        z = a @ layer.weight.data.T + layer.bias.data
        a = np.tanh(z) if i < 2 else z
    np.testing.assert_allclose(model(X).data, a, rtol=1e-5, atol=1e-6)
    exponentials = np.exp(a)
    np.testing.assert_allclose(
        model.predict_proba(X), exponentials / exponentials.sum(axis=1, keepdims=True), rtol=1e-5
    )
    np.testing.assert_array_equal(model.predict(X), a.argmax(axis=1))


def test_a_single_output_is_one_number_a_row():
    model = MLP([4, 3, 1], rng=0)
    assert model(X).shape == model.predict(X).shape == model.predict_proba(X).shape == (6,)
    np.testing.assert_array_equal(model.predict(X), model(X).data > 0)
    assert MLP([4, 3, 2], rng=0)(X).shape == (6, 2)


def test_a_class_is_predicted_from_even_odds_on():
    model = LogisticRegression(1)
    model.linear.weight.data[...] = 1
    np.testing.assert_array_equal(model.predict([[-0.01], [0.0], [0.01]]), [0, 0, 1])


def test_predictions_record_nothing_and_take_tensors():
    recorded = []

    def activation(x):
        recorded.append(x.requires_grad)
        return x

    model = MLP([4, 3, 2], activation, rng=0)
    assert isinstance(model.predict_proba(Tensor(X)), np.ndarray)
    assert recorded == [False]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_by_name(name):
    model = MLP([4, 3, 2], name, rng=0)
    assert isinstance(model.activation, ACTIVATIONS[name])
    assert np.isfinite(model(X).data).all()
    he = name in (
        *("relu", "leaky_relu", "relu6", "elu", "celu", "gelu", "silu", "mish", "hardswish"),
        "softplus",
    )
    expected = (init.he_normal if he else init.xavier_normal)((3, 4), rng=0)
    np.testing.assert_array_equal(model.layers[0].weight.data, expected)


@pytest.mark.parametrize(
    ("activation", "he"),
    [
        *((nn.ReLU, True), (nn.ReLU(), True), (tg.relu, True), (nn.functional.relu, True)),
        *((nn.SiLU, True), (nn.LeakyReLU(0.2), True), (nn.functional.gelu, True), (nn.Mish, True)),
        *((nn.Tanh, False), (nn.functional.tanh, False), (np.tanh, False), (nn.Sigmoid(), False)),
    ],
)
def test_a_relative_of_relu_gets_the_weights_of_relu_however_it_is_given(activation, he):
    expected = (init.he_normal if he else init.xavier_normal)((3, 4), rng=0)
    layer = MLP([4, 3, 2], activation, rng=0).layers[0]
    np.testing.assert_array_equal(layer.weight.data, expected)


def test_an_activation_may_be_any_function():
    model = MLP([4, 3, 2], np.sin, rng=0)
    hidden, last = model.layers
    np.testing.assert_array_equal(model(X).data, last(np.sin(hidden(X))).data)


def test_layers_do_not_begin_alike():
    first, second, _ = MLP([4, 4, 4, 2], rng=0).layers
    assert (first.weight.data != second.weight.data).any()


def test_impossible_settings():
    with pytest.raises(SettingError, match="at least the number of features"):
        MLP([4])
    with pytest.raises(SettingError, match="'swish': must be one of relu"):
        MLP([4, 2, 1], "swish")


def test_an_activation_may_be_a_class_as_well():
    x = np.ones((2, 3), np.float32)
    given = [MLP([3, 4, 1], activation=a, rng=0)(x).data for a in ("tanh", Tanh)]
    np.testing.assert_array_equal(*given)


@pytest.mark.parametrize(
    "model", [MLP([3, 4, 5], rng=0), MLP([3, 1], rng=0), LogisticRegression(3)]
)
def test_a_single_sample_is_no_batch(model):
    with pytest.raises(ShapeError, match=r"give x\[None\]"):
        model.predict(np.ones(3, np.float32))
