"""Figures of the loss do not depend on the size of batches, whatever a loss reduces to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course import Tensor, nn, optim
from tinygrad_course.nn import functional
from tinygrad_course.training import evaluate, fit
from tinygrad_course.training.reduction import reduction_of


def by_class(p, t):
    """Weighted by class, divided by the sum of the weights."""
    losses = functional.cross_entropy(p, t, reduction="none")
    weights = np.where(t.data == 0, 3.0, 1.0)
    return (losses * weights).sum() / weights.sum()


def penalised(p, t):
    return functional.cross_entropy(p, t, reduction="sum") + 5.0


LOSSES = {
    "mean": (nn.CrossEntropyLoss(), "mean"),
    "sum": (nn.CrossEntropyLoss(reduction="sum"), "sum"),
    "function": (functional.cross_entropy, "mean"),
    "half of a sum": (lambda p, t: 0.5 * functional.cross_entropy(p, t, reduction="sum"), "sum"),
    "mean and a constant": (lambda p, t: functional.cross_entropy(p, t) + 5.0, "mean"),
    "sum and a constant": (penalised, None),
    "root": (lambda p, t: np.sqrt(functional.cross_entropy(p, t)), None),
    "weighted by class": (by_class, None),
    "largest": (lambda p, t: functional.cross_entropy(p, t, reduction="none").max(), None),
    "always 0": (lambda p, t: 0.0 * p.sum(), None),
}


def data(m, seed, dtype=np.float32):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(m, 3)).astype(dtype)
    return x, (x[:, 0] > 0.5).astype(np.int64)


@pytest.mark.parametrize(("loss", "expected"), LOSSES.values(), ids=LOSSES)
def test_the_reduction_is_found(loss, expected):
    x, y = data(61, seed=0)
    prediction = x[:, :2]
    assert reduction_of(loss, prediction, y) == expected


@given(
    st.sampled_from([*LOSSES]),
    st.integers(1, 40),
    st.integers(1, 45),
    st.integers(1, 45),
    st.integers(0, 99),
)
def test_training_without_learning_gives_the_figure_of_all_rows(name, m, batch_size, other, seed):
    loss, _ = LOSSES[name]
    x, y = data(m, seed, np.float64)
    model = nn.MLP([3, 2], rng=seed, dtype=np.float64)
    history = fit(
        *(model, loss, optim.SGD(model, lr=0.0), x, y),
        epochs=1,
        batch_size=batch_size,
        validation=(x, y),
        metrics=None,
        progress=False,
    )
    expected = float(loss(model(x), Tensor(y)).data)
    found = [
        history.train["loss"][0],
        history.validation["loss"][0],
        evaluate(model, x, y, loss=loss, batch_size=batch_size)["loss"],
        evaluate(model, x, y, loss=loss, batch_size=other)["loss"],
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(
    "loss", [nn.MSELoss, nn.BCEWithLogitsLoss, nn.BCELoss, nn.CrossEntropyLoss]
)
def test_the_losses_of_this_package_are_recognised_in_every_precision(loss, reduction, dtype):
    rng = np.random.default_rng(1)
    y = rng.integers(0, 2, 61)
    shape = (61, 2) if loss is nn.CrossEntropyLoss else (61,)
    prediction = rng.uniform(0.1, 0.9, shape).astype(dtype)
    assert reduction_of(loss(reduction=reduction), prediction, y) == reduction


def test_a_loss_that_is_not_finite_is_of_no_kind():
    x, y = data(61, seed=0)
    assert reduction_of(lambda p, t: p.sum() * np.nan, x, y) is None
