"""Weights of rows and of classes: means, gradients, figures, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import few
from tinygrad_course import Tensor, nn, optim
from tinygrad_course.errors import DataError, SettingError, ShapeError, TargetError
from tinygrad_course.training import accuracy, evaluate, fit
from tinygrad_course.training.weighting import class_weights, weighting_of

RNG = np.random.default_rng(0)
M = 23
X = RNG.normal(size=(M, 3))
Y = np.array([0] * 14 + [1] * 6 + [2] * 3)
WEIGHTS = RNG.uniform(0, 3, M)


def model(outputs=3):
    return nn.MLP([3, outputs], rng=0, dtype=np.float64)


def trained(loss, x=X, y=Y, *, outputs=3, lr=0.5, epochs=3, batch_size=M, **more):
    net = model(outputs)
    options = {"epochs": epochs, "batch_size": batch_size, "progress": False, "metrics": None}
    history = fit(net, loss, optim.SGD(net, lr=lr), x, y, **options, **more)
    return net.state_dict(), history


def assert_equal_weights(one, other):
    for name, value in one.items():
        np.testing.assert_allclose(value, other[name], rtol=1e-12, atol=1e-14)


# --- what weights mean ---------------------------------------------------------------------------


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_row_of_weight_k_is_k_rows(reduction):
    loss, k = nn.CrossEntropyLoss(reduction=reduction), np.arange(M) % 3
    rows = np.repeat(np.arange(M), k)
    one, first = trained(loss, sample_weight=k, lr=0.01)
    other, second = trained(loss, X[rows], Y[rows], batch_size=len(rows), lr=0.01)
    assert_equal_weights(one, other)
    np.testing.assert_allclose(first.train["loss"], second.train["loss"])


def test_equal_weights_change_nothing_whatever_they_are():
    plain, history = trained(nn.CrossEntropyLoss(), batch_size=5)
    for weight in (1, 0.25, 1e9):
        same, again = trained(nn.CrossEntropyLoss(), batch_size=5, sample_weight=np.full(M, weight))
        assert_equal_weights(plain, same)
        np.testing.assert_allclose(again.train["loss"], history.train["loss"])


def test_class_weights_are_those_of_the_loss():
    w = np.array([1.0, 5.0, 0.5])
    expected, before = trained(nn.CrossEntropyLoss(weight=w))
    for given_as in (w, [1.0, 5.0, 0.5], {1: 5.0, 2: 0.5}, dict(enumerate(w))):
        found, after = trained(nn.CrossEntropyLoss(), class_weight=given_as)
        assert_equal_weights(found, expected)
        np.testing.assert_allclose(after.train["loss"], before.train["loss"])


def test_weights_of_rows_and_of_classes_multiply():
    w = np.array([1.0, 5.0, 0.5])
    expected, _ = trained(nn.CrossEntropyLoss(), sample_weight=WEIGHTS * w[Y])
    for found, _ in (
        trained(nn.CrossEntropyLoss(), sample_weight=WEIGHTS, class_weight=w),
        trained(nn.CrossEntropyLoss(weight=w), sample_weight=WEIGHTS),
    ):
        assert_equal_weights(found, expected)


def test_balanced_is_scikit_learns():
    # compute_class_weight("balanced", classes=[0, 1, 2], y=Y) gives m / (3 · counts).
    assert class_weights({0: 14, 1: 6, 2: 3}, "balanced") == pytest.approx(
        {0: M / 42, 1: M / 18, 2: M / 9}
    )
    counts = np.bincount(Y, weights=WEIGHTS)
    expected = dict(enumerate(counts.sum() / (3 * counts)))
    assert class_weights(dict(enumerate(counts)), "balanced") == pytest.approx(expected)
    found = weighting_of(None, Y, WEIGHTS, "balanced").class_weights
    assert found == pytest.approx(expected)


def test_the_gradient_of_a_batch_is_that_of_the_whole_cost_on_average():
    # One epoch with a rate so small that the steps are as good as one.
    lr = 1e-9
    start = model().state_dict()
    whole, _ = trained(nn.CrossEntropyLoss(), epochs=1, lr=lr, sample_weight=WEIGHTS)
    steps, _ = trained(
        nn.CrossEntropyLoss(), epochs=1, batch_size=1, lr=lr / M, sample_weight=WEIGHTS
    )
    for name, value in start.items():
        np.testing.assert_allclose(steps[name] - value, whole[name] - value, rtol=1e-4, atol=1e-16)


# --- figures ---------------------------------------------------------------------------------------

LOSSES = {
    "mean": (nn.CrossEntropyLoss(), nn.CrossEntropyLoss(reduction="none"), 3),
    "sum": (nn.CrossEntropyLoss(reduction="sum"), nn.CrossEntropyLoss(reduction="none"), 3),
    "function": (nn.functional.cross_entropy, nn.CrossEntropyLoss(reduction="none"), 3),
    "one's own": (lambda p, y: np.square(p - y), nn.MSELoss(reduction="none"), 1),
    "binary": (nn.BCEWithLogitsLoss(), nn.BCEWithLogitsLoss(reduction="none"), 1),
}


@pytest.mark.parametrize("name", LOSSES)
@few(30)
@given(st.integers(1, 30), st.integers(0, 99), st.booleans())
def test_figures_are_the_weighted_means_of_all_rows(name, batch_size, seed, by_class):
    loss, rows, outputs = LOSSES[name]
    y = Y if outputs == 3 else np.minimum(Y, 1)
    weights = np.random.default_rng(seed).uniform(0, 2, M)
    class_weight = np.array([1.0, 3.0, 0.5])[: y.max() + 1] if by_class else None
    s = weights if class_weight is None else weights * class_weight[y]
    net = nn.LogisticRegression(3, dtype=np.float64) if name == "binary" else model(outputs)
    prediction = net(Tensor(X))
    losses = rows(prediction, y).data
    expected = (s * losses).sum() / (1 if name == "sum" else s.sum())
    options = {"sample_weight": weights, "class_weight": class_weight, "metrics": None}
    history = fit(
        *(net, loss, optim.SGD(net, lr=0.0), X, y),
        epochs=1,
        batch_size=batch_size,
        validation=(X[::-1], y[::-1], weights[::-1]),
        progress=False,
        **options,
    )
    found = evaluate(net, X, y, loss=loss, batch_size=batch_size, **options)["loss"]
    np.testing.assert_allclose(
        [found, history.train["loss"][0], history.validation["loss"][0]], expected, rtol=1e-10
    )


def test_accuracy_and_ones_own_metrics_get_the_weights_of_their_rows():
    def mean_weight(prediction, target, sample_weight=None):
        return float(sample_weight.mean())

    net = model()
    right = net.predict(X) == Y
    expected = np.average(right, weights=WEIGHTS)
    metrics = {"accuracy": accuracy, "mean weight": mean_weight, "rows": lambda p, t: len(p)}
    history = fit(
        *(net, nn.CrossEntropyLoss(), optim.SGD(net, lr=0.0), X, Y),
        **{"epochs": 1, "batch_size": 4, "progress": False, "metrics": "auto"},
        sample_weight=WEIGHTS,
    )
    assert history.train["accuracy"][0] == pytest.approx(expected)
    with pytest.raises(AttributeError):
        evaluate(net, X, Y, metrics=metrics)  # without weights there are none
    metrics.pop("mean weight")
    found = evaluate(net, X, Y, metrics=metrics, sample_weight=WEIGHTS)
    assert found == {"accuracy": pytest.approx(expected), "rows": M}


def test_class_weights_leave_metrics_alone():
    net = model()
    plain = evaluate(net, X, Y)
    assert evaluate(net, X, Y, class_weight="balanced") == plain


def test_the_accuracy_of_distributions_and_of_rows_that_are_left_out():
    net, q = model(), np.eye(3)[Y]
    assert (
        evaluate(net, X, q, loss=nn.CrossEntropyLoss())["accuracy"]
        == evaluate(net, X, Y)["accuracy"]
    )
    hidden = np.where(np.arange(M) < 10, -1, Y)
    found = evaluate(net, X, hidden, loss=nn.CrossEntropyLoss(ignore_index=-1))
    assert found["accuracy"] == evaluate(net, X[10:], Y[10:])["accuracy"]


def test_a_weight_of_a_rare_class_makes_no_figure_depend_on_the_batches():
    y = np.zeros(5000, int)
    y[3001:3004] = 1  # none of them would be in a sample of 61 rows
    x = np.random.default_rng(0).normal(size=(5000, 3))
    net = model(2)

    def by_class(prediction, target):
        losses = nn.functional.cross_entropy(prediction, target, reduction="none")
        w = np.where(target.data == 1, 100.0, 1.0)
        return (losses * w).sum() / w.sum()

    for loss in (nn.CrossEntropyLoss(weight=[1.0, 100.0]), by_class):
        found = [evaluate(net, x, y, loss=loss, batch_size=b)["loss"] for b in (7, 1024, 5000)]
        np.testing.assert_allclose(found, found[-1], rtol=1e-12)


# --- what is refused -------------------------------------------------------------------------------

REFUSED = {
    "too few": (
        ShapeError,
        rf"sample_weight has shape \(2,\), and there are {M} rows",
        [1, 2],
        None,
    ),
    "a column": (ShapeError, rf"of shape \({M},\)", np.ones((M, 1)), None),
    "negative": (
        DataError,
        "sample_weight has -1 in row 3",
        np.where(np.arange(M) == 3, -1, 1),
        None,
    ),
    "nan": (DataError, "sample_weight has nan in row 0", np.full(M, np.nan), None),
    "nothing": (DataError, f"sample_weight is 0 in all {M} rows", np.zeros(M), None),
    "no classes": (DataError, "the weights of all", None, {0: 0, 1: 0, 2: 0}),
    "a word": (SettingError, "class_weight='equal': must be 'balanced'", None, "equal"),
    "a number": (SettingError, "class_weight=2.0: must be 'balanced', a dictionary", None, 2.0),
    "unknown": (
        SettingError,
        "the label 7, which no row has: the labels are 0, 1, 2",
        None,
        {7: 1},
    ),
    "too short": (
        SettingError,
        "numbers, for classes 0 to 1, and there is a label 2",
        None,
        [1, 2],
    ),
    "text": (SettingError, "weights must be numbers", None, {0: "heavy"}),
    "below 0": (SettingError, "at least 0 and finite", None, [1, -1, 1]),
}


@pytest.mark.parametrize(("error", "message", "sample", "by_class"), REFUSED.values(), ids=REFUSED)
def test_weights_that_can_not_be_are_refused_before_the_first_step(
    error, message, sample, by_class
):
    net = model()
    before = net.state_dict()
    with pytest.raises(error, match=message):
        fit(
            *(net, nn.CrossEntropyLoss(), optim.SGD(net, lr=0.1), X, Y),
            **{"epochs": 1, "batch_size": 4, "progress": False},
            **{"sample_weight": sample, "class_weight": by_class},
        )
    assert_equal_weights(net.state_dict(), before)


def test_class_weights_of_numbers_and_losses_without_rows_are_refused_with_a_way_out():
    net = nn.LogisticRegression(3, dtype=np.float64)
    options = {"epochs": 1, "batch_size": 4, "progress": False}
    parts = net, nn.MSELoss(), optim.SGD(net, lr=0.1), X, X[:, 0]
    with pytest.raises(TargetError, match="give sample_weight, one number per row"):
        fit(*parts, **options, class_weight="balanced")
    fit(*parts, **options, sample_weight=WEIGHTS)
    mean = lambda p, y: np.square(p - y).mean()  # noqa: E731
    with pytest.raises(ShapeError, match=r"lambda prediction, target: np\.square"):
        fit(net, mean, parts[2], X, X[:, 0], **options, sample_weight=WEIGHTS)
    fit(
        *(net, lambda prediction, target: np.square(prediction - target), *parts[2:]),
        **options,
        sample_weight=WEIGHTS,
    )


def test_a_class_that_only_the_validation_has_is_refused():
    with pytest.raises(TargetError, match="no weight for the label 2"):
        trained(
            *(nn.CrossEntropyLoss(), X[:20], Y[:20]),
            class_weight="balanced",
            validation=(X[20:], Y[20:]),
        )
    trained(
        nn.CrossEntropyLoss(), class_weight="balanced", validation=(X[:3], Y[:3])
    )  # one class alone is no trouble
