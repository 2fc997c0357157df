"""Layers with a state, over ten steps of Adam in float64, with weights copied both ways."""

import numpy as np
import pytest

from tests.referee import torch
from tinygrad_course import Tensor, nn, optim

RNG = np.random.default_rng(0)
ROWS, CHANNELS = 6, 4


def normal(*shape):
    return RNG.normal(1, 2, (10, ROWS, *shape))


WORDS = RNG.integers(0, 7, (10, ROWS, 3))

# Ours, theirs, and ten batches.
LAYERS = {
    "BatchNorm1d": (nn.BatchNorm1d, torch.nn.BatchNorm1d, (CHANNELS,), normal(CHANNELS)),
    "of sequences": (nn.BatchNorm1d, torch.nn.BatchNorm1d, (CHANNELS,), normal(CHANNELS, 5)),
    "BatchNorm2d": (nn.BatchNorm2d, torch.nn.BatchNorm2d, (CHANNELS,), normal(CHANNELS, 3, 2)),
    "by hand": (nn.BatchNorm1d, torch.nn.BatchNorm1d, (CHANNELS, 0.1, 0.3), normal(CHANNELS)),
    "mean of all": (nn.BatchNorm1d, torch.nn.BatchNorm1d, (CHANNELS, 1e-5, None), normal(CHANNELS)),
    "without scale": (
        *(nn.BatchNorm1d, torch.nn.BatchNorm1d),
        *((CHANNELS, 1e-5, 0.1, False), normal(CHANNELS)),
    ),
    "without tracking": (
        *(nn.BatchNorm1d, torch.nn.BatchNorm1d),
        *((CHANNELS, 1e-5, 0.1, True, False), normal(CHANNELS)),
    ),
    "LayerNorm": (nn.LayerNorm, torch.nn.LayerNorm, ((3, 2),), normal(CHANNELS, 3, 2)),
    "without bias": (
        nn.LayerNorm,
        torch.nn.LayerNorm,
        (CHANNELS, 1e-3, True, False),
        normal(CHANNELS),
    ),
    "GroupNorm": (nn.GroupNorm, torch.nn.GroupNorm, (2, CHANNELS), normal(CHANNELS, 3, 2)),
    "Embedding": (nn.Embedding, torch.nn.Embedding, (7, 5), WORDS),
    "PReLU": (nn.PReLU, torch.nn.PReLU, (CHANNELS,), normal(CHANNELS, 3)),
    "Linear": (nn.Linear, torch.nn.Linear, (CHANNELS, 3), normal(CHANNELS)),
}


def near(found, expected):
    np.testing.assert_allclose(found, expected.numpy(force=True), rtol=1e-12, atol=1e-12)


def numbers(z):
    return z.data if isinstance(z, Tensor) else z


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("from_them", [False, True])
def test_ten_steps(name, from_them):
    our_kind, their_kind, settings, batches = LAYERS[name]
    ours, theirs = our_kind(*settings, dtype=np.float64), their_kind(*settings).double()
    assert list(ours.state_dict()) == list(theirs.state_dict())
    if from_them:
        ours.load_state_dict(theirs.state_dict())
    else:
        theirs.load_state_dict({k: torch.tensor(v) for k, v in ours.state_dict().items()})
    has_parameters = ours.num_parameters() > 0
    if has_parameters:
        our_steps = optim.Adam(ours, lr=0.1)
        their_steps = torch.optim.Adam(theirs.parameters(), lr=0.1)
    for x in batches:
        z, expected = ours(x), theirs(torch.tensor(x))
        near(numbers(z), expected)
        if has_parameters:
            weights = np.cos(np.arange(z.size)).reshape(z.shape)
            our_steps.zero_grad()
            their_steps.zero_grad()
            (z * z * weights).sum().backward()
            (expected * expected * torch.tensor(weights)).sum().backward()
            our_steps.step()
            their_steps.step()
        for path, value in theirs.state_dict().items():
            near(ours.state_dict()[path], value)
    near(numbers(ours.eval()(batches[0])), theirs.eval()(torch.tensor(batches[0])))
