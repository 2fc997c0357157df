"""Players

`viz.player` makes a page that plays the forward and the backward pass. Use the space bar and the arrow
keys, or click on a part to read about it. A player is one file that needs no other.
"""

import numpy as np

import tinygrad_course as tg
import viz
from tinygrad_course import nn, optim

from ..models import Trained


def first_steps() -> viz.Player:
    """J = 3 (a + b c), step by step

    Values go forward, gradients come back; each operation passes a contribution to each operand.
    """
    a = tg.Tensor(5.0, requires_grad=True, name="a")
    b = tg.Tensor(3.0, requires_grad=True, name="b")
    c = tg.Tensor(2.0, requires_grad=True, name="c")
    J = 3 * (a + b * c)
    J.name = "J"
    return viz.player(J)


def in_training(flower: Trained) -> viz.Player:
    """A net of two layers, in training

    Five steps of gradient descent: forward, backward, and the weights change, in the graph and in the
    layers of neurons. Point at a unit or at a weight, and the graph shows where it is.
    """
    net = nn.MLP([2, 3, 1], "tanh", rng=0)
    sgd = optim.SGD(net, lr=0.5)
    x, y = flower.x_train[:4], flower.y_train[:4].astype(np.float32)

    def step():
        loss = nn.functional.binary_cross_entropy_with_logits(net(x), y)
        sgd.zero_grad()
        loss.backward()
        sgd.step()
        return loss

    return viz.player(step, steps=5, notation="course", network=net)


def deep_net(digits: Trained) -> viz.Player:
    """A deep net

    Twelve layers, folded at first. Open the ones that you want to see.
    """
    net = nn.MLP([784] + [16] * 11 + [10], "relu", rng=0)
    x, y = tg.Tensor(digits.x_train[:8], name="x"), digits.y_train[:8]

    def loss():
        J = nn.functional.cross_entropy(net(x), y)
        J.backward()
        return J

    return viz.player(loss)
