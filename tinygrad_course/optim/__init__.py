"""Optimizers and learning-rate schedules.

    optimizer = Adam(model, lr=1e-3)
    for x, y in batches(...):
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()

A schedule maps the progress of training, 0 to 1, to a factor of the learning rate.
"""

import typing

from .. import suggestions
from .adagrad import Adagrad
from .adam import Adam, AdamW
from .groups import ParameterGroup
from .optimizer import Optimizer
from .rmsprop import RMSprop
from .schedules import Schedule, constant, cosine_decay, linear_decay, warmup
from .sgd import SGD

__all__ = [
    "Optimizer",
    "SGD",
    "Adam",
    "AdamW",
    "RMSprop",
    "Adagrad",
    "ParameterGroup",
    "Schedule",
    "constant",
    "linear_decay",
    "cosine_decay",
    "warmup",
]

if not typing.TYPE_CHECKING:  # a checker would believe that every name exists
    __getattr__ = suggestions.for_module(__name__)
