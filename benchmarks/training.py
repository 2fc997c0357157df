"""One training step (forward, cost, backward, update), from logistic regression to a large MLP."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from tinygrad_course import Tensor, nn, optim
from tinygrad_course.nn import functional as F

from . import handwritten
from .contest import Contest, Runner, repeated
from .handwritten import Array, Layers


@dataclass(frozen=True)
class Task:
    """A net, the shape of its data and how it is trained."""

    samples: int
    sizes: tuple[int, ...]
    activation: type[nn.Module]
    step_by_hand: Callable[..., Any]
    learning_rate: float
    adam: bool = False

    @property
    def classes(self) -> int:
        """The number of classes; 1 for a binary classification."""
        return self.sizes[-1]


TASKS = {
    "logistic": Task(209, (12288, 1), nn.ReLU, handwritten.logistic_regression_step, 1e-4),
    "planar": Task(400, (2, 4, 1), nn.Tanh, handwritten.planar_step, 1e-2),
    "deep": Task(209, (12288, 20, 7, 5, 1), nn.ReLU, handwritten.deep_step, 1e-3),
    "digits": Task(128, (784, 256, 128, 10), nn.ReLU, handwritten.classifier_step, 1e-3, adam=True),
    "large": Task(1024, (1024, 2048, 2048, 10), nn.ReLU, handwritten.classifier_step, 1e-2),
}


def data(task: Task) -> tuple[Array, Any]:
    """Inputs in [0, 1), like pixels, and random classes: integers, or a column of 0.0 and 1.0."""
    rng = np.random.default_rng(1)
    x = rng.random((task.samples, task.sizes[0]), dtype=np.float32)
    if task.classes == 1:
        return x, rng.integers(2, size=(task.samples, 1)).astype(np.float32)
    return x, rng.integers(task.classes, size=task.samples)


def initial_layers(task: Task) -> Layers:
    """Weights by He's initializer and biases of 0, the same for both sides."""
    rng = np.random.default_rng(2)
    layers = []
    for inputs, outputs in zip(task.sizes, task.sizes[1:]):
        w = rng.standard_normal((outputs, inputs), dtype=np.float32)
        w *= np.float32(np.sqrt(2 / inputs))
        layers.append((w, np.zeros(outputs, np.float32)))
    return layers


def ours(task: Task, x: Array, target: Any, layers: Layers) -> Runner:
    """The step as a user of the library writes it."""
    modules: list[nn.Module] = []
    for w, b in layers:
        linear = nn.Linear(w.shape[1], w.shape[0])
        linear.load_state_dict({"weight": w, "bias": b})
        modules += [linear, task.activation()]
    model = nn.Sequential(*modules[:-1])
    loss = F.binary_cross_entropy_with_logits if task.classes == 1 else F.cross_entropy
    make = optim.Adam if task.adam else optim.SGD
    optimizer = make(model.parameters(), lr=task.learning_rate)
    inputs, targets = Tensor(x), Tensor(target)

    def step() -> Any:
        optimizer.zero_grad()
        cost = loss(model(inputs), targets)
        cost.backward()
        optimizer.step()
        return cost

    return repeated(step)


def by_hand(task: Task, x: Array, target: Any, layers: Layers) -> Runner:
    """The step in NumPy; it changes `layers` in place."""
    if task.adam:
        update = handwritten.adam(layers, task.learning_rate)
    else:
        update = handwritten.gradient_descent(task.learning_rate)
    y = target if task.classes == 1 else np.eye(task.classes, dtype=np.float32)[target]
    return repeated(lambda: task.step_by_hand(x, y, layers, update))


def side(make: Callable[..., Runner], task: Task) -> Runner:
    """Set up a side with its own copies of data and weights."""
    return make(task, *data(task), initial_layers(task))


def contest(name: str, title: str, target: float) -> Contest:
    """The contest for a task of TASKS."""
    task = TASKS[name]
    return Contest(name, title, target, partial(side, ours, task), partial(side, by_hand, task))


# One training step each. The titles have the shape of the data, then the sizes of the layers.
BENCHMARKS = (
    contest("logistic", "logistic regression, (209, 12288)", target=1.05),
    contest("planar", "planar, (400, 2)-4-1, tanh", target=0.9),
    contest("deep", "deep, (209, 12288)-20-7-5-1", target=0.95),
    contest("digits", "digits, (128, 784)-256-128-10, Adam", target=0.75),
    contest("large", "large, (1024, 1024)-2048-2048-10", target=1.05),
)
