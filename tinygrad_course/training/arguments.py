"""The arguments of `fit` and `evaluate`, checked before any work is done.

Most mistakes are a class for its instance, a function that should have been called, or one thing where a list
of them is meant.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ..data.as_given import AsGiven
from ..data.datasets import Dataset
from ..data.pieces import Pieces
from ..errors import SettingError
from ..nn import Module
from ..nn.preparation import Preparation
from ..nn.settings import whole
from ..optim import Optimizer, schedules


def check_model(model: Any) -> None:
    """Raise SettingError unless it is a Module, made and not only named."""
    if isinstance(model, type):
        raise SettingError(
            f"model is the class {model.__name__}: make one, such as nn.MLP([784, 10])"
        )
    if not isinstance(model, Module):
        way_out = ": nn.Sequential(function) makes a model of a function" if callable(model) else ""
        raise SettingError(
            f"model is {_shown(model)}, not a model: give a Module, such as nn.MLP([784, 10])"
            f"{way_out}"
        )


def check_loss_function(loss: Any) -> None:
    """Raise SettingError unless it is a function of (prediction, target), or a Module that is one."""
    if isinstance(loss, type):
        raise SettingError(f"loss is the class {loss.__name__}: make one, nn.{loss.__name__}()")
    if isinstance(loss, Optimizer):
        raise SettingError("loss is an optimizer: the order is fit(model, loss, optimizer, x, y)")
    if not callable(loss):
        raise SettingError(
            f"loss is {_shown(loss)}: give a function of (prediction, target) that returns one number, "
            f"such as nn.MSELoss(), nn.BCEWithLogitsLoss() or nn.CrossEntropyLoss()"
        )


def check_optimizer_argument(optimizer: Any) -> None:
    """Raise SettingError unless it is an Optimizer, made and not only named."""
    if isinstance(optimizer, type):
        name = optimizer.__name__
        raise SettingError(f"optimizer is the class {name}: make one, optim.{name}(model, lr=0.01)")
    if not isinstance(optimizer, Optimizer):
        raise SettingError(
            f"optimizer is {_shown(optimizer)}: give an optimizer of the model, such as "
            f"optim.Adam(model, lr=0.01)"
        )


def rows_of(x: Any, y: Any, part: str) -> tuple[Any, Any]:
    """x and y of this part of a data set, "train" or "test"; what is no data set stays as it is.

    Raises: SettingError for a data set with targets beside it.
    """
    if not isinstance(x, Dataset):
        return x, y
    if y is not None:
        raise SettingError(
            f"x is the data set {x.name!r}, which has targets, and y is {_shown(y)}: leave y out, or give "
            f"dataset.x_{part} for x"
        )
    return getattr(x, f"x_{part}"), getattr(x, f"y_{part}")


def preparation_for(model: Module, x: Any) -> Preparation | None:
    """That of a data set, or at least the names of its classes; for arrays that of the model stays."""
    if not isinstance(x, Dataset):
        return model.preparation
    if x.preparation is None and x.class_names:
        return AsGiven(x.class_names)
    return x.preparation


def check_epochs(epochs: Any) -> None:
    """Raise SettingError unless it is an integer of 0 or more."""
    if isinstance(epochs, bool) or not isinstance(epochs, (int, np.integer)) or epochs < 0:
        raise SettingError(f"epochs={epochs!r}: must be a whole number, at least 0, such as 10")


def check_validation(validation: Any) -> None:
    """Raise SettingError unless it is a pair, a data set, pieces, or None."""
    if validation is None or isinstance(validation, (Dataset, Pieces)):
        return
    if validation is True:
        raise SettingError(
            "validation is True: give the rows, the pair (x, y), or the data set, whose test part it is then"
        )
    if not isinstance(validation, (tuple, list)):
        raise SettingError(
            f"validation is {_shown(validation)}: give the rows themselves, the pair (x, y). "
            f"data.stratified_split(y, test_fraction=0.2) returns the row numbers for both parts"
        )
    if len(validation) not in (2, 3):
        raise SettingError(
            f"validation has {len(validation)} parts: give the pair (x, y), or (x, y, sample_weight)"
        )


def check_schedule(schedule: Any, steps: int) -> None:
    """Raise SettingError unless it is a function from 0…1 to a factor, or None."""
    if schedule is None:
        return
    if example := schedules.example_of(schedule):
        raise SettingError(
            f"schedule is {schedule.__name__} itself, which makes schedules: call it, optim.{example}"
        )
    if isinstance(schedule, type) or not callable(schedule):
        raise SettingError(
            f"schedule is {_shown(schedule)}: give a function from the progress of training, 0 to 1, to a "
            f"factor for lr, such as optim.linear_decay()"
        )
    for step in sorted({0, steps // 2, max(steps - 1, 0)}):
        progress = step / max(steps, 1)
        factor = schedule(progress)
        if not is_number(factor) or not 0 <= float(factor) < math.inf:
            raise SettingError(
                f"schedule({progress:g}) is {_shown(factor)}: it must be a number, the factor for lr, at "
                f"least 0 and finite"
            )


def check_metrics(metrics: Any) -> None:
    """Raise SettingError unless it is a dictionary of functions with names of their own."""
    if not isinstance(metrics, Mapping):
        raise SettingError(
            f"metrics={_shown(metrics)}: must be 'auto' or a dictionary, e.g. {{'accuracy': accuracy}}"
        )
    for name, metric in metrics.items():
        if not isinstance(name, str):
            raise SettingError(f"metrics has the key {name!r}: the name of a metric is text")
        if name == "loss":
            raise SettingError(
                "metrics has the name 'loss', under which the loss itself is recorded: choose another name"
            )
        if isinstance(metric, type) or not callable(metric):
            raise SettingError(
                f"metrics[{name!r}] is {_shown(metric)}: must be a function "
                f"(predictions, targets) -> float of two arrays"
            )


def checked_accumulate(accumulate: Any, reduction: str | None) -> int:
    """How many batches make a step.

    Raises: SettingError unless it is a whole number of at least 1; and for more than 1 if the loss of several
    batches does not follow from theirs.
    """
    count = whole("accumulate", accumulate, 1)
    if count > 1 and reduction is None:
        raise SettingError(
            f"accumulate={count}: the loss is neither a mean nor a sum over rows, so that of {count} batches "
            f"does not follow from theirs: give a larger batch_size and accumulate=1"
        )
    return count


def check_clip_norm(clip_norm: Any) -> None:
    """Raise SettingError unless it is None or a number above 0."""
    if clip_norm is not None and not (is_number(clip_norm) and 0 < float(clip_norm) < math.inf):
        raise SettingError(
            f"clip_norm={_shown(clip_norm)}: must be above 0 and finite, such as 1.0, or None"
        )


def checked_callbacks(callbacks: Any, name: str = "callbacks") -> tuple[Callable[[Any], Any], ...]:
    """The callbacks as a tuple; None is none.

    Raises: SettingError for anything but functions.
    """
    if callbacks is None:
        return ()
    if isinstance(callbacks, type) or callable(callbacks):
        raise SettingError(f"{name} is one callback: give a list of them, [callback]")
    if isinstance(callbacks, str) or not isinstance(callbacks, Iterable):
        raise SettingError(f"{name} is {_shown(callbacks)}: give a list of functions, [callback]")
    found = tuple(callbacks)
    for i, callback in enumerate(found):
        if isinstance(callback, type):
            raise SettingError(
                f"{name[:-1]} {i} is the class {callback.__name__}: make one, {callback.__name__}()"
            )
        if not callable(callback):
            raise SettingError(
                f"{name[:-1]} {i} is {_shown(callback)}: must be a function of one argument"
            )
    return found


def is_number(value: Any) -> bool:
    """Whether it is one real number, Python's or NumPy's, or an array of no axes."""
    if isinstance(value, (bool, int, float)):
        return True
    return (
        isinstance(value, (np.generic, np.ndarray))
        and value.ndim == 0
        and value.dtype.kind in "fiub"
    )


def _shown(value: Any) -> str:
    """A value in a message: small ones as they are, of others the type."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if value is None or isinstance(value, (bool, int, float, str, np.generic)):
        return repr(value)
    article = "an" if type(value).__name__[:1].lower() in "aeiou" else "a"
    return f"{article} {type(value).__name__}"
