"""`RMSprop`: the gradient over the root of its mean square."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..nn.settings import truth
from ..primitive import Array
from .groups import ParameterGroup
from .optimizer import Optimizer, Params, Setting
from .settings import least_eps, not_negative


class RMSprop(Optimizer):
    """v ← γ v + (1 − γ) g²;   p ← p − α g / (√v + ε)

    with g = ∂𝒥/∂p + λ p. With `centered` the root is that of the variance v − ḡ²,  ḡ ← γ ḡ + (1 − γ) g. With
    `momentum` μ:  b ← μ b + g / (√v + ε);   p ← p − α b.

    α is `lr`, γ `alpha` (PyTorch's name), ε `eps`, λ `weight_decay`; see `Optimizer` for `decay_biases`.
    Settings from `momentum` on are given by name: PyTorch has another order.

    Raises: OptimizerError, SettingError; see `Optimizer`.

    Numerics: ε is outside of the root, as in PyTorch, and at least √tiny. v − ḡ², a variance, may be rounded
    to a number below 0, which counts as 0.

    Source: Tieleman, Hinton, "Lecture 6.5: RMSprop", 2012. Centered: Graves, "Generating sequences with
    recurrent neural networks", 2013, equations 38 to 45.
    """

    alpha = Setting()
    eps = Setting()
    momentum = Setting()
    centered = Setting()

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        *,
        momentum: float = 0.0,
        centered: bool = False,
        weight_decay: float = 0.0,
        decay_biases: bool = True,
    ) -> None:
        super().__init__(
            params,
            lr=lr,
            alpha=alpha,
            eps=eps,
            momentum=momentum,
            centered=centered,
            weight_decay=weight_decay,
            decay_biases=decay_biases,
        )

    def checked(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        found = super().checked(settings)
        found["alpha"] = not_negative("alpha", settings["alpha"], below=1)
        found["eps"] = not_negative("eps", settings["eps"])
        found["momentum"] = not_negative("momentum", settings["momentum"], below=1)
        found["centered"] = truth("centered", settings["centered"])
        return found

    def moments_of(self, settings: Mapping[str, Any]) -> tuple[str, ...]:
        mean = ("mean",) if settings["centered"] else ()
        return ("mean_square", *mean, *(("momentum",) if settings["momentum"] else ()))

    def factors(self, group: ParameterGroup, lr: Array, dtype: np.dtype[Any]) -> tuple[Any, ...]:
        """α, γ, ε, μ and whether it is centered"""
        now = group.now
        eps = max(now["eps"], least_eps(dtype))
        return lr.astype(dtype), now["alpha"], eps, now["momentum"], now["centered"]

    def update(
        self,
        p: Array,
        g: Array,
        moments: Sequence[Array],
        factors: tuple[Any, ...],
        scratch: Array,
    ) -> None:
        """p ← p − α g / (√v + ε), or p − α b"""
        lr, alpha, eps, momentum, centered = factors
        square = moments[0]
        square *= alpha
        np.multiply(g, g, out=scratch)
        scratch *= 1 - alpha
        square += scratch
        if centered:
            mean = moments[1]
            mean *= alpha
            mean += np.multiply(g, 1 - alpha, out=scratch)
            np.multiply(mean, mean, out=scratch)
            np.subtract(square, scratch, out=scratch)
            np.maximum(scratch, 0, out=scratch)
            np.sqrt(scratch, out=scratch)
        else:
            np.sqrt(square, out=scratch)
        scratch += eps
        np.divide(g, scratch, out=scratch)
        if momentum:
            buffer = moments[-1]
            buffer *= momentum
            buffer += scratch
            np.multiply(buffer, lr, out=scratch)
        else:
            scratch *= lr
        p -= scratch
