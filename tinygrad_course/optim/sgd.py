"""`SGD`: stochastic gradient descent, without momentum, with momentum or with Nesterov momentum."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import SettingError
from ..nn.settings import truth
from ..primitive import Array
from .groups import ParameterGroup
from .optimizer import Optimizer, Params, Setting
from .settings import not_negative


class SGD(Optimizer):
    """g ← ∂𝒥/∂p + λ p;   v ← μ v + g;   p ← p − α v,   or with `nesterov`  p ← p − α (g + μ v)

    α is `lr`, μ `momentum` (0: none, v = g), λ `weight_decay`; see `Optimizer` for `decay_biases`.

    Raises: OptimizerError, SettingError; see `Optimizer`. `nesterov` requires a momentum.

    Source: Sutskever, Martens, Dahl, Hinton, "On the importance of initialization and momentum in
    deep learning", 2013, equations 1 to 4, in PyTorch's form: α multiplies v and is not part of it.
    """

    momentum = Setting()
    nesterov = Setting()

    def __init__(
        self,
        params: Params,
        lr: float,
        momentum: float = 0.0,
        *,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        decay_biases: bool = True,
    ) -> None:
        super().__init__(
            params,
            lr=lr,
            momentum=momentum,
            nesterov=nesterov,
            weight_decay=weight_decay,
            decay_biases=decay_biases,
        )

    def checked(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        found = super().checked(settings)
        found["momentum"] = not_negative("momentum", settings["momentum"], below=1)
        found["nesterov"] = truth("nesterov", settings["nesterov"])
        if found["nesterov"] and not found["momentum"]:
            raise SettingError("nesterov=True needs a momentum, e.g. momentum=0.9")
        return found

    def moments_of(self, settings: Mapping[str, Any]) -> tuple[str, ...]:
        return ("momentum",) if settings["momentum"] else ()

    def factors(self, group: ParameterGroup, lr: Array, dtype: np.dtype[Any]) -> tuple[Any, ...]:
        """α, μ and with `nesterov` α μ, else None"""
        momentum = group.now["momentum"]
        ahead = (lr * momentum).astype(dtype) if group.now["nesterov"] else None
        return lr.astype(dtype), momentum, ahead

    def update(
        self,
        p: Array,
        g: Array,
        moments: Sequence[Array],
        factors: tuple[Any, ...],
        scratch: Array,
    ) -> None:
        """p ← p − α v, or p − α g − α μ v"""
        lr, momentum, ahead = factors
        direction = g
        if moments:
            (v,) = moments
            v *= momentum
            v += g
            if ahead is not None:
                p -= np.multiply(v, ahead, out=scratch)
            else:
                direction = v
        p -= np.multiply(direction, lr, out=scratch)
