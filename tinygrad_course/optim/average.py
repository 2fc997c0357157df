"""`WeightAverage`: a moving average of a model's weights, which often predicts better than the last ones."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..errors import SettingError
from ..nn.module import Module
from ..nn.settings import is_number, shown
from ..nn.state import checked_state
from ..primitive import Array
from .chunks import working_dtype
from .optimizer import Optimizer
from .settings import not_negative


class WeightAverage:
    """θ̄ ← d θ̄ + (1 − d) θ after every step; the first update copies θ

        average = WeightAverage(model, decay=0.999)
        fit(…, step_callbacks=[average])        # in loops of your own: average.follow(optimizer)
        with average.applied():
            evaluate(model, x, y)

    d is `decay`: the average is over some 1 / (1 − d) steps. Parameters of half precision are averaged in
    float32. PyTorch's `AveragedModel` with `get_ema_multi_avg_fn(decay)`.

    Raises: SettingError unless 0 ≤ decay < 1.
    """

    def __init__(self, model: Module, decay: float = 0.999) -> None:
        if not isinstance(model, Module):
            raise SettingError(f"model={shown(model)}: give the model whose weights are averaged")
        if not is_number(decay) or not 0 <= decay < 1:
            raise SettingError(
                f"decay={shown(decay)}: must be at least 0 and below 1, such as 0.999"
            )
        self.model = model
        self.decay = not_negative("decay", decay, below=1)
        self._parameters = dict(model.named_parameters())
        self._averages = {
            path: p._data.astype(working_dtype(p.dtype)) for path, p in self._parameters.items()
        }
        self._updates = np.zeros((), np.int64)

    @property
    def updates(self) -> int:
        """How many updates there have been."""
        return int(self._updates)

    def update(self) -> None:
        """Take in the weights as they are now."""
        share = 1.0 if self._updates == 0 else 1 - self.decay
        for path, average in self._averages.items():
            average += share * (self._parameters[path]._data - average)
        self._updates += 1

    def __call__(self, step: Any) -> None:
        """Update after a step: a step callback of `fit`, which also saves the average in its checkpoints."""
        self.update()

    def follow(self, optimizer: Optimizer) -> Callable[[], None]:
        """Update after every step of the optimizer; returns a function that ends that."""
        return optimizer.after_step(lambda _: self.update())

    @contextmanager
    def applied(self) -> Iterator[Module]:
        """The model with the averaged weights, inside a `with` block; its own come back afterwards."""
        own = {path: p._data.copy() for path, p in self._parameters.items()}
        self._write(self._averages)
        try:
            yield self.model
        finally:
            self._write(own)

    def _write(self, values: Mapping[str, Array]) -> None:
        for path, p in self._parameters.items():
            # A new array, not a write into the old one: graphs recorded before keep that.
            p._replace_data(np.array(values[path], p.dtype, order="C"))

    def state_dict(self) -> dict[str, Array]:
        """Copies of the averages, by path, and of the number of updates."""
        return {name: array.copy() for name, array in self._state().items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Overwrite the averages with what `state_dict()` returned.

        Raises: StateDictError that lists every missing, surplus and misshapen entry; nothing has been loaded
        then.
        """
        own = self._state()
        for name, value in checked_state(type(self).__name__, own, state).items():
            own[name][...] = value

    def _state(self) -> dict[str, Array]:
        return {"updates": self._updates, **self._averages}

    def __repr__(self) -> str:
        return f"WeightAverage({type(self.model).__name__}, decay={self.decay:g})"
