import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course.errors import DataError, ShapeError
from tinygrad_course.nn import (
    MLP,
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    Linear,
    LogisticRegression,
    MSELoss,
    Sequential,
    Sigmoid,
    functional,
)
from tinygrad_course.training import accuracy, evaluate

rows = st.integers(1, 20)
seeds = st.integers(0, 999)


@given(rows, st.integers(2, 4), seeds)
def test_accuracy_is_the_share_of_right_rows(m, c, seed):
    rng = np.random.default_rng(seed)
    scores, classes = rng.normal(size=(m, c)), rng.integers(0, c, m)
    right = [int(np.argsort(s)[-1] == k) for s, k in zip(scores, classes)]
    assert accuracy(scores, classes) == pytest.approx(np.mean(right))
    for shape in ((m,), (m, 1)):
        logits, labels = rng.normal(size=shape), rng.integers(0, 2, shape)
        probabilities = 1 / (1 + np.exp(-logits))
        right = [(z > 0) == (k == 1) for z, k in zip(logits.ravel(), labels.ravel())]
        assert accuracy(logits, labels) == pytest.approx(np.mean(right))
        assert accuracy(probabilities, labels, threshold=0.5) == pytest.approx(np.mean(right))


@pytest.mark.parametrize("shapes", [((3, 1), (3,)), ((3, 2), (4,)), ((3,), (3, 1)), ((2, 3), (3,))])
def test_accuracy_never_broadcasts(shapes):
    with pytest.raises(ShapeError, match="equal, or"):
        accuracy(*map(np.zeros, shapes))


@given(rows, st.integers(1, 25), seeds)
def test_batches_make_no_difference(m, batch_size, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(m, 3)), rng.integers(0, 4, m)
    model = MLP([3, 4], rng=seed, dtype=np.float64)
    found = evaluate(model, x, y, loss=CrossEntropyLoss(), batch_size=batch_size)
    assert found["loss"] == pytest.approx(float(CrossEntropyLoss()(model(x), y).data))
    assert found["accuracy"] == (model.predict(x) == y).mean()


def test_the_metric_goes_with_the_loss():
    x, y = np.array([[-1.0], [0.2], [3.0]]), np.array([0, 1, 1])
    probability = Sequential(Linear(1, 1, rng=0), Sigmoid())
    probability[0].weight.data[...] = 1
    y_column = y[:, None]
    for loss in (BCELoss(), functional.binary_cross_entropy):
        assert evaluate(probability, x, y_column, loss=loss)["accuracy"] == 1
    logits = probability[:1]
    for loss in (BCEWithLogitsLoss(), functional.binary_cross_entropy_with_logits, None):
        assert evaluate(logits, x, y_column, loss=loss)["accuracy"] == 1
    assert set(evaluate(logits, x, x, loss=MSELoss())) == {"loss"}


def test_evaluation_leaves_no_trace():
    model = Sequential(Linear(1, 2, rng=0), Linear(2, 2, rng=0))
    model[0].eval()
    evaluate(model, np.ones((2, 1)), np.ones(2, int))
    assert [module.training for module in model.modules()] == [True, False, True]
    assert all(p.grad is None for p in model.parameters())


def test_bad_data_is_named():
    model = LogisticRegression(1)
    with pytest.raises(DataError, match="x has nan in row 1, column 0"):
        evaluate(model, [[0.0], [np.nan]], [0, 1])
    with pytest.raises(DataError, match=r"y has shape \(1,\)"):
        evaluate(model, np.ones((2, 1)), [0])
    with pytest.raises(ShapeError):
        evaluate(Sequential(Linear(1, 1, rng=0)), np.ones((2, 1)), [0, 1])


@pytest.mark.parametrize("shape", [(4,), (4, 1), (4, 3)])
def test_nan_is_no_class(shape):
    scores, classes = np.zeros(shape), np.zeros(shape if shape[-1] != 3 else 4, int)
    scores[2] = np.nan
    with pytest.raises(DataError, match=r"the prediction has nan in row 2.*no class"):
        accuracy(scores, classes)
    gaps = np.array([0.0, np.nan, 1.0, 0.0]).reshape(classes.shape)
    with pytest.raises(DataError, match="the target has nan in row 1"):
        accuracy(np.zeros(shape), gaps)
    assert accuracy(np.full((2, 2), [-np.inf, 0.0]), [1, 0]) == 0.5  # ln 0 is a score


def test_no_predictions_have_no_accuracy():
    with pytest.raises(DataError, match="no predictions"):
        accuracy(np.zeros((0, 3)), np.zeros(0, int))


@pytest.mark.parametrize(
    "shapes", [((4, 1), (4,)), ((4,), (4, 1)), ((4, 3), (4, 1)), ((4, 3), (3, 4))]
)
def test_each_advice_makes_accuracy_work(shapes):
    prediction, target = map(np.zeros, shapes)
    with pytest.raises(ShapeError) as raised:
        accuracy(prediction, target)
    ways = re.findall(
        r"(?:target|prediction)(?:\[[^\]]*\]|\.T|\.reshape\([^)]*\))", str(raised.value)
    )
    assert ways
    for way in ways:
        changed = eval(way)
        pair = (changed, target) if way.startswith("prediction") else (prediction, changed)
        assert accuracy(*pair) == 1
