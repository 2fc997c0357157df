"""Metrics of classes are those of scikit-learn, whole or batch by batch."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as referee

from tests.sampling import few
from tinygrad_course import data, nn, optim
from tinygrad_course.errors import DataError, SettingError, ShapeError
from tinygrad_course.training import confusion, evaluate, f1, fit, precision, recall, roc_auc

OURS = {precision: referee.precision_score, recall: referee.recall_score, f1: referee.f1_score}
AVERAGES = ("macro", "micro", "weighted")


def rows(seed, m, classes, weighted):
    """Scores with ties, targets among which classes may be missing, and weights."""
    rng = np.random.default_rng(seed)
    shape = (m,) if classes == 2 else (m, classes)
    scores = rng.integers(-3, 4, shape) / 2
    # A row of weight 0 counts nothing for us; scikit-learn still takes its class for one that occurs.
    weights = rng.integers(1, 4, m) if weighted else None
    return scores, rng.integers(0, classes, m), weights


CASES = given(st.integers(0, 10**6), st.integers(2, 20), st.integers(2, 5), st.booleans())


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
@few(60)
@CASES
def test_they_are_scikit_learns(seed, m, classes, weighted):
    scores, target, weights = rows(seed, m, classes, weighted)
    called = scores > 0 if classes == 2 else scores.argmax(1)
    expected = referee.confusion_matrix(
        target, called, labels=range(classes), sample_weight=weights
    )
    np.testing.assert_allclose(confusion(scores, target, sample_weight=weights), expected)
    for ours, theirs in OURS.items():
        for average in (*AVERAGES, *["binary"][: classes == 2]):
            found = ours(scores, target, average=average, sample_weight=weights)
            labels = range(classes) if average == "micro" else None
            expected = theirs(
                *(target, called),
                average=average,
                labels=labels,
                sample_weight=weights,
                zero_division=0,
            )
            np.testing.assert_allclose(found, expected)
        assert ours(scores, target) == ours(
            scores, target, average="binary" if classes == 2 else "macro"
        )


@few(60)
@CASES
def test_the_area_is_scikit_learns(seed, m, classes, weighted):
    scores, target, weights = rows(seed, m, 2, weighted)
    target[:2] = 0, 1
    np.testing.assert_allclose(
        roc_auc(scores, target, sample_weight=weights),
        referee.roc_auc_score(target, scores, sample_weight=weights),
    )
    logits = np.random.default_rng(seed).normal(size=(m + 3, 3))
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    target = np.concatenate([target % 3, [0, 1, 2]])
    np.testing.assert_allclose(
        roc_auc(shares, target), referee.roc_auc_score(target, shares, multi_class="ovr")
    )


def test_two_columns_of_scores_are_two_classes():
    scores = np.array([[1.0, 2.0], [3.0, 1.0], [0.0, 1.0]])
    difference = scores[:, 1] - scores[:, 0]
    for metric in OURS:
        assert metric(scores, np.array([1, 1, 0])) == metric(difference, np.array([1, 1, 0]))


def test_what_there_is_nothing_to_count_of():
    never, always = np.array([-1.0, -1.0]), np.array([1.0, 1.0])
    assert precision(never, np.array([1, 0])) == 0
    assert recall(always, np.array([0, 0])) == 0
    assert f1(never, np.array([0, 0])) == 0
    assert np.isnan(roc_auc(never, np.array([0, 0])))
    assert roc_auc(always, np.array([0, 1])) == 0.5
    assert roc_auc(np.array([-np.inf, np.inf]), np.array([0, 1])) == 1


def test_probabilities_have_their_threshold():
    shares, target = np.array([0.4, 0.6, 0.9]), np.array([1, 0, 1])
    np.testing.assert_array_equal(confusion(shares, target, threshold=0.5), [[0, 1], [1, 1]])
    assert recall(shares, target, threshold=0.5) == 0.5


@pytest.mark.parametrize("metric", [*OURS, confusion, roc_auc], ids=lambda f: f.__name__)
def test_what_does_not_fit(metric):
    with pytest.raises(DataError, match=r"the prediction has nan in row 1"):
        metric(np.array([0.0, np.nan]), np.array([0, 1]))
    with pytest.raises(
        ShapeError, match=rf"{'' if metric in OURS else metric.__name__}.*must be equal"
    ):
        metric(np.zeros(3), np.zeros(2))
    with pytest.raises(DataError, match="there are no predictions"):
        metric(np.zeros(0), np.zeros(0))
    with pytest.raises(ShapeError, match="one number per row"):
        metric(np.zeros(2), np.array([0, 1]), sample_weight=np.zeros(2))


def test_settings_that_do_not_fit():
    with pytest.raises(SettingError, match="must be one of auto, binary"):
        f1(np.zeros(2), np.zeros(2), average="mean")
    with pytest.raises(SettingError, match="3 classes: give 'macro'"):
        f1(np.zeros((2, 3)), np.zeros(2, int), average="binary")
    with pytest.raises(DataError, match="the target has 3, and there are the classes 0 to 2"):
        confusion(np.zeros((2, 3)), np.array([0, 3]))
    with pytest.raises(ShapeError, match="one label"):
        roc_auc(np.zeros((2, 3)), np.zeros((2, 3)))


METRICS = {
    "precision": partial(precision, average="weighted"),
    "recall": partial(recall, average="micro"),
    "F1": f1,
    "AUC": roc_auc,
}


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("outputs", [1, 3])
def test_rows_in_pieces_have_the_same_figures(outputs, weighted):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(50, 4)), rng.integers(0, max(outputs, 2), 50)
    weights = rng.integers(0, 2, 50).astype(float) if weighted else None
    model = nn.MLP([4, outputs], rng=0)
    pieces = data.ArrayPieces(x, y, weights, rows=8)
    whole = evaluate(model, x, y, metrics=METRICS, sample_weight=weights)
    found = evaluate(model, pieces, metrics=METRICS, batch_size=5)
    assert list(found) == list(METRICS)
    assert found == pytest.approx(whole)


def test_only_the_area_needs_all_predictions():
    forms = {name: hasattr(getattr(f, "func", f), "sum_form") for name, f in METRICS.items()}
    assert forms == {"precision": True, "recall": True, "F1": True, "AUC": False}


def test_fit_records_them():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(50, 4)), rng.integers(0, 2, 50)
    model = nn.MLP([4, 1], rng=0)
    loss, adam = nn.BCEWithLogitsLoss(), optim.Adam(model, lr=0.01)
    history = fit(
        *(model, loss, adam, x, y),
        **{"epochs": 2, "batch_size": 10, "metrics": METRICS, "validation": (x, y)},
    )
    assert list(history.train) == list(history.validation) == ["loss", *METRICS]
    found = evaluate(model, x, y, metrics=METRICS)
    assert found == pytest.approx({n: v[-1] for n, v in history.validation.items() if n != "loss"})
