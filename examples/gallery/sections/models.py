"""Models

The operations of a model are drawn in frames, one per layer, and so are blocks under `tg.scope`.
Frames fold into boxes: to a depth, by name, or automatically if a graph is too large.
"""

import numpy as np

import tinygrad_course as tg
import viz
from tinygrad_course import nn

from ..models import Trained


def logistic_regression(tumours: Trained) -> viz.Drawing:
    """Logistic regression on real data

    Four tumours, thirty measurements of each, and weights that were trained. The loss is one
    operation, whose derivative is the σ(z) − y of the course.
    """
    x, y = tumours.x_held_out[:4], tumours.y_held_out[:4].astype(np.float32)
    z = tumours.model(tg.Tensor(x, name="x"))
    J = nn.BCEWithLogitsLoss()(z, tg.Tensor(y, name="y"))
    tumours.model.zero_grad()
    J.backward()
    return viz.draw(J, names={J: "J"})


def course_notation() -> viz.Drawing:
    """In the course's notation

    z⁽¹⁾, a⁽¹⁾, ŷ: the arrays of a net with one hidden layer have the names of the lectures.
    """
    net = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Tanh(), nn.Linear(3, 1, rng=1), nn.Sigmoid())
    x = np.array([[1.0, 2.0]], np.float32)
    return viz.draw(net, inputs=x, notation="course", direction="TB")


def deep_by_layers() -> viz.Drawing:
    """Twelve layers at depth 1

    Equal layers in a row become one box, with their number.
    """
    net = nn.MLP([64] + [32] * 11 + [1], "tanh", rng=0)
    x = np.random.default_rng(0).normal(size=(8, 64)).astype(np.float32)
    return viz.draw(net, inputs=x, depth=1, direction="TB")


def deep_as_one_box() -> viz.Drawing:
    """The same at depth 0

    The whole model is one box with its shapes and the number of its parameters.
    """
    net = nn.MLP([64] + [32] * 11 + [1], "tanh", rng=0)
    x = np.random.default_rng(0).normal(size=(8, 64)).astype(np.float32)
    return viz.draw(net, inputs=x, depth=0)


def collapsed() -> viz.Drawing:
    """Some frames folded

    `collapse` folds frames at any depth: by path, by the name of a block, or, as here, by class.
    """

    class Residual(nn.Module):
        def __init__(self, n):
            self.inner = nn.Sequential(nn.Linear(n, n, rng=0), nn.ReLU(), nn.Linear(n, n, rng=1))

        def forward(self, x):
            return x + self.inner(x)

    net = nn.Sequential(nn.Linear(3, 4, rng=2), Residual(4), nn.Linear(4, 1, rng=3))
    return viz.draw(net, inputs=np.ones((2, 3), np.float32), collapse="Residual")


def scopes() -> viz.Drawing:
    """Blocks with names of your own

    The operations in `with tg.scope("name")` are drawn in a frame with that name.
    """
    x = tg.Tensor([[1.0, 2.0], [-3.0, 1.0]], name="x")
    w = tg.Tensor([0.5, -0.3], requires_grad=True, name="w")
    with tg.scope("prediction"):
        p = tg.sigmoid(x @ w)
    with tg.scope("loss"):
        loss = -np.log(p).mean()
    with tg.scope("penalty"):
        penalty = 0.1 * (w**2).sum()
    return viz.draw(loss + penalty, detail="shapes")


def too_long() -> viz.Drawing:
    """A chain of ten thousand operations

    A graph that is too large to read is folded automatically, and the drawing says so.
    """
    x = tg.Tensor(np.ones(3), requires_grad=True, name="x")
    y = x
    for _ in range(5000):
        y = np.sin(y) * 1.001
    return viz.draw(y, names={y: "y"})
