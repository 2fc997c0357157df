"""Predictions: NaN is no class, and any model can have them."""

import numpy as np
import pandas as pd
import pytest

import tinygrad_course as tg
from tinygrad_course import nn
from tinygrad_course.errors import DataError, DivergenceError, SettingError, ShapeError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(7, 2)).astype(np.float32)


def net(*last, outputs=3):
    return nn.Sequential(nn.Linear(2, outputs, rng=0), *last)


MODELS = {
    "MLP with one output": nn.MLP([2, 1], rng=0),
    "MLP": nn.MLP([2, 3], rng=0),
    "logistic regression": nn.LogisticRegression(2),
    "Sequential": net(),
    "Sequential with one output": net(outputs=1),
    "Sequential with a softmax": net(nn.Softmax()),
    "Sequential with a sigmoid": net(nn.Sigmoid(), outputs=1),
}
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


@every_model
@pytest.mark.parametrize("method", ["predict", "predict_proba"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_data_that_are_not_finite_have_no_class(model, method, value):
    x = X.copy()
    x[3, 1] = value
    with pytest.raises(DataError, match=f"x has {value} in row 3, column 1"):
        getattr(model, method)(x)


@every_model
def test_a_model_of_nan_predicts_no_class(model):
    weight = next(model.parameters())
    before = weight.data.copy()
    weight.data[0, 0] = np.nan
    name = weight.name
    try:
        with pytest.raises(
            DivergenceError, match=f"row 0 is nan .and for 6 more.*{name!r} has nan"
        ):
            model.predict(X)
    finally:
        weight.data[...] = before


def test_nan_that_the_forward_pass_makes_is_no_class():
    model = nn.Sequential(np.sqrt, nn.Linear(2, 3, rng=0))
    with np.errstate(invalid="ignore"), pytest.raises(DivergenceError, match="detect_anomaly"):
        model.predict(X)
    model = net()
    model[0].weight.data[...] = 3e38
    with np.errstate(all="ignore"), pytest.raises(DivergenceError):
        model.predict(X)


@every_model
def test_tables_and_lists_are_data_too(model):
    expected = model.predict(X)
    for given in (
        pd.DataFrame(X, columns=["a", "b"]),
        X.tolist(),
        tg.Tensor(X, requires_grad=True),
    ):
        np.testing.assert_array_equal(model.predict(given), expected)
    with pytest.raises(DataError, match=r"column 1 \('b'\)"):
        model.predict(pd.DataFrame({"a": [1.0, 2.0], "b": [1.0, None]}))
    assert model.predict(X[:0]).shape == (0,)


@every_model
def test_probabilities_are_those_of_the_outputs(model):
    out = model(X).data
    if not isinstance(model, nn.Sequential) or not isinstance(model[-1], (nn.Softmax, nn.Sigmoid)):
        one = out.ndim == 1 or out.shape[1] == 1
        out = tg.sigmoid(out) if one else tg.softmax(out)
    if out.ndim == 2 and out.shape[1] == 1:
        out = out[:, 0]
    np.testing.assert_allclose(model.predict_proba(X), out, rtol=1e-6)
    expected = out > 0.5 if out.ndim == 1 else out.argmax(axis=1)
    np.testing.assert_array_equal(model.predict(X), expected)


def test_any_model_and_any_function_predicts_in_a_sequential():
    class Own(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(2, 3, rng=0)

        def forward(self, x):
            return tg.softmax(self.layer(x))

    own = Own()
    np.testing.assert_array_equal(nn.Sequential(own).predict(X), own(X).data.argmax(axis=1))
    found = nn.Sequential(lambda x: x @ np.float32([1, -1])).predict(X)
    np.testing.assert_array_equal(found, X[:, 0] > X[:, 1])


def test_what_may_be_probabilities_or_logits_has_to_be_said():
    by_hand = nn.Sequential(lambda x: 1 / (1 + np.exp(-(x @ np.float32([1, -1])))))
    with pytest.raises(SettingError, match=r"nn\.Sigmoid\(\)"):
        by_hand.predict(X)
    said = nn.Sequential(lambda x: x @ np.float32([1, -1]), nn.Sigmoid())
    np.testing.assert_array_equal(said.predict(X), X[:, 0] > X[:, 1])


def test_outputs_without_classes_are_refused():
    with pytest.raises(ShapeError, match=r"\(7, 2, 1\).*\(m, c\)"):
        nn.Sequential(lambda x: x[..., None]).predict(X)


def test_predictions_are_made_in_evaluation_mode_and_leave_the_mode():
    modes = []

    class Watched(nn.Linear):
        def forward(self, x):
            modes.append(self.training)
            return super().forward(x)

    model = nn.Sequential(Watched(2, 3, rng=0))
    model.predict(X)
    assert set(modes) == {False}
    assert all(module.training for module in model.modules())


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 3), (5, 28, 28), (2, 5, 28, 28), (5 * 784,)])
def test_pictures_are_flattened_as_the_message_says(shape):
    n = 28 * 28 * 3 if shape == (28, 28, 3) else 784
    model, x = nn.MLP([n, 10], rng=0), np.zeros(shape, np.float32)
    with pytest.raises(ShapeError) as raised:
        model(x)
    way_out = str(raised.value).partition("x.reshape(")[2]
    x = eval("x.reshape(" + way_out)
    assert model.predict(x).shape == (x.size // n,)


def test_predictions_for_a_lazy_array_are_computed():
    da = pytest.importorskip("dask.array")
    for model in MODELS.values():
        found = model.predict(da.from_array(X, chunks=3))
        assert isinstance(found, np.ndarray)
        np.testing.assert_array_equal(found, model.predict(X))
