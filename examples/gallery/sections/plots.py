"""Plots

What a net computes, how it learns, and whether its gradients are right: the course's pictures, with
matplotlib. Each function returns a Figure, and draws on your own axes if you pass some.
"""

import numpy as np
from matplotlib.figure import Figure

import tinygrad_course as tg
import viz
from tinygrad_course import nn, optim
from tinygrad_course.testing import gradcheck

from ..models import Trained


def activations() -> Figure:
    """Activation functions and their derivatives

    Where a function is flat it is saturated: it passes almost no gradient, and the weights before it stop
    learning. ReLU saturates on one side only, so nets with it learn faster.

    Seen: four activation functions, each with its derivative below it. Sigmoid and tanh are shaded on
    both sides of zero, relu on the left, and gelu hardly.
    """
    return viz.activation("sigmoid", "tanh", "relu", "gelu")


def two_classes(flower: Trained) -> Figure:
    """How a net divides the plane

    A paler colour is less certain. On the line both classes are equally probable.

    Seen: points in the six petals of a flower, in two classes by turns, on a ground coloured by what the
    net says of it. A line separates the petals.
    """
    return viz.decision_boundary(
        flower.model, flower.x_held_out, flower.y_held_out, class_names=flower.class_names
    )


def three_arms(spirals: Trained) -> Figure:
    """Three classes

    The most probable class gives the colour. Classes differ by their markers as well.

    Seen: points on three arms of a spiral, each arm on a ground of its own colour.
    """
    return viz.decision_boundary(
        spirals.model, spirals.x_held_out, spirals.y_held_out, class_names=spirals.class_names
    )


def learning(cats: Trained) -> Figure:
    """How a net learns

    Is it a cat? The solid line is for the silhouettes that the net learns from, the dashed line for
    others. Where they separate, the net begins to memorise its training data.

    Seen: the loss falls and the accuracy rises over the epochs, in training further than in validation.
    """
    return viz.learning_curve(cats.history)


def optimisers(flower: Trained) -> Figure:
    """Runs compared

    Several histories are drawn in one plot, with their names.

    Seen: three falling curves of the loss, one each for SGD, SGD with momentum, and Adam.
    """
    histories = {}
    for name, optimiser, options in [
        ("SGD", optim.SGD, {"lr": 0.1}),
        ("momentum", optim.SGD, {"lr": 0.1, "momentum": 0.9}),
        ("Adam", optim.Adam, {"lr": 0.01}),
    ]:
        net = nn.MLP([2, 8, 1], "tanh", rng=0)
        histories[name] = tg.fit(
            net,
            nn.BCEWithLogitsLoss(),
            optimiser(net, **options),
            flower.x_train,
            flower.y_train,
            epochs=30,
            batch_size=40,
        )
    return viz.learning_curve(histories, metrics=["loss"])


def rates(flower: Trained) -> Figure:
    """Which learning rate

    The rate grows from batch to batch. A good one is where the loss falls fastest, well before it explodes.

    Seen: losses as dots and a line through them against the rate, flat, then falling, with a marked point.
    """
    net = nn.MLP([2, 8, 1], "tanh", rng=0)
    found = tg.training.lr_find(
        net,
        nn.BCEWithLogitsLoss(),
        optim.Adam(net),
        flower.x_train,
        flower.y_train,
        batch_size=40,
    )
    return viz.learning_rates(found)


def confusion(digits: Trained) -> Figure:
    """Which digits are confused

    Each row is a true digit, each column a prediction. Blue is right, and every mistake is visible.

    Seen: a table of ten rows and ten columns, with large counts on its diagonal and few beside it.
    """
    return viz.confusion(digits.y_held_out, digits.model.predict(digits.x_held_out))


def vanishing() -> Figure:
    """Gradients that vanish

    Eight layers of sigmoid. In the backward pass each layer leaves at most a quarter of the gradient, so
    the first layers learn almost nothing.

    Seen: the size of the gradient, layer by layer, on a logarithmic scale. From the last layer to the
    first it shrinks by many orders of magnitude.
    """
    net = nn.MLP([4] + [16] * 7 + [1], "sigmoid", rng=0)
    x = np.random.default_rng(0).normal(size=(64, 4)).astype(np.float32)
    (net(x) ** 2).mean().backward()
    return viz.gradient_flow(net)


def flowing() -> Figure:
    """Gradients that flow

    The same net with ReLU and He's initializer, which keeps gradients at the same size.

    Seen: the size of the gradient, layer by layer, on a logarithmic scale: it stays about the same.
    """
    net = nn.MLP([4] + [16] * 7 + [1], "relu", rng=0)
    x = np.random.default_rng(0).normal(size=(64, 4)).astype(np.float32)
    (net(x) ** 2).mean().backward()
    return viz.gradient_flow(net)


def right_gradient() -> Figure:
    """A gradient that is right

    Read it from the right: the error of a numerical derivative falls with the step, until rounding errors
    are larger.

    Seen: the error falls along a straight line as the step shrinks, and rises again below a certain
    step. The complex step falls on and stays at the smallest error.
    """
    report = gradcheck(lambda x: np.exp(np.sin(x)), np.array([0.7]))
    return viz.gradcheck(report)


def wrong_gradient() -> Figure:
    """A gradient that is wrong

    The rule of this cube says 2 x² instead of 3 x². No step makes the error small.

    Seen: the error levels out far above what is allowed, whatever the step.
    """

    @tg.custom_vjp(signature="()->()")
    def cube(x):
        return x**3

    cube.vjp(x=lambda g, x: g * 2 * x**2)
    report = gradcheck(cube, np.array([0.7]), raises=False)
    return viz.gradcheck(report)
