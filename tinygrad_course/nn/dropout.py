"""`Dropout`, and the step of training whose random numbers it draws."""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

from typing import Any

import numpy as np

from ..engine.draws import Step, next_draw, numbers
from ..errors import SettingError
from ..primitive import Array
from ..random_numbers import Rng, generator
from .module import Module
from .settings import real, whole


def training_step(step: int, *, seed: int = 0) -> Step:
    """A `with` block around the forward pass of one step: what layers draw in it follows from seed and step.

        for x, y in batches(…):
            with nn.training_step(optimizer.steps, seed=0):
                loss = loss_function(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    A training that was interrupted, whose optimizer's state was loaded again, goes on with the masks that it
    would have had. `fit` does this itself, with the seed of its `rng`. Gradients may be accumulated over
    several batches in one block: each call of a layer draws anew. A second block with the same step draws
    the same numbers once more.

    Raises: SettingError for anything but whole numbers of at least 0.
    """
    return Step(whole("seed", seed, 0), whole("step", step, 0))


class Dropout(Module):
    """In training: z = x ⊙ m / (1 − p), where each m is 0 with probability p, else 1. In evaluation: z = x.

    So the mean of z is x, and nothing has to be scaled in evaluation mode, model.eval(). With p = 1 all of
    z is 0; with p = 0 it is x.

    The mask is a pure function of (seed, step, path of the layer, number of the call in the step): there is
    nothing to save, and `checkpoint` sees the same mask twice. Seed and step are those of `fit`, or of a
    `with nn.training_step(step, seed=…)` block. In other loops the layer counts its calls, and its seed is
    drawn when it is made: from `rng`, a seed or a generator, or from NumPy's global generator, so that
    np.random.seed(0) makes masks reproducible as it does weights. A layer with an `rng` keeps its seed in
    all of them.

    Raises: SettingError unless p is a number from 0 to 1.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, "Dropout: a simple way to prevent
    neural networks from overfitting", 2014.
    """

    def __init__(self, p: float = 0.5, *, rng: Rng = None) -> None:
        self.p = real("p", p, "0.5")
        if not 0 <= self.p <= 1:
            way_out = f": write p={self.p / 100:g}" if 1 < self.p <= 100 else ", such as p=0.5"
            raise SettingError(f"p={p}: must be a probability, from 0 to 1{way_out}")
        self._is_seeded = rng is not None
        self._seed = int(generator(rng).integers(2**63))
        self._calls = np.zeros((), np.int64)

    def forward(self, x: Array) -> Array:
        if not self.training or self.p == 0:
            return x
        return x * self._mask(np.shape(x), getattr(x, "dtype", np.dtype(float)))

    def _mask(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        """0 or 1 / (1 − p) for each element."""
        draw = next_draw(self._path or "", self._seed, self._is_seeded, self._calls)
        kept = numbers(draw, shape) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return kept * (dtype if dtype.kind == "f" else np.dtype(np.float32)).type(scale)

    def extra_repr(self) -> str:
        return f"p={self.p}"
