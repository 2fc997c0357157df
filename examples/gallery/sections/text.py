"""Drawings in text

The same graphs as text, without Graphviz.
"""

import numpy as np

import tinygrad_course as tg
import viz
from tinygrad_course import nn


def tree() -> str:
    """A tree for the terminal

    Each result, with its operands below it.
    """
    w = tg.Tensor([0.5, -1.0], requires_grad=True, name="w")
    x = tg.Tensor([1.0, 2.0], name="x")
    loss = np.log1p(np.exp(-(w * x).sum())) + 0.1 * (w * w).sum()
    loss.backward()
    return viz.draw(loss, names={loss: "loss"}).text()


def mermaid() -> str:
    """A flowchart for Markdown

    GitHub draws it where it stands in a Markdown code block with the language mermaid.
    """
    net = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Tanh(), nn.Linear(3, 1, rng=1))
    return viz.draw(net, inputs=np.ones((4, 2), np.float32), depth=1).mermaid()


def dot() -> str:
    """DOT, for Graphviz and its relatives

    The source of the pictures, if you want another layout or other styles.
    """
    x = tg.Tensor(2.0, requires_grad=True, name="x")
    return viz.draw(x * x).dot
