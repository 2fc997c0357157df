"""Losses and metrics that broadcast by accident."""

import numpy as np
import pytest

import tinygrad_course as tg
from tinygrad_course import nn, optim
from tinygrad_course.errors import ShapeError
from tinygrad_course.nn import functional
from tinygrad_course.training import evaluate, fit

X = np.linspace(-1, 1, 40, dtype=np.float32)[:, None]
Y = 2 * X[:, 0]
LINE = {"epochs": 60, "batch_size": 10, "progress": False}

PAIRS = {
    "mse by hand": lambda p, t: ((p - t) ** 2).mean(),
    "target first": lambda p, t: ((t - p) ** 2).mean(),
    "absolute": lambda p, t: np.abs(p - t).mean(),
    "a product": lambda p, t: -(p * t).sum(),
    "log-cosh": lambda p, t: np.log(np.cosh(p - t)).mean(),
    "root": lambda p, t: np.sqrt(((p - t) ** 2).mean()),
    "maximum": lambda p, t: np.maximum(p - t, 0.5 * (t - p)).mean(),
    "where": lambda p, t: np.where(np.abs((p - t).data) < 1, (p - t) ** 2, 0.0).mean(),
    "a condition": lambda p, t: np.where(t.data > 0, p, -p).mean(),
    "cross-entropy": lambda p, t: (
        -(t * np.log(tg.sigmoid(p)) + (1 - t) * np.log(tg.sigmoid(-p))).mean()
    ),
}


def fitted(loss, x=X, y=Y, outputs=1, **options):
    model = nn.Sequential(nn.Linear(1, outputs, rng=0))
    history = fit(model, loss, optim.SGD(model, lr=0.3), x, y, **(LINE | options))
    return model, history


@pytest.mark.parametrize("loss", PAIRS.values(), ids=PAIRS)
def test_a_loss_of_all_pairs_is_refused_before_the_first_step_and_each_way_out_works(loss):
    model = nn.Sequential(nn.Linear(1, 1, rng=0))
    before = str(model.state_dict())
    for target in (Y, Y[:1]):  # one row or many
        with pytest.raises(ShapeError, match=r"every prediction with every target") as raised:
            fit(model, loss, optim.SGD(model, lr=0.1), X[: len(target)], target, **LINE)
    assert str(model.state_dict()) == before
    assert "target[:, None] or prediction[:, 0]" in str(raised.value)
    if loss is PAIRS["mse by hand"]:
        for way_out in (lambda p, t: loss(p, t[:, None]), lambda p, t: loss(p[:, 0], t)):
            trained, _ = fitted(way_out)
            assert trained[0].weight.item() == pytest.approx(2, abs=0.01)
    with pytest.raises(ShapeError, match="every prediction with every target"):
        evaluate(model, X, Y, loss=loss)


def test_the_other_way_round_is_refused_too():
    model = nn.MLP([1, 1], rng=0)
    with pytest.raises(
        ShapeError, match=r"shape \(m,\) and targets of shape \(m, 1\).*target\[:, 0\]"
    ):
        fit(model, PAIRS["mse by hand"], optim.SGD(model, lr=0.1), X, Y[:, None], **LINE)


def test_a_loss_that_changes_one_shape_alone_is_refused():
    with pytest.raises(ShapeError, match="don't squeeze or reshape one of them alone"):
        fitted(lambda p, t: ((p[:, 0] - t) ** 2).mean(), y=Y[:, None])


RIGHT = {
    "squeezed": (lambda p, t: ((p[:, 0] - t) ** 2).mean(), Y),
    "equal shapes": (lambda p, t: ((p - t) ** 2).mean(), Y[:, None]),
    "of this package": (lambda p, t: functional.mse(p.squeeze(axis=1), t), Y),
    "a root of a mean": (lambda p, t: np.sqrt(((p[:, 0] - t) ** 2).mean()), Y),
    "ranking": (lambda p, t: np.maximum(0, 1 - (p[:, 0][:, None] - p[:, 0])).mean(), Y),
    "all pairs on purpose": (lambda p, t: ((p[:, 0][:, None] - t[None, :]) ** 2).mean(), Y),
}


@pytest.mark.parametrize(("loss", "y"), RIGHT.values(), ids=RIGHT)
def test_what_does_not_broadcast_by_accident_is_left_alone(loss, y):
    _, history = fitted(loss, y=y, epochs=2)
    assert len(history) == 2


@pytest.mark.parametrize("classes", [2, 61, 67])
def test_losses_that_index_classes_or_weigh_them_are_left_alone(classes):
    weights = np.linspace(1, 2, classes).astype(np.float32)

    def loss(p, t):
        chosen = -tg.log_softmax(p * weights)[np.arange(len(t)), t.data]
        return (chosen * weights[t.data]).mean()

    y = np.arange(40) % classes
    _, history = fitted(loss, y=y, outputs=classes, epochs=1)
    assert len(history) == 1


METRIC_PAIRS = {
    "mean absolute error": lambda p, t: np.abs(p - t).mean(),
    "agreement": lambda p, t: ((p > 0) == (t > 0)).mean(),
    "r2": lambda p, t: 1 - ((t - p) ** 2).sum() / ((t - t.mean()) ** 2).sum(),
}


@pytest.mark.parametrize("metric", METRIC_PAIRS.values(), ids=METRIC_PAIRS)
def test_a_metric_of_all_pairs_is_refused(metric):
    with pytest.raises(
        ShapeError, match=r"metric 'mine' compares every prediction.*target\[:, None\]"
    ):
        fitted(RIGHT["squeezed"][0], metrics={"mine": metric})
    model = nn.Sequential(nn.Linear(1, 1, rng=0))
    with pytest.raises(ShapeError, match="metric 'mine'"):
        evaluate(model, X, Y, metrics={"mine": metric})
    squeezed = {"mine": lambda p, t: metric(p[:, 0], t)}
    expected = metric(model(X).data[:, 0], Y)
    assert evaluate(model, X, Y, metrics=squeezed)["mine"] == pytest.approx(expected)


def test_a_metric_that_changes_one_shape_alone_is_refused():
    with pytest.raises(ShapeError, match="don't squeeze or reshape one of them alone"):
        fitted(
            nn.MSELoss(), y=Y[:, None], metrics={"mine": lambda p, t: np.abs(p[:, 0] - t).mean()}
        )


def test_metrics_of_this_package_take_what_they_are_given():
    metrics = {
        "mse": lambda p, t: functional.mse(p[:, 0], t),
        "in place": lambda p, t: np.subtract(p, t[:, None], out=p).sum(),
    }
    _, history = fitted(RIGHT["squeezed"][0], metrics=metrics, epochs=1)
    assert history.train["mse"][0] == pytest.approx(history.train["loss"][0], rel=1e-5)


@pytest.mark.parametrize(
    ("outputs", "columns", "stretched", "wanted"),
    [
        (1, 3, "prediction", lambda p, t: ((np.broadcast_to(p, t.shape) - t) ** 2).mean()),
        (3, 1, "target", lambda p, t: ((p - np.broadcast_to(t, p.shape)) ** 2).mean()),
    ],
)
def test_columns_that_are_stretched_are_refused(outputs, columns, stretched, wanted):
    y = np.repeat(Y[:, None], columns, axis=1)
    for loss in (PAIRS["mse by hand"], PAIRS["target first"]):
        with pytest.raises(
            ShapeError, match=f"the loss compares each {stretched} with several numbers"
        ):
            fitted(loss, y=y, outputs=outputs)
    with pytest.raises(ShapeError, match=f"metric 'mine' compares each {stretched} with several"):
        fitted(wanted, y=y, outputs=outputs, metrics={"mine": METRIC_PAIRS["agreement"]})
    fitted(wanted, y=y, outputs=outputs, epochs=1)


def test_weights_of_rows_and_of_columns_may_be_stretched():
    def weighted(p, t):
        of_rows = np.abs(t.data[:, None])
        return (
            of_rows * (p - np.broadcast_to(t.data[:, None], p.shape)) ** 2 * [1.0, 2.0, 3.0]
        ).mean()

    _, history = fitted(weighted, outputs=3, epochs=1)
    assert len(history) == 1
