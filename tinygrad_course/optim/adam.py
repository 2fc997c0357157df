"""`Adam`: adaptive moment estimation."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np

from ..errors import SettingError
from ..nn.module import Module
from ..primitive import Array
from ..tensor import Tensor
from .optimizer import Optimizer
from .settings import not_negative


class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g;   v ← β₂ v + (1 − β₂) g²;   p ← p − α m̂ / (√v̂ + ε)

    with g = ∂𝒥/∂p + λ p,  m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) in step t.

    α is `lr`, (β₁, β₂) `betas`, ε `eps`, λ `weight_decay`; see `Optimizer` for `decay_biases`.

    Raises: OptimizerError, SettingError; see `Optimizer`.

    Numerics: the state holds the sums M ← β₁ M + g and V ← β₂ V + g², so that m = (1 − β₁) M and
    v = (1 − β₂) V. All constant factors are then in two numbers for the whole step,
    p ← p − α′ M / (√V + ε′), which saves four of fourteen passes over the parameter. Load a state into
    an Adam with the same betas only: with other betas the sums have another scale.

    ε′ is at least √tiny, the root of the smallest normal number (1e-19 in float32): a smaller gradient has
    g² = 0, and with ε = 0 the step of a gradient of 0 would be 0 / 0. Half precision is updated in
    float32, which its moments are kept in.

    Source: Kingma, Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1; α′ and ε′
    are those of the end of its section 2, for sums.
    """

    moments = ("sum", "sum_of_squares")

    def __init__(
        self,
        params: Module | Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        *,
        weight_decay: float = 0.0,
        decay_biases: bool = True,
    ) -> None:
        if not isinstance(betas, (tuple, list)) or len(betas) != 2:
            raise SettingError(
                f"betas={betas!r}: must be two numbers in one tuple, such as betas=(0.9, 0.999)"
            )
        beta_1, beta_2 = betas
        self.betas = (
            not_negative("betas[0]", beta_1, below=1),
            not_negative("betas[1]", beta_2, below=1),
        )
        self.eps = not_negative("eps", eps)
        super().__init__(params, lr=lr, weight_decay=weight_decay, decay_biases=decay_biases)

    def factors(self, lr: Array, dtype: np.dtype[Any]) -> tuple[Array, ...]:
        """α′ and ε′, computed in float64."""
        # The factors that turn the sums into m̂ and v̂.
        first, second = ((1 - beta) / (1 - beta**self._steps) for beta in self.betas)
        root = np.sqrt(second)
        eps = max(self.eps / root, _least_eps(dtype))
        return (lr * first / root).astype(dtype), np.asarray(eps, dtype)

    def update(
        self,
        p: Array,
        g: Array,
        moments: Sequence[Array],
        factors: tuple[Array, ...],
        scratch: Array,
    ) -> None:
        """p ← p − α′ M / (√V + ε′)"""
        lr, eps = factors
        beta_1, beta_2 = self.betas
        total, squares = moments
        total *= beta_1
        total += g
        squares *= beta_2
        squares += np.multiply(g, g, out=scratch)
        np.sqrt(squares, out=scratch)
        scratch += eps
        np.divide(total, scratch, out=scratch)
        scratch *= lr
        p -= scratch


@cache
def _least_eps(dtype: np.dtype[Any]) -> Any:
    return np.sqrt(np.finfo(dtype).tiny)
