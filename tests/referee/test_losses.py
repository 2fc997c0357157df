"""Losses in training: ten steps in double precision with every setting, and the same numbers in each."""

import numpy as np
import pytest

from tests.referee import torch
from tinygrad_course import Tensor, nn, optim

M, CLASSES, STEPS = 8, 3, 10
RNG = np.random.default_rng(0)
X = RNG.normal(size=(M, 4))
LABELS = np.arange(M) % CLASSES
HIDDEN = np.where(np.arange(M) % 4 == 1, -100, LABELS)
DISTRIBUTIONS = RNG.dirichlet(np.ones(CLASSES), M)
NUMBERS, SHARES = RNG.normal(size=(M, CLASSES)), RNG.uniform(size=(M, CLASSES))
SIGNS = np.where(SHARES > 0.5, 1, -1)
W = np.array([0.5, 2.0, 1.0])
LOGARITHMS = np.log(DISTRIBUTIONS)


def theirs(settings):
    return {k: torch.tensor(v) if isinstance(v, np.ndarray) else v for k, v in settings.items()}


# By name: settings, the target, and what is done with the prediction before the loss.
CASES = [
    *(("MSELoss", {}, NUMBERS, None), ("L1Loss", {}, NUMBERS, None)),
    *(("SmoothL1Loss", {"beta": beta}, NUMBERS, None) for beta in (0.0, 0.3, 1.0)),
    *(("HuberLoss", {"delta": delta}, NUMBERS, None) for delta in (0.3, 1.0)),
    *(("BCELoss", weight, SHARES, "sigmoid") for weight in ({}, {"weight": W})),
    *(
        ("BCEWithLogitsLoss", weights, SHARES, None)
        for weights in ({}, {"weight": W}, {"pos_weight": W}, {"weight": W, "pos_weight": 3 * W})
    ),
    *(
        ("CrossEntropyLoss", {"label_smoothing": smoothing, **more}, target, None)
        for smoothing in (0.0, 0.1)
        for more in ({}, {"weight": W}, {"ignore_index": 2}, {"weight": W, "ignore_index": 0})
        for target in (LABELS, HIDDEN if "ignore_index" not in more else LABELS)
    ),
    *(
        ("CrossEntropyLoss", {"label_smoothing": smoothing, **more}, DISTRIBUTIONS, None)
        for smoothing in (0.0, 0.1)
        for more in ({}, {"weight": W})
    ),
    *(
        ("NLLLoss", more, target, "log_softmax")
        for more in ({}, {"weight": W})
        for target in (LABELS, HIDDEN)
    ),
    ("KLDivLoss", {"reduction": "batchmean"}, DISTRIBUTIONS, "log_softmax"),
    ("KLDivLoss", {"reduction": "batchmean", "log_target": True}, LOGARITHMS, "log_softmax"),
    ("HingeEmbeddingLoss", {"margin": 0.5}, SIGNS, None),
    ("CosineEmbeddingLoss", {"margin": 0.2}, SIGNS[:, 0], "pair"),
]
IDS = [f"{name}-{i}" for i, (name, *_) in enumerate(CASES)]


def test_every_loss_is_compared():
    losses = {x for x in nn.__all__ if x.endswith("Loss")} - {"Loss"}
    # HingeLoss has no namesake: it is compared in test_layers.
    assert {name for name, *_ in CASES} == losses - {"HingeLoss"}


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(("name", "settings", "target", "before"), CASES, ids=IDS)
def test_ten_steps_agree(name, settings, target, before, reduction):
    settings = {"reduction": reduction, **settings}
    layer = nn.Linear(4, CLASSES, rng=0, dtype=np.float64)
    copied = torch.nn.Linear(4, CLASSES).double()
    for p, q in zip(layer.parameters(), copied.parameters(), strict=True):
        q.data = torch.tensor(p.detach().numpy())
    loss, other = getattr(nn, name)(**settings), getattr(torch.nn, name)(**theirs(settings))
    ours = optim.SGD(layer, lr=0.05, momentum=0.9)
    yours = torch.optim.SGD(copied.parameters(), lr=0.05, momentum=0.9)
    for _ in range(STEPS):
        ours.zero_grad()
        yours.zero_grad()
        z, their_z = layer(Tensor(X)), copied(torch.tensor(X))
        operands, their_operands = [z], [their_z]
        if before == "pair":
            operands, their_operands = [z, NUMBERS], [their_z, torch.tensor(NUMBERS)]
        elif before == "sigmoid":
            operands, their_operands = [nn.functional.sigmoid(z)], [torch.sigmoid(their_z)]
        elif before == "log_softmax":
            operands = [nn.functional.log_softmax(z)]
            their_operands = [torch.log_softmax(their_z, dim=1)]
        cost, their_cost = loss(*operands, target), other(*their_operands, torch.tensor(target))
        np.testing.assert_allclose(cost.item(), their_cost.item(), rtol=1e-12)
        cost.backward()
        their_cost.backward()
        ours.step()
        yours.step()
        for p, q in zip(layer.parameters(), copied.parameters(), strict=True):
            np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-10, atol=1e-12)


def test_all_rows_ignored_is_nan_there_and_an_error_here():
    with pytest.raises(ValueError, match="nothing to take the mean of"):
        nn.CrossEntropyLoss()(np.zeros((2, 3)), np.full(2, -100))
    there = torch.nn.CrossEntropyLoss()(torch.zeros(2, 3), torch.full((2,), -100))
    assert torch.isnan(there)
