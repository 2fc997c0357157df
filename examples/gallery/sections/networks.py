"""Neurons and layers

`viz.network` draws a model as the course draws it on the blackboard: units in columns, and one line per
weight. A larger weight has a wider line, a negative one a dashed line. Point at a line to read its number.
"""

import viz
from tinygrad_course import nn

from ..models import Trained


def untrained() -> viz.NetworkDrawing:
    """A net before training

    Two inputs, one hidden layer, one output. The curve in a unit is its activation.
    """
    net = nn.MLP([2, 8, 1], "tanh", rng=0)
    return viz.network(net)


def trained(flower: Trained) -> viz.NetworkDrawing:
    """The same net, trained

    It started from the weights above and learned to tell the petals of a flower apart. The plots show
    how it divides the plane.
    """
    return viz.network(flower.model, input_names=["x", "y"], output_names=["other petal"])


def blackboard(flower: Trained) -> viz.NetworkDrawing:
    """As on the blackboard

    Without weights, in the course's notation and in black on white.
    """
    return viz.network(flower.model, weights=False, notation="course", theme="print")


def one_layer(tumours: Trained) -> viz.NetworkDrawing:
    """Logistic regression is a net of one layer

    Each of thirty measurements of a tumour has a weight. Layers of more than a dozen units are
    shortened.
    """
    return viz.network(tumours.model, output_names=[tumours.class_names[1]])


def deep(digits: Trained) -> viz.NetworkDrawing:
    """From pixels to digits

    784 inputs, 64 hidden units and ten outputs. The first and the last units of each layer are drawn.
    """
    return viz.network(digits.model, output_names=list("0123456789"))


def three_classes(spirals: Trained) -> viz.NetworkDrawing:
    """Two hidden layers

    Three outputs, one per arm of a spiral.
    """
    return viz.network(spirals.model, output_names=spirals.class_names)
