"""Outcomes without training, for the tests of everything that reads outcomes."""

from dataclasses import replace

import numpy as np

from tinygrad_course.data import Dataset
from tinygrad_course.demo.outcome import Curves, Environment, GradientCheck, Graph, Outcome

ENVIRONMENT = Environment("1.2.3", seed=7, python="3.x", numpy="2.x", platform="Any")
KEYS = ("breast_cancer", "cats_logistic", "cats_deep", "digits")


def four_outcomes():
    """One for each model of the demo, with its number of classes; names with markup in them."""
    return [
        made("breast_cancer", ["ill & <b>", 'well "x"'], 30, image_shape=None),
        made("cats_logistic", ["not a cat", "cat"], 784),
        made("cats_deep", ["not a cat", "cat"], 784),
        made("digits", list("0123456789"), 784),
    ]


def made(key, classes, features, image_shape=(28, 28), rows=40):
    rng = np.random.default_rng(KEYS.index(key))
    x = rng.random((rows, features), dtype=np.float32)
    y = np.arange(rows) % len(classes)
    data = Dataset(
        name=key,
        x_train=x,
        y_train=y,
        x_test=x,
        y_test=y,
        class_names=tuple(classes),
        scaling="none",
        source=f"nowhere <{key}>",
        feature_names=None if image_shape else tuple(f"feature {i}" for i in range(features)),
        image_shape=image_shape,
    )
    probabilities = rng.dirichlet(np.ones(len(classes)), rows)
    accuracy = float((probabilities.argmax(axis=1) == y).mean())
    return Outcome(
        key=key,
        title=f"Model <{key}>",
        dataset=data,
        architecture=f"{features} → {len(classes)}",
        training="by hand & with care",
        parameters=features * 1000,
        target=0.0,
        gradient_check=GradientCheck(3e-11, 1e-6, slopes=5, every_parameter=features < 100),
        curves=Curves(*(tuple(rng.random(6)) for _ in range(4))),
        train_accuracy=0.987,
        test_accuracy=accuracy,
        seconds=1.23456,
        train_rows=rows - 4,
        validation_rows=4,
        probabilities=probabilities,
        first_weights=rng.standard_normal((32, features)).astype(np.float32),
        graph=Graph(
            dot="digraph {}", svg='<svg width="100pt" height="40pt"><title>g</title></svg>'
        ),
    )


def without_dot(outcome):
    return replace(outcome, graph=Graph("digraph { a -> b }", None, "no dot; get <one>"))
