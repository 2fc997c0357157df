"""One experiment: load the data, check the gradients, train, and ask for the test rows once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..data import Dataset, stratified_split
from ..nn import Classifier, Module
from ..optim import SGD, linear_decay
from ..tensor import Tensor
from ..training import History, evaluate, fit
from .gradients import check_gradients
from .graphs import draw_cost
from .outcome import Curves, GradientCheck, Outcome
from .recipes import Recipe
from .wording import percent, scientific, seconds, thousands

VALIDATION_SHARE = 0.1
"""This part of the training rows is not trained on, but watched."""

CHECKED_ROWS = 8
"""The gradient of the cost of so many rows is checked."""

DRAWN_ROWS = 4
"""The graph of the cost of so many rows is drawn: few, so that their values have room in it."""

Say = Callable[[str, str], None]
"""Called with what was done and what came of it, as soon as it is known."""


@dataclass(frozen=True, eq=False)
class _Rows:
    """The training rows, in the two parts that they play."""

    x: NDArray[np.float32]
    y: NDArray[np.int64]
    x_validation: NDArray[np.float32]
    y_validation: NDArray[np.int64]


def experiment(recipe: Recipe, seed: int, say: Say) -> Outcome:
    """Make the model of a recipe and report on it.

    Raises: GradientCheckError if backpropagation is wrong; KeyboardInterrupt if the training was
    interrupted.
    """
    # A stream of random numbers of its own for each purpose: no part changes what another draws.
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
    train, validation = stratified_split(y, test_fraction=VALIDATION_SHARE, seed=0)
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
    """So many training rows with classes as different as can be."""
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
