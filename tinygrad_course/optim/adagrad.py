"""`Adagrad`: the gradient over the root of the sum of its squares."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..primitive import Array
from .groups import ParameterGroup
from .optimizer import Optimizer, Params, Setting
from .settings import least_eps, not_negative


class Adagrad(Optimizer):
    """V ← V + g²;   p ← p − α / (1 + (t − 1) η) g / (√V + ε)   in step t

    with g = ∂𝒥/∂p + λ p. α is `lr`, η `lr_decay`, ε `eps`, λ `weight_decay`; V begins with
    `initial_accumulator_value`. See `Optimizer` for `decay_biases`. Settings after `lr_decay` are given by
    name: PyTorch has another order.

    Raises: OptimizerError, SettingError; see `Optimizer`.

    Numerics: ε is outside of the root, and at least √tiny.

    Source: Duchi, Hazan, Singer, "Adaptive subgradient methods for online learning and stochastic
    optimization", 2011, figure 1, with the diagonal of its matrix.
    """

    moments = ("sum_of_squares",)
    lr_decay = Setting()
    eps = Setting()

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        *,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        weight_decay: float = 0.0,
        decay_biases: bool = True,
    ) -> None:
        super().__init__(
            params,
            lr=lr,
            lr_decay=lr_decay,
            initial_accumulator_value=initial_accumulator_value,
            eps=eps,
            weight_decay=weight_decay,
            decay_biases=decay_biases,
        )

    def checked(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        names = ("lr_decay", "initial_accumulator_value", "eps")
        own = {name: not_negative(name, settings[name]) for name in names}
        return {**super().checked(settings), **own}

    def initial_moment(self, settings: Mapping[str, Any]) -> float:
        return float(settings["initial_accumulator_value"])

    def factors(self, group: ParameterGroup, lr: Array, dtype: np.dtype[Any]) -> tuple[Any, ...]:
        """α / (1 + (t − 1) η) and ε"""
        rate = lr / (1 + (self.steps - 1) * group.now["lr_decay"])
        return np.asarray(rate, dtype), max(group.now["eps"], least_eps(dtype))

    def update(
        self,
        p: Array,
        g: Array,
        moments: Sequence[Array],
        factors: tuple[Any, ...],
        scratch: Array,
    ) -> None:
        """p ← p − α g / (√V + ε)"""
        lr, eps = factors
        (squares,) = moments
        squares += np.multiply(g, g, out=scratch)
        np.sqrt(squares, out=scratch)
        scratch += eps
        np.divide(g, scratch, out=scratch)
        scratch *= lr
        p -= scratch
