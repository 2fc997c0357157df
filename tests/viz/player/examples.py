"""Graphs that are played in the tests, and what a page shows of them."""

import numpy as np

import tinygrad_course as tg
from tinygrad_course import nn, optim
from tinygrad_course.nn import functional

XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)


def named(name, tensor):
    tensor.name = name
    return tensor


def leaves(**values):
    return [tg.Tensor(v, requires_grad=True, name=name) for name, v in values.items()]


def expression(a, b, c):
    """J = 3 a (a + b c), in which two ways lead to a."""
    u = named("u", b * c)
    v = named("v", a + u)
    w = named("w", a * v)
    return named("J", 3 * w)


def xor_training(seed=0):
    """A function that makes one step of training on XOR, and the model."""
    model = nn.MLP([2, 4, 1], activation="tanh", rng=np.random.default_rng(seed))
    adam = optim.Adam(model.parameters(), lr=0.1)
    x, y = tg.Tensor(XOR, name="x"), np.array([0, 1, 1, 0], dtype=np.float32)

    def step():
        loss = named("loss", functional.binary_cross_entropy_with_logits(model(x), y))
        adam.zero_grad()
        loss.backward()
        adam.step()
        return loss

    return step, model


def deep_net():
    """A function that computes the loss of a net of twelve layers."""
    model = nn.MLP([20, *[24] * 11, 1], rng=np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(8, 20)).astype(np.float32)
    y = (np.arange(8) % 2).astype(np.float32)
    return lambda: named("loss", functional.binary_cross_entropy_with_logits(model(x), y))
