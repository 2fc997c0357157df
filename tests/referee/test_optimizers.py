"""Optimizers, twenty steps of them, and schedules: the same numbers in every step."""

import numpy as np
import pytest

from tests.referee import torch
from tinygrad_course import Tensor, optim
from tinygrad_course.optim.chunks import CHUNK_BYTES

lr_scheduler = torch.optim.lr_scheduler
STEPS = 20
SHAPES = [(), (3,), (2, 3), (CHUNK_BYTES // 8 // 100, 101)]
"""Of parameters; the last is longer than a chunk, and so updated in several."""

SETTINGS = {
    optim.SGD: [
        {"lr": 0.05},
        {"lr": 0.05, "momentum": 0.9},
        {"lr": 0.05, "momentum": 0.9, "nesterov": True},
        {"lr": 0.05, "weight_decay": 0.1},
        {"lr": 0.05, "momentum": 0.8, "weight_decay": 0.1},
        {"lr": 0.05, "momentum": 0.8, "nesterov": True, "weight_decay": 0.1},
    ],
    optim.Adam: [
        {},
        {"lr": 0.02, "betas": (0.8, 0.9), "eps": 1e-3},
        {"lr": 0.02, "betas": (0.0, 0.9)},
        {"lr": 0.02, "weight_decay": 0.1},
    ],
}
ALL_SETTINGS = [
    pytest.param(optimizer, settings, id=f"{optimizer.__name__}-{i}")
    for optimizer, several in SETTINGS.items()
    for i, settings in enumerate(several)
]

WARM = 5
SCHEDULES = {
    optim.constant: (optim.constant(), lambda o: lr_scheduler.ConstantLR(o, 1.0)),
    optim.linear_decay: (
        optim.linear_decay(0.1),
        lambda o: lr_scheduler.LinearLR(o, 1.0, 0.1, STEPS),
    ),
    optim.cosine_decay: (
        optim.cosine_decay(0.2),
        lambda o: lr_scheduler.CosineAnnealingLR(o, STEPS, eta_min=0.2),
    ),
    # PyTorch's cannot begin at 0, but close to it.
    optim.warmup: (
        optim.warmup(WARM / STEPS, optim.cosine_decay()),
        lambda o: lr_scheduler.SequentialLR(
            o,
            [
                lr_scheduler.LinearLR(o, 1e-9, 1.0, WARM),
                lr_scheduler.CosineAnnealingLR(o, STEPS - WARM),
            ],
            [WARM],
        ),
    ),
}


def test_every_optimizer_and_schedule_is_compared():
    exported = {getattr(optim, name) for name in optim.__all__}
    assert exported == {*SETTINGS, *SCHEDULES, optim.Optimizer, optim.Schedule}


class Both:
    """The same parameters in both libraries, on the slopes of Σ a sin p."""

    def __init__(self, dtype=np.float64):
        rng = np.random.default_rng(0)
        self.weights = [rng.uniform(0.5, 2.0, shape).astype(dtype) for shape in SHAPES]
        start = [rng.standard_normal(shape).astype(dtype) for shape in SHAPES]
        self.ours = [Tensor(x.copy(), requires_grad=True) for x in start]
        self.theirs = [torch.tensor(x, requires_grad=True) for x in start]

    def step(self, ours, theirs):
        ours.zero_grad()
        theirs.zero_grad()
        for p, q, a in zip(self.ours, self.theirs, self.weights, strict=True):
            (np.sin(p) * a).sum().backward()
            (torch.sin(q) * torch.tensor(a)).sum().backward()
        ours.step()
        theirs.step()

    def compare(self, tolerance):
        for p, q in zip(self.ours, self.theirs, strict=True):
            np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-13), (np.float32, 2e-5)])
@pytest.mark.parametrize(("optimizer", "settings"), ALL_SETTINGS)
def test_steps_agree(optimizer, settings, dtype, tolerance):
    both = Both(dtype)
    ours = optimizer(both.ours, **settings)
    theirs = getattr(torch.optim, optimizer.__name__)(both.theirs, **settings)
    for _ in range(STEPS):
        both.step(ours, theirs)
        both.compare(tolerance)


@pytest.mark.parametrize("optimizer", SETTINGS)
def test_without_decay_of_biases_it_is_that_of_a_group_of_its_own(optimizer):
    both = Both()
    ours = optimizer(both.ours, lr=0.02, weight_decay=0.5, decay_biases=False)
    groups = [
        {"params": [p for p in both.theirs if p.ndim > 1], "weight_decay": 0.5},
        {"params": [p for p in both.theirs if p.ndim <= 1]},
    ]
    theirs = getattr(torch.optim, optimizer.__name__)(groups, lr=0.02)
    for _ in range(STEPS):
        both.step(ours, theirs)
        both.compare(1e-13)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_schedules_agree_and_optimizers_follow_them(schedule):
    factor, made = SCHEDULES[schedule]
    both = Both()
    ours, theirs = optim.Adam(both.ours, lr=1.0), torch.optim.Adam(both.theirs, lr=1.0)
    scheduler = made(theirs)
    for t in range(STEPS):
        ours.lr = factor(t / STEPS)
        assert ours.lr == pytest.approx(theirs.param_groups[0]["lr"], rel=1e-7, abs=2e-9)
        ours.lr = theirs.param_groups[0]["lr"]
        both.step(ours, theirs)
        both.compare(1e-12)
        scheduler.step()


def test_a_parameter_that_comes_late_is_one_whose_gradient_was_zero():
    # PyTorch counts the steps of each parameter, and Adam of the paper those of the algorithm.
    p, q = Tensor(np.ones(2), requires_grad=True), torch.ones(2).double().requires_grad_()
    ours, theirs = optim.Adam([p], lr=0.1), torch.optim.Adam([q], lr=0.1)
    for t in range(STEPS):
        if t >= WARM:
            p.grad = np.array([0.5, -2.0])
        q.grad = torch.tensor([0.5, -2.0]).double() * (t >= WARM)
        ours.step()
        theirs.step()
        np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-13)
