"""What a step of `fit` is made of: several batches, gradients that are cut short, and who is told."""

import numpy as np
import pytest

from tinygrad_course import nn, optim
from tinygrad_course.errors import SettingError
from tinygrad_course.nn.utils import clip_grad_norm_
from tinygrad_course.training import fit

RNG = np.random.default_rng(0)
X = RNG.normal(size=(23, 3))
Y = np.arange(23) % 3
WEIGHTS = RNG.uniform(0, 2, 23)


def trained(loss=None, *, lr=0.1, epochs=2, batch_size=6, rng=0, dropout=0.0, **options):
    model = nn.Sequential(
        nn.Linear(3, 8, rng=0, dtype=np.float64),
        nn.Tanh(),
        nn.Dropout(dropout),
        nn.Linear(8, 3, rng=1, dtype=np.float64),
    )
    options = {"progress": False, "rng": rng, "epochs": epochs, "batch_size": batch_size, **options}
    optimizer = optim.SGD(model, lr=lr)
    history = fit(model, loss or nn.CrossEntropyLoss(), optimizer, X, Y, **options)
    return model.state_dict(), history, optimizer


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("weights", [{}, {"sample_weight": WEIGHTS}, {"class_weight": "balanced"}])
@pytest.mark.parametrize(("batch_size", "accumulate"), [(4, 3), (2, 6), (6, 2)])
def test_batches_that_are_accumulated_are_one_batch(reduction, weights, batch_size, accumulate):
    loss = nn.CrossEntropyLoss(reduction=reduction)
    one, whole, steps = trained(loss, batch_size=12, lr=0.02, **weights)
    other, parts, same = trained(
        loss, batch_size=batch_size, accumulate=accumulate, lr=0.02, **weights
    )
    for name, array in one.items():
        np.testing.assert_allclose(other[name], array, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(parts.train["loss"], whole.train["loss"])
    assert parts.train["accuracy"] == whole.train["accuracy"]
    assert steps.steps == same.steps == 4


def test_the_last_step_of_an_epoch_takes_the_batches_that_are_left():
    rows = []
    _, _, optimizer = trained(batch_size=5, accumulate=3, step_callbacks=[rows.append])
    assert optimizer.steps == 4  # 5 batches an epoch: 3 and 2


def test_schedules_count_steps_and_not_batches():
    factors = []

    def schedule(progress):
        factors.append(progress)
        return 1.0

    trained(batch_size=5, accumulate=3, schedule=schedule)
    assert factors[-4:] == [0, 0.25, 0.5, 0.75]


def test_each_batch_of_a_step_draws_anew_and_the_next_step_again():
    masks = []

    class Noted(nn.Dropout):
        def forward(self, x):
            z = super().forward(x)
            if self.training:
                masks.append(np.asarray(z.data == 0))
            return z

    model = nn.Sequential(nn.Linear(3, 40, rng=0), Noted(0.5), nn.Linear(40, 3, rng=1))
    fit(
        *(model, nn.CrossEntropyLoss(), optim.SGD(model, lr=0.0), X[:8], Y[:8]),
        **{"epochs": 2, "batch_size": 2, "accumulate": 2, "progress": False},
    )
    assert len({mask.tobytes() for mask in masks}) == len(masks) == 8


def test_a_loss_that_is_neither_a_mean_nor_a_sum_is_not_accumulated():
    def root(prediction, target):
        return np.sqrt(nn.CrossEntropyLoss()(prediction, target))

    with pytest.raises(SettingError, match="larger batch_size and accumulate=1"):
        trained(root, accumulate=2)
    trained(root, batch_size=12, accumulate=1)


def test_gradients_are_cut_short():
    norms, found = [], []

    def note(step):
        norms.append(step.gradient_norm)
        found.append(np.sqrt(sum((p.grad.data**2).sum() for p in step.model.parameters())))

    trained(clip_norm=0.1, step_callbacks=[note], epochs=1)
    assert min(norms) > 0.1
    np.testing.assert_allclose(found, 0.1, rtol=1e-4)
    # The same as by hand.
    model = nn.Linear(3, 3, rng=0, dtype=np.float64)
    optimizer = optim.SGD(model, lr=0.1)
    fit(
        *(model, nn.CrossEntropyLoss(), optimizer, X, Y),
        **{"epochs": 1, "batch_size": 23, "clip_norm": 0.05, "progress": False},
    )
    by_hand = nn.Linear(3, 3, rng=0, dtype=np.float64)
    optimizer = optim.SGD(by_hand, lr=0.1)
    order = np.random.default_rng(0).permutation(23)
    nn.CrossEntropyLoss()(by_hand(X[order]), Y[order]).backward()
    clip_grad_norm_(by_hand, 0.05)
    optimizer.step()
    np.testing.assert_array_equal(model.weight.data, by_hand.weight.data)


def test_who_is_told_of_each_step():
    told = []

    def note(step):
        told.append((step.step, step.epoch, step.lr, step.loss, step.gradient_norm))
        assert all(p.grad is not None for p in step.model.parameters())
        assert repr(step).startswith(f"TrainingStep(step {step.step}, epoch {step.epoch}: loss ")

    _, history, _ = trained(batch_size=8, step_callbacks=[note], schedule=optim.linear_decay())
    assert [x[:2] for x in told] == [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2), (6, 2)]
    np.testing.assert_allclose([x[2] for x in told], 0.1 * (1 - np.arange(6) / 6))
    rows = np.array([8, 8, 7])
    losses = np.array([x[3] for x in told]).reshape(2, 3)
    np.testing.assert_allclose(losses @ rows / 23, history.train["loss"])
    assert {x[4] for x in told} == {None}


@pytest.mark.parametrize(
    "wrong",
    [
        *({"accumulate": 0}, {"accumulate": 1.5}, {"accumulate": True}),
        *({"clip_norm": 0}, {"clip_norm": -1.0}, {"clip_norm": "1"}, {"clip_norm": np.inf}),
        *({"step_callbacks": print}, {"step_callbacks": [3]}, {"step_callbacks": 3}),
    ],
    ids=str,
)
def test_what_is_no_setting(wrong):
    with pytest.raises(SettingError, match=next(iter(wrong)).removesuffix("_callbacks")):
        trained(**wrong)
