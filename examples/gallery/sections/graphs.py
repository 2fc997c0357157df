"""Computational graphs

`viz.draw` draws what a result was computed from. Boxes with sharp corners are leaves, sheets with a
folded corner are constants, ellipses are operations, and boxes with round corners are their results.
Point at anything to read its formula and its rule.
"""

import numpy as np

import tinygrad_course as tg
import viz
from tinygrad_course import nn

from ..models import Trained


def expression() -> viz.Drawing:
    """The course's first graph

    J = 3 (a + b c). There was no backward pass yet, so no gradient is known: "–".
    """
    a = tg.Tensor(5.0, requires_grad=True, name="a")
    b = tg.Tensor(3.0, requires_grad=True, name="b")
    c = tg.Tensor(2.0, requires_grad=True, name="c")
    J = 3 * (a + b * c)
    J.name = "J"
    return viz.draw(J)


def after_backward() -> viz.Drawing:
    """The same graph, after backward()

    Every box has its gradient: how fast J grows if the number in the box grows. b is multiplied by 2
    and then by 3, so J grows 6 times as fast as b.
    """
    a = tg.Tensor(5.0, requires_grad=True, name="a")
    b = tg.Tensor(3.0, requires_grad=True, name="b")
    c = tg.Tensor(2.0, requires_grad=True, name="c")
    J = 3 * (a + b * c)
    J.name = "J"
    J.backward()
    return viz.draw(J)


def used_twice() -> viz.Drawing:
    """A value that is used twice

    Two arrows leave w. Its gradient is the sum of the contributions that come back along both.
    """
    w = tg.Tensor([1.0, -2.0], requires_grad=True, name="w")
    loss = (w * np.tanh(w)).sum()
    loss.backward()
    return viz.draw(loss, names={w: "w, used twice", loss: "loss"})


def broadcasting() -> viz.Drawing:
    """Broadcasting

    The bias is stretched over the rows, and the scale over everything: dashed arrows show along which
    axes. The forward pass stretches an operand, and the backward pass sums its gradient.
    """
    x = tg.Tensor(np.arange(6.0).reshape(3, 2), name="x")
    scale = tg.Tensor(0.5, requires_grad=True, name="scale")
    bias = tg.Tensor([1.0, -1.0], requires_grad=True, name="bias")
    loss = np.mean((x * scale + bias) ** 2)
    loss.backward()
    return viz.draw(loss)


def function_of_numpy() -> viz.Drawing:
    """A function of NumPy arrays

    Give a function and its arguments; its parameters become the leaves.
    """

    def distance(p, q):
        return np.sqrt(np.sum((p - q) ** 2))

    return viz.draw(distance, inputs=([1.0, 2.0], [4.0, 6.0]))


def several_outputs() -> viz.Drawing:
    """Several outputs

    Two results share a part of the graph, which is drawn once. Outputs have a double line.
    """
    x = tg.Tensor([1.0, 4.0, 2.0], requires_grad=True, name="x")
    mean = x.mean()
    spread = np.sqrt(((x - mean) ** 2).mean())
    return viz.draw([mean, spread], names={mean: "mean", spread: "spread"})


def second_derivative() -> viz.Drawing:
    """The graph of a gradient

    With `create_graph=True` the backward pass is recorded like any other computation. This is the
    graph of d(x³)/dx, which can be differentiated again.
    """
    x = tg.Tensor(2.0, requires_grad=True, name="x")
    (x**3).backward(create_graph=True)
    slope = x.grad
    return viz.draw(slope, names={slope: "3 x²"})


def everything() -> viz.Drawing:
    """What it costs

    With `detail="everything"` each operation shows how many floating-point operations it takes, and
    how many bytes it keeps for the backward pass.
    """
    x = tg.Tensor(np.ones((32, 30)), name="x")
    w = tg.Tensor(np.full((30, 8), 0.1), requires_grad=True, name="w")
    b = tg.Tensor(np.zeros(8), requires_grad=True, name="b")
    return viz.draw(np.tanh(x @ w + b).mean(), detail="everything")


def from_the_top() -> viz.Drawing:
    """From the top to the bottom, for print

    `direction="TB"` suits a page in portrait format, and the theme "print" needs no colours.
    """
    z = tg.Tensor([2.0, 1.0, 0.1], requires_grad=True, name="z")
    p = np.exp(z) / np.exp(z).sum()
    return viz.draw(p, direction="TB", theme="print", names={p: "softmax z"})


def dark() -> viz.Drawing:
    """On a dark page

    Drawings follow the reader's settings. The theme "dark" is always dark.
    """
    z = tg.Tensor([0.5, -0.5], requires_grad=True, name="z")
    loss = tg.sigmoid(z).prod()
    loss.backward()
    return viz.draw(loss, theme="dark", names={loss: "loss"})


def heat_maps(digits: Trained) -> viz.Drawing:
    """Large arrays, with watch

    A graph keeps the numbers of small arrays only. Within `viz.watch()` it also keeps statistics of
    large ones, here in a net that reads handwritten digits: blue is positive, orange negative.
    """
    x, y = tg.Tensor(digits.x_held_out[:16], name="x"), tg.Tensor(digits.y_held_out[:16], name="y")
    digits.model.zero_grad()
    with viz.watch():
        loss = nn.CrossEntropyLoss()(digits.model(x), y)
        loss.backward()
    return viz.draw(loss, detail="values", direction="TB", names={loss: "loss"})
