import numpy as np
import pytest

import tinygrad_course as tg
from tinygrad_course import nn
from tinygrad_course.errors import DivergenceError, DrawingError
from viz.plots.probabilities import ROWS_AT_ONCE, class_probabilities

X = np.random.default_rng(0).normal(size=(50, 2))
W = np.array([[1.0, -2.0], [0.5, 1.0], [-3.0, 0.0]])

SOFT = np.exp(X @ W.T)
THREE = SOFT / SOFT.sum(axis=1, keepdims=True)
ONE = 1 / (1 + np.exp(-(X @ W[0])))
TWO = np.stack([1 - ONE, ONE], axis=1)


def linear(weights):
    """A layer that computes x wᵀ."""
    layer = nn.Linear(2, len(weights), dtype=float)
    layer.weight.data[...] = weights
    layer.bias.data[...] = 0
    return layer


class LinearAlone:
    """As other libraries have it: a classifier that is asked for probabilities, and knows no Tensor."""

    def predict_proba(self, x):
        return np.stack([1 - 1 / (1 + np.exp(-(x @ W[0]))), 1 / (1 + np.exp(-(x @ W[0])))], axis=1)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (linear(W), THREE),
        (linear(W[:1]), TWO),
        (nn.Sequential(linear(W), nn.LogSoftmax()), THREE),
        (nn.Sequential(linear(W), nn.Softmax()), THREE),
        (nn.Sequential(linear(W[:1]), nn.Sigmoid()), TWO),
        (lambda x: tg.sigmoid(x @ W[0]), TWO),
        (lambda x: tg.sigmoid(x @ W[:1].T)[:, 0].reshape(-1), TWO),
        (lambda x: np.clip(tg.sigmoid(x @ W[0]), 1e-9, 1 - 1e-9), TWO),
        (lambda x: x @ W[0], TWO),
        (LinearAlone(), TWO),
    ],
)
def test_outputs_of_every_kind_become_probabilities(model, expected):
    np.testing.assert_allclose(class_probabilities(model, X), expected, rtol=1e-9)


def test_logistic_regression_is_asked_for_its_own():
    model = nn.LogisticRegression(2, dtype=float)
    model.linear.weight.data[...] = W[:1]
    np.testing.assert_allclose(class_probabilities(model, X), TWO)


def test_what_could_be_either_has_to_be_said():
    def by_hand(x):
        return 1 / (1 + np.exp(-(x @ W[0])))

    with pytest.raises(DrawingError, match=r"outputs='probabilities' or outputs='logits'"):
        class_probabilities(by_hand, X)
    np.testing.assert_allclose(class_probabilities(by_hand, X, "probabilities"), TWO)
    again = class_probabilities(by_hand, X, "logits")
    np.testing.assert_allclose(again[:, 1], 1 / (1 + np.exp(-ONE)))
    with pytest.raises(DrawingError, match="'scores': expected one of auto, logits, probabilities"):
        class_probabilities(by_hand, X, "scores")


def test_many_rows_go_in_parts_and_give_the_same():
    seen = []

    def model(x):
        seen.append(len(x))
        return tg.softmax(x @ W.T)

    x = np.tile(X, (2 * ROWS_AT_ONCE // len(X) + 1, 1))
    found = class_probabilities(model, x)
    np.testing.assert_allclose(found, np.tile(THREE, (len(x) // len(X), 1)))
    assert max(seen) == ROWS_AT_ONCE


def test_the_model_predicts_in_evaluation_mode_and_comes_back_as_it_was():
    class Watcher(nn.Module):
        def __init__(self):
            self.inner = linear(W)
            self.modes = []

        def forward(self, x):
            self.modes.append((self.training, self.inner.training, tg.is_grad_enabled(), len(x)))
            return self.inner(x)

    model = Watcher()
    model.inner.eval()
    class_probabilities(model, X)
    assert model.training
    assert not model.inner.training
    assert all(parameter.grad is None for parameter in model.parameters())
    assert {modes[:2] for modes in model.modes} == {(False, False)}
    assert [rows for *_, recorded, rows in model.modes if recorded] == [1]


def test_a_model_that_raises_comes_back_as_it_was():
    model = nn.Sequential(nn.Linear(3, 1))
    with pytest.raises(tg.errors.ShapeError):
        class_probabilities(model, X)
    assert model.training
    assert tg.is_grad_enabled()


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda x: (x @ W.T)[:, :, None], r"shape \(50, 3, 1\) from 50 rows"),
        (lambda x: x.sum(), r"shape \(\) from 50 rows"),
        (lambda x: x[:1], r"shape \(1, 2\) from 50 rows"),
        (lambda x: x * np.inf, "NaN or infinity"),
    ],
)
def test_outputs_that_are_no_classes_are_refused(model, message):
    with pytest.raises(DrawingError, match=message):
        class_probabilities(model, X)


@pytest.mark.parametrize("model", [nn.MLP([2, 3], rng=0), nn.LogisticRegression(2)])
def test_a_model_of_nan_gives_no_probabilities(model):
    next(model.parameters()).data[...] = np.nan
    with pytest.raises(DivergenceError, match="has nan in it"):
        class_probabilities(model, X)
