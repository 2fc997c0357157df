"""Optimizers and learning-rate schedules.

    optimizer = Adam(model, lr=1e-3)
    for x, y in batches(...):
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()

A schedule maps the progress of training, 0 to 1, to a factor of the learning rate. `Plateau` changes the rate
by a figure, `WeightAverage` averages weights, `clip_grad_norm_` shortens gradients.
"""

import typing

from .. import suggestions
from ..nn.utils import clip_grad_norm_, clip_grad_value_
from .adagrad import Adagrad
from .adam import Adam, AdamW
from .average import WeightAverage
from .cycles import cosine_restarts, one_cycle
from .groups import ParameterGroup
from .optimizer import Optimizer
from .plateau import Plateau
from .rmsprop import RMSprop
from .schedules import (
    Schedule,
    constant,
    cosine_decay,
    exponential_decay,
    inverse_decay,
    linear_decay,
    multi_step_decay,
    polynomial_decay,
    step_decay,
    warmup,
)
from .sgd import SGD

__all__ = [
    "Optimizer",
    "ParameterGroup",
    "SGD",
    "Adam",
    "AdamW",
    "RMSprop",
    "Adagrad",
    "Schedule",
    "constant",
    "linear_decay",
    "polynomial_decay",
    "exponential_decay",
    "inverse_decay",
    "step_decay",
    "multi_step_decay",
    "cosine_decay",
    "cosine_restarts",
    "one_cycle",
    "warmup",
    "Plateau",
    "WeightAverage",
    "clip_grad_norm_",
    "clip_grad_value_",
]

if not typing.TYPE_CHECKING:  # a checker would believe that every name exists
    __getattr__ = suggestions.for_module(__name__)
