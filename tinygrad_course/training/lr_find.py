"""`lr_find`: tries learning rates from small to large: where the loss falls, and where it explodes."""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data import batches
from ..data.batching import generator
from ..engine.grad_mode import enable_grad
from ..errors import SettingError
from ..nn import Module
from ..nn.data_checks import checked_inputs, checked_rows
from ..nn.settings import whole
from ..optim import Optimizer
from ..optim.settings import not_negative
from ..tensor import Tensor
from . import arguments
from .checks import check_optimizer, dry_run
from .reduction import LossFunction

_EXPLODED = 4.0
"""The search ends where the smoothed loss is so many times what it has fallen from, as in fastai."""


@dataclass(repr=False)
class RateSearch:
    """What `lr_find` found: the loss of a batch for each learning rate, and its smoothed course.

    viz.learning_rates(found) draws it.
    """

    lr: list[float]
    """The rates, from small to large."""
    loss: list[float]
    """The loss of the batch before the step with that rate."""
    smoothed: list[float]
    """The mean of the losses so far, in which earlier ones count less."""

    @property
    def suggestion(self) -> float:
        """The rate at which the smoothed loss falls fastest along the logarithm of the rate.

        Only rates below that of the smallest loss count. Where the loss falls nowhere it is the first one.
        """
        lowest = int(np.argmin(self.smoothed))
        if lowest < 1:
            return self.lr[0]
        slopes = np.diff(self.smoothed[: lowest + 1]) / np.diff(np.log(self.lr[: lowest + 1]))
        return self.lr[int(np.argmin(slopes))]

    @property
    def exploded(self) -> bool:
        """Whether the last loss was far above the first, or not finite."""
        return not math.isfinite(self.loss[-1]) or _is_exploded(self.smoothed)

    def __repr__(self) -> str:
        return (
            f"RateSearch({len(self.lr)} rates from {self.lr[0]:.1e} to {self.lr[-1]:.1e}, "
            f"suggestion {self.suggestion:.2g})"
        )


@enable_grad()
def lr_find(
    model: Module,
    loss: LossFunction,
    optimizer: Optimizer,
    x: Any,
    y: Any = None,
    *,
    batch_size: int,
    low: float = 1e-6,
    high: float = 10.0,
    steps: int = 100,
    smoothing: float = 0.9,
    rng: np.random.Generator | int | None = 0,
) -> RateSearch:
    """Take steps on batches with rates that grow from `low` to `high` by a constant factor.

    x may be a `data.Dataset`, without y: its training rows are meant.

    It ends early where the smoothed loss explodes. Model, optimizer and gradients are afterwards what they
    were before. The smoothed loss is the mean of the losses so far, in which the k-th before the last one
    counts smoothing to the power k. Groups with rates of their own keep their ratio to the optimizer's.

    Raises: SettingError unless 0 < low < high, and what `fit` raises of its arguments.

    Source: Smith, "Cyclical learning rates for training neural networks", 2017, section 3.3.
    """
    arguments.check_model(model)
    arguments.check_loss_function(loss)
    arguments.check_optimizer_argument(optimizer)
    first, last = not_negative("low", low), not_negative("high", high)
    if not 0 < first < last:
        raise SettingError(f"low={low!r}, high={high!r}: must be above 0, and low below high")
    share = not_negative("smoothing", smoothing, below=1)
    number = whole("steps", steps, least=2)
    order = generator(rng)
    x, y = arguments.rows_of(x, y, "train")
    inputs = checked_inputs("x", x, model)
    targets = checked_rows("y", y, len(inputs))
    dry_run(model, loss, inputs, targets)
    check_optimizer(model, optimizer)
    rows = _endless(inputs, targets, batch_size, order)
    found = RateSearch([], [], [])
    average = weight = 0.0
    ratios = [
        float(group.lr) / optimizer.lr if optimizer.lr else 1.0 for group in optimizer.param_groups
    ]
    with _restored(model, optimizer), model.in_mode(training=True):
        optimizer.follow(None)
        for step in range(number):
            rate = first * (last / first) ** (step / (number - 1))
            for group, ratio in zip(optimizer.param_groups, ratios, strict=True):
                group.lr[...] = rate * ratio
            batch_x, batch_y = next(rows)
            optimizer.zero_grad()
            with np.errstate(all="ignore"):
                cost = loss(model(Tensor(batch_x, name="x")), Tensor(batch_y, name="y"))
                value = float(cost.data)
                average = share * average + (1 - share) * value
                weight = share * weight + (1 - share)
                found.lr.append(rate)
                found.loss.append(value)
                found.smoothed.append(average / weight)
                if found.exploded:
                    break
                cost.backward()
                optimizer.step()
    return _finite(found)


def _is_exploded(smoothed: list[float]) -> bool:
    lowest, highest = min(smoothed), smoothed[-1]
    return highest - lowest > (_EXPLODED - 1) * max(abs(lowest), abs(smoothed[0]) / _EXPLODED)


def _finite(found: RateSearch) -> RateSearch:
    """The search without a last loss that is not finite, which no plot could show.

    Raises: SettingError if none is left.
    """
    if not math.isfinite(found.loss[-1]):
        for figures in (found.lr, found.loss, found.smoothed):
            figures.pop()
    if not found.lr:
        raise SettingError(
            "the loss is not finite before the first step: train with fit(…), whose error says why"
        )
    return found


def _endless(
    x: NDArray[Any], y: NDArray[Any], batch_size: int, order: np.random.Generator | None
) -> Iterator[tuple[NDArray[Any], ...]]:
    while True:
        yield from batches(x, y, batch_size=batch_size, rng=order, join_single=True)


class _restored:
    """Model and optimizer, to be what they were at the end of a `with` block."""

    def __init__(self, model: Module, optimizer: Optimizer) -> None:
        self._model, self._optimizer = model, optimizer

    def __enter__(self) -> None:
        optimizer = self._optimizer
        self._weights = self._model.state_dict()
        self._own = [p._data.copy() for p in optimizer.params]
        self._gradients = [p._grad for p in optimizer.params]
        self._state = optimizer.state_dict()
        self._follows = optimizer._rate.schedule, optimizer._rate.cycle, optimizer._rate.is_pending
        self._last = optimizer._rate.last
        self._hooks = optimizer._after_step
        optimizer._after_step = {}

    def __exit__(self, *error: object) -> None:
        optimizer, rate = self._optimizer, self._optimizer._rate
        self._model.load_state_dict(self._weights)
        for p, values, gradient in zip(optimizer.params, self._own, self._gradients, strict=True):
            p._replace_data(values)
            p.grad = gradient
        state = optimizer._state()
        for name, value in self._state.items():
            state[name][...] = value
        rate.schedule, rate.cycle, rate.is_pending = self._follows
        rate.last = self._last
        optimizer._after_step = self._hooks
