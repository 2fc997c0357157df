"""Modules: layers, activations and losses one by one, and whole models with copied weights."""

import numpy as np
import pytest

from tests.referee import torch
from tinygrad_course import Tensor, nn, optim

M, CLASSES = 6, 3


def drawn(*shape):
    return np.random.default_rng(sum(shape)).uniform(0.1, 0.9, shape)


X, PROBABILITIES, OTHERS = 3 * drawn(M, 4) - 1.5, *drawn(2, M, 4)
LABELS = np.arange(M) % CLASSES
SIGNS = np.where(np.arange(M) % 3, -1, 1)

SEQUENCES = np.random.default_rng(0).standard_normal((3, 4, 7))
PICTURES = np.random.default_rng(1).standard_normal((3, 4, 7, 6))
# Ours, theirs, and the operands of both, of which the first is differentiated by.
MODULES = {
    nn.ReLU: (nn.ReLU(), torch.nn.ReLU(), (X,)),
    nn.LeakyReLU: (nn.LeakyReLU(0.2), torch.nn.LeakyReLU(0.2), (X,)),
    nn.ELU: (nn.ELU(0.7), torch.nn.ELU(0.7), (X,)),
    nn.GELU: (nn.GELU(), torch.nn.GELU(approximate="tanh"), (X,)),
    nn.Sigmoid: (nn.Sigmoid(), torch.nn.Sigmoid(), (X,)),
    nn.Tanh: (nn.Tanh(), torch.nn.Tanh(), (X,)),
    nn.Softplus: (nn.Softplus(), torch.nn.Softplus(), (X,)),
    nn.Softmax: (nn.Softmax(axis=0), torch.nn.Softmax(dim=0), (X,)),
    nn.LogSoftmax: (nn.LogSoftmax(), torch.nn.LogSoftmax(dim=-1), (X,)),
    nn.MaxPool1d: (nn.MaxPool1d(3, 2, 1), torch.nn.MaxPool1d(3, 2, 1), (SEQUENCES,)),
    nn.MaxPool2d: (
        nn.MaxPool2d((2, 3), (2, 1), (1, 0), (2, 1), ceil_mode=True),
        torch.nn.MaxPool2d((2, 3), (2, 1), (1, 0), (2, 1), ceil_mode=True),
        (PICTURES,),
    ),
    nn.AvgPool1d: (nn.AvgPool1d(3, 2, 1, True), torch.nn.AvgPool1d(3, 2, 1, True), (SEQUENCES,)),
    nn.AvgPool2d: (
        nn.AvgPool2d((2, 3), None, 1, True, False),
        torch.nn.AvgPool2d((2, 3), None, 1, True, False),
        (PICTURES,),
    ),
    nn.AdaptiveAvgPool1d: (nn.AdaptiveAvgPool1d(3), torch.nn.AdaptiveAvgPool1d(3), (SEQUENCES,)),
    nn.AdaptiveAvgPool2d: (
        nn.AdaptiveAvgPool2d((5, None)),
        torch.nn.AdaptiveAvgPool2d((5, None)),
        (PICTURES,),
    ),
    nn.MSELoss: (nn.MSELoss(), torch.nn.MSELoss(), (X, OTHERS)),
    nn.BCELoss: (
        nn.BCELoss(reduction="sum"),
        torch.nn.BCELoss(reduction="sum"),
        (PROBABILITIES, OTHERS),
    ),
    nn.BCEWithLogitsLoss: (nn.BCEWithLogitsLoss(), torch.nn.BCEWithLogitsLoss(), (X, OTHERS)),
    nn.CrossEntropyLoss: (nn.CrossEntropyLoss(), torch.nn.CrossEntropyLoss(), (X, LABELS)),
    nn.L1Loss: (nn.L1Loss(), torch.nn.L1Loss(), (X, OTHERS)),
    nn.SmoothL1Loss: (nn.SmoothL1Loss(beta=0.5), torch.nn.SmoothL1Loss(beta=0.5), (X, OTHERS)),
    nn.HuberLoss: (nn.HuberLoss(delta=0.5), torch.nn.HuberLoss(delta=0.5), (X, OTHERS)),
    nn.NLLLoss: (nn.NLLLoss(), torch.nn.NLLLoss(), (X, LABELS)),
    nn.KLDivLoss: (
        nn.KLDivLoss(reduction="batchmean"),
        torch.nn.KLDivLoss(reduction="batchmean"),
        (X, OTHERS),
    ),
    # PyTorch has none for scores, but one for distances: of a distance y x with the target −1 it is the same.
    nn.HingeLoss: (
        nn.HingeLoss(0.5),
        lambda x, y: torch.nn.HingeEmbeddingLoss(0.5)(y * x, -torch.ones_like(x)),
        (X[:, 0], SIGNS),
    ),
    nn.HingeEmbeddingLoss: (
        nn.HingeEmbeddingLoss(0.5),
        torch.nn.HingeEmbeddingLoss(0.5),
        (X[:, 0], SIGNS),
    ),
    nn.CosineEmbeddingLoss: (
        nn.CosineEmbeddingLoss(0.1),
        torch.nn.CosineEmbeddingLoss(0.1),
        (X, OTHERS, SIGNS),
    ),
}
PARTS_OF_MODELS = {nn.Conv1d, nn.Conv2d, nn.Linear, nn.Sequential, nn.LogisticRegression, nn.MLP}
TO_INHERIT_FROM = {nn.Module, nn.Loss, nn.Classifier}

ACTIVATIONS = {
    "relu": torch.nn.ReLU(),
    "leaky_relu": torch.nn.LeakyReLU(),
    "elu": torch.nn.ELU(),
    "gelu": torch.nn.GELU(approximate="tanh"),
    "softplus": torch.nn.Softplus(),
    "sigmoid": torch.nn.Sigmoid(),
    "tanh": torch.nn.Tanh(),
}


def test_every_module_is_compared():
    exported = [getattr(nn, name) for name in nn.__all__]
    modules = {x for x in exported if isinstance(x, type) and issubclass(x, nn.Module)}
    assert modules == MODULES.keys() | PARTS_OF_MODELS | TO_INHERIT_FROM
    assert ACTIVATIONS.keys() == nn.models.ACTIVATIONS.keys()


def near(found, expected, dtype):
    assert found.dtype == dtype
    tolerance = 100 * float(np.finfo(dtype).eps)
    np.testing.assert_allclose(found, expected.numpy(force=True), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", MODULES)
def test_modules_agree(name, dtype):
    ours, theirs, (x, *others) = MODULES[name]
    others = [y if y.dtype.kind == "i" else y.astype(dtype) for y in others]
    our_x = Tensor(x.astype(dtype), requires_grad=True)
    their_x = torch.tensor(x.astype(dtype), requires_grad=True)
    z = ours(our_x, *others)
    expected = theirs(their_x, *map(torch.tensor, others))
    near(z.detach().numpy(), expected, dtype)
    weights = drawn(*z.shape).astype(dtype)
    (z * weights).sum().backward()
    (expected * torch.tensor(weights)).sum().backward()
    near(our_x.grad.numpy(), their_x.grad, dtype)


def same_weights(ours, theirs):
    """`theirs` with the weights and biases of ours, where they are in the same order."""
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        p.data = 2 * drawn(*p.shape) - 1
        q.data = torch.tensor(p.detach().numpy())
    return theirs


def compare(ours, theirs, x, our_loss, their_loss, dtype):
    """What both give for x, and the gradients of a loss by all parameters and by x."""
    our_x = Tensor(x.astype(dtype), requires_grad=True)
    their_x = torch.tensor(x.astype(dtype), requires_grad=True)
    z, expected = ours(our_x), theirs(their_x)
    near(z.detach().numpy(), expected, dtype)
    our_loss(z).backward()
    their_loss(expected).backward()
    near(our_x.grad.numpy(), their_x.grad, dtype)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        near(p.grad.numpy(), q.grad, dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(4,), (5, 4), (2, 3, 4), (0, 4)])
def test_linear_takes_batches_of_any_shape(shape, bias, dtype):
    ours = nn.Linear(4, 3, bias=bias, dtype=dtype)
    theirs = same_weights(ours, torch.nn.Linear(4, 3, bias=bias))
    square = lambda z: (z * z).sum()  # noqa: E731
    compare(ours, theirs, drawn(*shape), square, square, dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_an_mlp_agrees_from_the_logits_to_every_gradient(activation, dtype):
    ours = nn.MLP([4, 7, 5, CLASSES], activation, rng=0, dtype=dtype)
    g = ACTIVATIONS[activation]
    linear = torch.nn.Linear
    theirs = torch.nn.Sequential(linear(4, 7), g, linear(7, 5), g, linear(5, CLASSES))
    target = torch.tensor(LABELS)
    compare(
        ours,
        same_weights(ours, theirs),
        X,
        lambda z: nn.functional.cross_entropy(z, LABELS),
        lambda z: torch.nn.functional.cross_entropy(z, target),
        dtype,
    )


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_logistic_regression_agrees(dtype):
    ours = nn.LogisticRegression(4, dtype=dtype)
    theirs = torch.nn.Sequential(torch.nn.Linear(4, 1), torch.nn.Flatten(0))
    target = (LABELS > 0).astype(dtype)
    compare(
        ours,
        same_weights(ours, theirs),
        X,
        lambda z: nn.functional.binary_cross_entropy_with_logits(z, target),
        lambda z: torch.nn.functional.binary_cross_entropy_with_logits(z, torch.tensor(target)),
        dtype,
    )


def test_a_sequential_with_a_layer_that_is_used_twice():
    shared = nn.Linear(4, 4, dtype=np.float64)
    ours = nn.Sequential(shared, nn.Tanh(), shared)
    their_shared = torch.nn.Linear(4, 4)
    theirs = torch.nn.Sequential(their_shared, torch.nn.Tanh(), their_shared)
    square = lambda z: (z * z).sum()  # noqa: E731
    compare(ours, same_weights(ours, theirs), X, square, square, np.float64)


CONVOLUTIONS = [
    {},
    {"stride": (2, 1), "padding": (1, 2)},
    {"dilation": 2, "padding": 2, "bias": False},
    {"padding": "same", "dilation": (1, 2)},
    {"padding": "valid", "groups": 2, "stride": 3},
    {"groups": 4, "padding": 1},
]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("settings", CONVOLUTIONS, ids=str)
def test_convolutions_agree(settings, dtype):
    ours = nn.Conv2d(4, 8, (3, 2), **settings, dtype=dtype)
    theirs = torch.nn.Conv2d(4, 8, (3, 2), **settings)
    square = lambda z: (z * z).mean()  # noqa: E731
    compare(ours, same_weights(ours, theirs), PICTURES, square, square, dtype)
    settings = {k: v[-1] if isinstance(v, tuple) else v for k, v in settings.items()}
    ours, theirs = nn.Conv1d(4, 8, 3, **settings, dtype=dtype), torch.nn.Conv1d(4, 8, 3, **settings)
    compare(ours, same_weights(ours, theirs), SEQUENCES, square, square, dtype)


def test_ten_steps_of_a_network_for_pictures_are_the_same():
    def layers(of, flatten, dtype):
        return [
            *(of.Conv2d(4, 6, 3, padding="same", dtype=dtype), of.ReLU(), of.MaxPool2d(2)),
            *(of.Conv2d(6, 4, 2, groups=2, dtype=dtype), of.Tanh(), of.AdaptiveAvgPool2d((1, 2))),
            *(flatten, of.Linear(8, CLASSES, dtype=dtype)),
        ]

    ours = nn.Sequential(*layers(nn, lambda x: x.reshape(len(x), -1), np.float64))
    flatten = torch.nn.Flatten()
    theirs = torch.nn.Sequential(*layers(torch.nn, flatten, torch.float64))
    same_weights(ours, theirs)
    our_steps, their_steps = optim.SGD(ours, lr=0.3), torch.optim.SGD(theirs.parameters(), lr=0.3)
    x, y = np.concatenate([PICTURES, -PICTURES]), LABELS
    for _ in range(10):
        our_steps.zero_grad()
        their_steps.zero_grad()
        loss = nn.functional.cross_entropy(ours(x), y)
        their_loss = torch.nn.functional.cross_entropy(theirs(torch.tensor(x)), torch.tensor(y))
        near(loss.data, their_loss, np.float64)
        loss.backward()
        their_loss.backward()
        our_steps.step()
        their_steps.step()
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        near(p.data, q, np.float64)
