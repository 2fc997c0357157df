"""Optimizers, twenty steps of them, and schedules: the same numbers in every step."""

import numpy as np
import pytest

from tests.referee import torch
from tinygrad_course import Tensor, nn, optim
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
    optim.AdamW: [
        {},
        {"lr": 0.02, "betas": (0.8, 0.9), "eps": 1e-3},
        {"lr": 0.02, "weight_decay": 0.3},
    ],
    optim.RMSprop: [
        {},
        {"lr": 0.005, "alpha": 0.8, "eps": 0.1, "weight_decay": 0.1},
        {"lr": 0.02, "momentum": 0.9},
        # ε as large as the deviation keeps v − ḡ² from being all rounding.
        {"lr": 0.02, "centered": True, "eps": 1e-2},
        {"lr": 0.02, "centered": True, "eps": 1e-2, "momentum": 0.5, "weight_decay": 0.1},
    ],
    optim.Adagrad: [
        {},
        {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1},
        {"lr": 0.1, "initial_accumulator_value": 0.5, "eps": 1e-3},
    ],
}
ALL_SETTINGS = [
    pytest.param(optimizer, settings, id=f"{optimizer.__name__}-{i}")
    for optimizer, several in SETTINGS.items()
    for i, settings in enumerate(several)
]

WARM = 5


def cycle(pct_start, **settings):
    """Our settings for PyTorch's cycle of STEPS steps, whose phases end a step before their shares."""
    return {"pct_start": (pct_start * STEPS - 1) / (STEPS - 1), **settings}


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
    optim.polynomial_decay: (
        optim.polynomial_decay(3),
        lambda o: lr_scheduler.PolynomialLR(o, STEPS, power=3),
    ),
    optim.exponential_decay: (
        optim.exponential_decay(0.9**STEPS),
        lambda o: lr_scheduler.ExponentialLR(o, 0.9),
    ),
    optim.inverse_decay: (
        optim.inverse_decay(0.3, STEPS),
        lambda o: lr_scheduler.LambdaLR(o, lambda epoch: 1 / (1 + 0.3 * epoch)),
    ),
    optim.step_decay: (
        optim.step_decay(6 / STEPS, 0.5),
        lambda o: lr_scheduler.StepLR(o, 6, gamma=0.5),
    ),
    optim.multi_step_decay: (
        optim.multi_step_decay([7 / STEPS, 11 / STEPS], 0.5),
        lambda o: lr_scheduler.MultiStepLR(o, [7, 11], gamma=0.5),
    ),
    optim.cosine_restarts: (
        optim.cosine_restarts(2, 3, 0.1),
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, STEPS // 4, T_mult=3, eta_min=0.1),
    ),
    optim.one_cycle: (
        # PyTorch counts up to the last step, and not to its end: see the test of cycles below.
        lambda t: optim.one_cycle(**cycle(0.3))(t * STEPS / (STEPS - 1)),
        lambda o: lr_scheduler.OneCycleLR(o, 1.0, STEPS, pct_start=0.3, cycle_momentum=False),
    ),
}
OTHERS = {
    *(optim.Optimizer, optim.ParameterGroup, optim.Schedule, optim.Plateau, optim.WeightAverage),
    *(optim.clip_grad_norm_, optim.clip_grad_value_),
}
"""Compared below."""


def test_every_optimizer_and_schedule_is_compared():
    exported = {getattr(optim, name) for name in optim.__all__}
    assert exported == {*SETTINGS, *SCHEDULES, *OTHERS}


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
        {"params": [p for p in both.theirs if p.ndim <= 1], "weight_decay": 0.0},
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


def test_groups_with_settings_of_their_own():
    both = Both()
    halves = [slice(0, 2), slice(2, None)]
    settings = [{"lr": 0.02, "betas": (0.5, 0.9)}, {"weight_decay": 0.3}]
    ours, theirs = (
        kind([{"params": p[half], **more} for half, more in zip(halves, settings)], lr=0.1)
        for kind, p in ((optim.AdamW, both.ours), (torch.optim.AdamW, both.theirs))
    )
    for _ in range(STEPS):
        both.step(ours, theirs)
        both.compare(1e-13)


@pytest.mark.parametrize("kind", ["AdamW", "Adam", "SGD"])
def test_a_gradient_of_zero_leaves_the_decay(kind):
    both = Both()
    settings = {"lr": 0.1, "weight_decay": 0.1}
    ours = getattr(optim, kind)(both.ours, **settings)
    theirs = getattr(torch.optim, kind)(both.theirs, **settings)
    for _ in range(STEPS):
        for p, q in zip(both.ours, both.theirs, strict=True):
            p.grad, q.grad = np.zeros(p.shape), torch.zeros_like(q)
        ours.step()
        theirs.step()
        both.compare(1e-13)


@pytest.mark.parametrize("three_phase", [False, True])
@pytest.mark.parametrize("way", ["cos", "linear"])
@pytest.mark.parametrize(("kind", "settings"), [("SGD", {"momentum": 0.9}), ("Adam", {})])
def test_one_cycle_moves_rate_and_momentum(kind, settings, way, three_phase):
    both = Both()
    ours = getattr(optim, kind)(both.ours, lr=0.05, **settings)
    theirs = getattr(torch.optim, kind)(both.theirs, lr=0.05, **settings)
    options = {"anneal_strategy": way, "three_phase": three_phase}
    scheduler = lr_scheduler.OneCycleLR(theirs, 0.05, STEPS, pct_start=0.3, **options)
    ours.follow(optim.one_cycle(**cycle(0.3, **options)), steps=STEPS - 1)
    for step in range(STEPS):
        rate = theirs.param_groups[0]["lr"]
        both.step(ours, theirs)
        assert ours.last_lr == pytest.approx(rate, rel=1e-9)
        both.compare(1e-11)
        if step < STEPS - 1:
            scheduler.step()


FIGURES = np.random.default_rng(3).uniform(0.5, 1.5, 30).cumsum() % 3


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("threshold_mode", ["rel", "abs"])
def test_a_plateau_is_seen_in_the_same_epochs(mode, threshold_mode):
    settings = {"mode": mode, "threshold_mode": threshold_mode, "factor": 0.5, "patience": 2}
    settings |= {"threshold": 0.05, "cooldown": 1, "min_lr": 0.01}
    both = Both()
    ours, theirs = optim.SGD(both.ours, lr=1.0), torch.optim.SGD(both.theirs, lr=1.0)
    plateau = optim.Plateau(ours, **settings)
    scheduler = lr_scheduler.ReduceLROnPlateau(theirs, **settings)
    for figure in FIGURES:
        plateau.step(figure)
        scheduler.step(figure)
        assert ours.lr == theirs.param_groups[0]["lr"]
    assert ours.lr < 1


def test_the_average_of_weights():
    swa = torch.optim.swa_utils
    both = Both()
    holder = torch.nn.ParameterList(both.theirs)
    theirs = swa.AveragedModel(holder, multi_avg_fn=swa.get_ema_multi_avg_fn(0.8))
    model = nn.Module()
    model.weights = [nn.Parameter(p.data) for p in both.ours]
    both.ours = model.weights
    average = optim.WeightAverage(model, 0.8)
    ours, other = optim.SGD(model, lr=0.1), torch.optim.SGD(both.theirs, lr=0.1)
    for _ in range(STEPS):
        both.step(ours, other)
        average.update()
        theirs.update_parameters(holder)
        with average.applied():
            for p, q in zip(model.weights, theirs.module, strict=True):
                np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("norm_type", [1.0, 2.0, 3.0, float("inf")])
@pytest.mark.parametrize("bound", [0.1, 10.0, 1e6])
def test_clipped_gradients(norm_type, bound):
    both = Both()
    for p, q in zip(both.ours, both.theirs, strict=True):
        g = np.random.default_rng(p.size).normal(size=p.shape)
        p.grad, q.grad = g, torch.tensor(g)
    norm = optim.clip_grad_norm_(both.ours, bound, norm_type)
    expected = torch.nn.utils.clip_grad_norm_(both.theirs, bound, norm_type)
    np.testing.assert_allclose(norm, expected.item(), rtol=1e-12)
    for p, q in zip(both.ours, both.theirs, strict=True):
        np.testing.assert_allclose(p.grad.data, q.grad.numpy(), rtol=1e-12)
    optim.clip_grad_value_(both.ours, 0.01)
    torch.nn.utils.clip_grad_value_(both.theirs, 0.01)
    for p, q in zip(both.ours, both.theirs, strict=True):
        np.testing.assert_allclose(p.grad.data, q.grad.numpy(), rtol=1e-13)
