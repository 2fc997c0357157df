"""The search for a learning rate: what it finds, and that it leaves no trace."""

import numpy as np
import pytest

from tinygrad_course import nn, optim
from tinygrad_course.errors import DataError, OptimizerError, SettingError
from tinygrad_course.training import evaluate, fit, lr_find

RNG = np.random.default_rng(0)
X = RNG.normal(size=(64, 3))
Y = (X[:, 0] > 0).astype(float)
LOSS = nn.BCEWithLogitsLoss()


def parts(lr=0.1, momentum=0.9):
    model = nn.LogisticRegression(3, dtype=np.float64)
    return model, LOSS, optim.SGD(model, lr, momentum)


def test_rates_grow_by_a_constant_factor_and_the_loss_is_that_of_each_batch():
    model, loss, optimizer = parts()
    found = lr_find(model, loss, optimizer, X, Y, batch_size=64, low=1e-4, high=1e-1, steps=4)
    np.testing.assert_allclose(found.lr, [1e-4, 1e-3, 1e-2, 1e-1])
    # The same steps by hand.
    losses = []
    for rate in found.lr:
        optimizer.lr = rate
        optimizer.zero_grad()
        cost = loss(model(X), Y)
        losses.append(cost.item())
        cost.backward()
        optimizer.step()
    np.testing.assert_allclose(found.loss, losses)
    weights = np.tril(0.9 ** np.subtract.outer(np.arange(4), np.arange(4)))
    np.testing.assert_allclose(found.smoothed, weights @ losses / weights.sum(axis=1))


def test_the_suggestion_trains_better_than_rates_far_from_it():
    model, loss, optimizer = parts()
    best = lr_find(model, loss, optimizer, X, Y, batch_size=16, high=1e3).suggestion
    assert 1e-3 < best < 1e2
    after = {}
    for rate in (best, best / 100):
        model, loss, optimizer = parts(rate)
        fit(model, loss, optimizer, X, Y, epochs=3, batch_size=16, progress=False)
        after[rate] = evaluate(model, X, Y, loss=loss)["loss"]
    assert after[best] < after[best / 100]


def test_it_ends_where_the_loss_explodes():
    model, _, optimizer = parts()
    square = nn.MSELoss()
    found = lr_find(model, square, optimizer, X, X[:, 0], batch_size=16, high=1e6)
    assert len(found.lr) < 100
    assert np.isfinite(found.loss).all()
    assert found.suggestion < found.lr[int(np.argmin(found.smoothed))]
    assert repr(found).startswith(f"RateSearch({len(found.lr)} rates from 1.0e-06 to ")


@pytest.mark.parametrize("high", [1.0, 1e300])
def test_everything_is_afterwards_as_it_was(high):
    model, loss, optimizer = parts()
    calls = []
    optimizer.after_step(lambda _: calls.append(1))
    optimizer.follow(optim.linear_decay(), steps=10)
    for _ in range(3):
        loss(model(X), Y).backward()
        optimizer.step()
        optimizer.zero_grad()
    model.linear.bias.grad = np.ones(1)
    model.eval()
    before, state, last = model.state_dict(), optimizer.state_dict(), optimizer.last_lr
    lr_find(model, loss, optimizer, X, Y, batch_size=8, high=high)
    assert not model.training
    assert (optimizer.last_lr, len(calls)) == (last, 3)
    for now, then in ((model.state_dict(), before), (optimizer.state_dict(), state)):
        for name, value in then.items():
            np.testing.assert_array_equal(now[name], value)
    assert model.linear.bias.grad.item() == 1
    assert model.linear.weight.grad is None
    loss(model(X), Y).backward()
    optimizer.step()
    assert optimizer.last_lr == pytest.approx(0.1 * 0.7)


def test_groups_keep_their_ratio():
    model = nn.MLP([3, 4, 1], rng=0, dtype=np.float64)
    groups = [{"params": model.layers[0]}, {"params": model.layers[-1], "lr": 1.0}]
    optimizer = optim.SGD(groups, lr=0.1)
    seen = []
    step = optimizer.step
    optimizer.step = lambda: (seen.append([g["lr"] for g in optimizer.param_groups]), step())
    lr_find(model, nn.BCEWithLogitsLoss(), optimizer, X, Y, batch_size=8, steps=3)
    np.testing.assert_allclose([b / a for a, b in seen], 10)
    assert [g["lr"] for g in optimizer.param_groups] == [0.1, 1.0]


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"low": 0}, SettingError, "low=0, high=10.0: must be above 0"),
        ({"low": 1, "high": 0.5}, SettingError, "low below high"),
        ({"steps": 1}, SettingError, "steps=1: must be a whole number, at least 2"),
        ({"batch_size": 0}, DataError, "batch_size must be"),
        ({"smoothing": 1}, SettingError, "smoothing=1"),
        ({"x": X[:3]}, DataError, "3 rows"),
        ({"optimizer": parts()[2]}, OptimizerError, "trains none of the parameters"),
    ],
)
def test_what_it_refuses(settings, error, message):
    model, loss, optimizer = parts()
    arguments = {"optimizer": optimizer, "x": X, "y": Y, "batch_size": 8} | settings
    with pytest.raises(error, match=message):
        lr_find(model, loss, **arguments)


def test_a_loss_that_is_infinite_from_the_beginning():
    model, _, optimizer = parts()
    with pytest.raises(SettingError, match="not finite before the first step"):
        lr_find(model, lambda p, y: (p * np.inf).sum(), optimizer, X, Y, batch_size=8)
