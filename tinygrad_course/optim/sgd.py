"""`SGD`: stochastic gradient descent, without momentum, with momentum or with Nesterov momentum."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ..errors import SettingError
from ..nn.module import Module
from ..nn.settings import truth
from ..primitive import Array
from ..tensor import Tensor
from .optimizer import Optimizer
from .settings import not_negative


class SGD(Optimizer):
    """g ← ∂𝒥/∂p + λ p;   v ← μ v + g;   p ← p − α v,   or with `nesterov`  p ← p − α (g + μ v)

    α is `lr`, μ `momentum` (0: none, v = g), λ `weight_decay`; see `Optimizer` for `decay_biases`.

    Raises: OptimizerError, SettingError; see `Optimizer`. `nesterov` requires a momentum.

    Source: Sutskever, Martens, Dahl, Hinton, "On the importance of initialization and momentum in
    deep learning", 2013, equations 1 to 4, in PyTorch's form: α multiplies v and is not part of it.
    """

    def __init__(
        self,
        params: Module | Iterable[Tensor],
        lr: float,
        momentum: float = 0.0,
        nesterov: bool = False,
        *,
        weight_decay: float = 0.0,
        decay_biases: bool = True,
    ) -> None:
        self.momentum = not_negative("momentum", momentum, below=1)
        self.nesterov = truth(
            "nesterov",
            nesterov,
            ": give the settings after momentum by name, such as weight_decay=1e-4",
        )
        if self.nesterov and not self.momentum:
            raise SettingError("nesterov=True needs a momentum, e.g. momentum=0.9")
        self.moments = ("momentum",) if self.momentum else ()
        super().__init__(params, lr=lr, weight_decay=weight_decay, decay_biases=decay_biases)

    def factors(self, lr: Array, dtype: np.dtype[Any]) -> tuple[Array, ...]:
        """α, and with `nesterov` also α μ"""
        rate = lr.astype(dtype)
        return (rate, (lr * self.momentum).astype(dtype)) if self.nesterov else (rate,)

    def update(
        self,
        p: Array,
        g: Array,
        moments: Sequence[Array],
        factors: tuple[Array, ...],
        scratch: Array,
    ) -> None:
        """p ← p − α v, or p − α g − α μ v"""
        direction = g
        if moments:
            (v,) = moments
            v *= self.momentum
            v += g
            if self.nesterov:
                p -= np.multiply(v, factors[1], out=scratch)
            else:
                direction = v
        p -= np.multiply(direction, factors[0], out=scratch)
