"""One experiment: load the data, check the gradients, train, predict the test rows, draw the cost."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import viz

from ..data import Dataset, stratified_split
from ..errors import DrawingError
from ..nn import Classifier, Module
from ..nn.losses import Loss
from ..optim import SGD, linear_decay
from ..tensor import Tensor
from ..training import History, evaluate, fit
from .gradients import check_gradients
from .outcome import Curves, GradientCheck, Graph, Outcome
from .recipes import Recipe
from .wording import percent, scientific, seconds, thousands

VALIDATION_FRACTION = 0.1
"""The part of the training rows that is kept for validation."""

CHECKED_ROWS = 8
"""The number of rows with which the gradient of the cost is checked."""

DRAWN_ROWS = 4
"""The number of rows for which the graph of the cost is drawn: few, so that their values fit in."""

Say = Callable[[str, str], None]
"""Called with the name of a step and its result, as soon as it is done."""


@dataclass(frozen=True, eq=False)
class _Rows:
    """The training rows, divided into those to train on and those for validation."""

    x: NDArray[np.float32]
    y: NDArray[np.int64]
    x_validation: NDArray[np.float32]
    y_validation: NDArray[np.int64]


def experiment(recipe: Recipe, seed: int, say: Say) -> Outcome:
    """Train the model of a recipe, and return everything that the report shows of it.

    Raises: GradientCheckError if a gradient is wrong; KeyboardInterrupt if the training was interrupted.
    """
    # Each purpose has its own stream of random numbers, so that no part changes what another draws.
    initial, order, sampling = np.random.default_rng(seed).spawn(3)
    dataset = recipe.load()
    rows = _divided(dataset)
    loss = recipe.loss()

    check = _check(recipe, dataset, sampling)
    what = "all" if check.every_parameter else "sampled"
    say("gradients", f"off by {scientific(check.error)} in {check.slopes} slopes ({what})")

    model = recipe.model(initial)
    history = _train(recipe, model, rows, order)
    say("training", f"{thousands(model.num_parameters())} parameters, {seconds(history.seconds)}")

    drawn = _spread(dataset, DRAWN_ROWS)
    outcome = Outcome(
        key=recipe.key,
        title=recipe.title,
        dataset=dataset,
        architecture=recipe.architecture,
        training=recipe.training,
        parameters=model.num_parameters(),
        target=recipe.target,
        gradient_check=check,
        curves=_curves(history),
        train_accuracy=evaluate(model, rows.x, rows.y)["accuracy"],
        test_accuracy=evaluate(model, dataset.x_test, dataset.y_test)["accuracy"],
        seconds=history.seconds,
        train_rows=len(rows.y),
        validation_rows=len(rows.y_validation),
        probabilities=_probabilities(model, dataset.x_test),
        first_weights=np.array(next(p.data for p in model.parameters() if p.ndim == 2)),
        graph=draw_cost(model, loss, dataset.x_train[drawn], dataset.y_train[drawn]),
    )
    goal = f"goal {percent(recipe.target, 0)}"
    verdict = "reached" if outcome.reached_target else "MISSED"
    say("test rows", f"{percent(outcome.test_accuracy)} right ({goal}: {verdict})")
    return outcome


def _divided(dataset: Dataset) -> _Rows:
    y = dataset.y_train
    train, validation = stratified_split(y, test_fraction=VALIDATION_FRACTION, seed=0)
    x = dataset.x_train
    return _Rows(x[train], y[train], x[validation], y[validation])


def _check(recipe: Recipe, dataset: Dataset, rng: np.random.Generator) -> GradientCheck:
    few = _spread(dataset, CHECKED_ROWS)
    x = Tensor(dataset.x_train[few].astype(np.float64), name="x")
    y = Tensor(dataset.y_train[few], name="y")
    loss = recipe.loss()

    def cost(model: Module) -> Tensor:
        value: Tensor = loss(model(x), y)
        return value

    return check_gradients(recipe.model(rng, dtype=np.float64), cost, rng)


def _spread(dataset: Dataset, count: int) -> NDArray[np.int64]:
    """This many training rows, of as many classes as possible."""
    by_class = np.argsort(dataset.y_train, kind="stable")
    return by_class[np.linspace(0, len(by_class) - 1, count).astype(np.int64)]


def _train(recipe: Recipe, model: Classifier, rows: _Rows, rng: np.random.Generator) -> History:
    optimizer = SGD(
        model,
        lr=recipe.lr,
        momentum=recipe.momentum,
        weight_decay=recipe.weight_decay,
        decay_biases=False,
    )
    history = fit(
        model,
        recipe.loss(),
        optimizer,
        rows.x,
        rows.y,
        epochs=recipe.epochs,
        batch_size=recipe.batch_size,
        validation=(rows.x_validation, rows.y_validation),
        schedule=linear_decay(),
        rng=rng,
    )
    if history.interrupted:  # a half-trained model is of no use here
        raise KeyboardInterrupt
    return history


def _curves(history: History) -> Curves:
    return Curves(
        train_cost=tuple(history.train["loss"]),
        validation_cost=tuple(history.validation["loss"]),
        train_accuracy=tuple(history.train["accuracy"]),
        validation_accuracy=tuple(history.validation["accuracy"]),
    )


def _probabilities(model: Classifier, x: NDArray[np.float32]) -> NDArray[np.float64]:
    p = model.predict_proba(x).astype(np.float64)
    return np.stack([1 - p, p], axis=1) if p.ndim == 1 else p


def draw_cost(model: Module, loss: Loss, x: NDArray[Any], labels: NDArray[Any]) -> Graph:
    """The graph of the cost of these rows, after its backward pass.

    The gradients of the model are None afterwards. Without a `dot` there is only the DOT source.
    """
    logits = model(Tensor(x, name="x"))
    # In the dtype that the loss computes in: else it converts them, and the name is lost.
    y = Tensor(labels.astype(logits.dtype) if logits.ndim == 1 else labels, name="y")
    cost = loss(logits, y)
    cost.name = "cost J"
    model.zero_grad()
    cost.backward()
    drawing = viz.draw(cost, direction="TB")
    model.zero_grad()
    try:
        return Graph(drawing.dot, drawing.svg())
    except DrawingError as error:
        return Graph(drawing.dot, None, str(error))
