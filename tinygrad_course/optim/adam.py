"""`Adam`: adaptive moment estimation; `AdamW`: with decoupled weight decay."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import SettingError
from ..primitive import Array
from .groups import ParameterGroup
from .optimizer import Optimizer, Params, Setting
from .settings import least_eps, not_negative


class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g;   v ← β₂ v + (1 − β₂) g²;   p ← p − α m̂ / (√v̂ + ε)

    with g = ∂𝒥/∂p + λ p,  m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) in step t.

    α is `lr`, (β₁, β₂) `betas`, ε `eps`, λ `weight_decay`; see `Optimizer` for `decay_biases`.

    Raises: OptimizerError, SettingError; see `Optimizer`.

    Numerics: the state holds the sums M ← β₁ M + g and V ← β₂ V + g², so that m = (1 − β₁) M and
    v = (1 − β₂) V. All constant factors are then in two numbers for the whole step,
    p ← p − α′ M / (√V + ε′), which saves four of fourteen passes over the parameter. The betas of these
    factors are part of the state. Where others are used later, since a schedule changes β₁ or a state is
    loaded into an Adam with other ones, g and g² are scaled to fit: M ← β₁ M + g (1 − β₁) / (1 − β₁′).

    ε′ is at least √tiny, the root of the smallest normal number (1e-19 in float32): a smaller gradient has
    g² = 0, and with ε = 0 the step of a gradient of 0 would be 0 / 0. Half precision is updated in
    float32, which its moments are kept in.

    Source: Kingma, Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1; α′ and ε′
    are those of the end of its section 2, for sums.
    """

    moments = ("sum", "sum_of_squares")

    betas = Setting()
    eps = Setting()

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        *,
        weight_decay: float = 0.0,
        decay_biases: bool = True,
    ) -> None:
        super().__init__(
            params,
            lr=lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            decay_biases=decay_biases,
        )

    def checked(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        found, betas = super().checked(settings), settings["betas"]
        if not isinstance(betas, (tuple, list)) or len(betas) != 2:
            raise SettingError(
                f"betas={betas!r}: must be two numbers in one tuple, such as betas=(0.9, 0.999)"
            )
        found["betas"] = tuple(
            not_negative(f"betas[{i}]", beta, below=1) for i, beta in enumerate(betas)
        )
        found["eps"] = not_negative("eps", settings["eps"])
        return found

    def group_arrays(self, settings: Mapping[str, Any]) -> dict[str, Array]:
        return {"betas": np.array(settings["betas"])}

    def with_momentum(self, settings: Mapping[str, Any], momentum: float) -> dict[str, Any]:
        return {**settings, "betas": (momentum, settings["betas"][1])}

    def factors(self, group: ParameterGroup, lr: Array, dtype: np.dtype[Any]) -> tuple[Any, ...]:
        """α′ and ε′, computed in float64; the betas; and what g and g² are multiplied by, None for 1"""
        betas, kept = group.now["betas"], group.arrays["betas"].tolist()
        # The factors that turn the sums into m̂ and v̂.
        first, second = (
            (1 - one) / (1 - beta**self._steps) for beta, one in zip(betas, kept, strict=True)
        )
        root = np.sqrt(second)
        eps = max(group.now["eps"] / root, least_eps(dtype))
        gains = (
            None if beta == one else (1 - beta) / (1 - one)
            for beta, one in zip(betas, kept, strict=True)
        )
        return (lr * first / root).astype(dtype), np.asarray(eps, dtype), *betas, *gains

    def update(
        self,
        p: Array,
        g: Array,
        moments: Sequence[Array],
        factors: tuple[Any, ...],
        scratch: Array,
    ) -> None:
        """p ← p − α′ M / (√V + ε′)"""
        lr, eps, beta_1, beta_2, gain, gain_of_squares = factors
        total, squares = moments
        total *= beta_1
        total += g if gain is None else np.multiply(g, gain, out=scratch)
        squares *= beta_2
        np.multiply(g, g, out=scratch)
        if gain_of_squares is not None:
            scratch *= gain_of_squares
        squares += scratch
        np.sqrt(squares, out=scratch)
        scratch += eps
        np.divide(total, scratch, out=scratch)
        scratch *= lr
        p -= scratch


class AdamW(Adam):
    """Adam with decoupled weight decay:  p ← (1 − α λ) p;   then Adam's step for g = ∂𝒥/∂p

    The decay is the same for all parameters, whatever the size of their gradients, and for a gradient of 0 as
    well. Adam's own `weight_decay` is divided by √v̂, and so is weak where gradients are large.

    Raises: OptimizerError, SettingError; see `Optimizer`.

    Source: Loshchilov, Hutter, "Decoupled weight decay regularization", 2019, algorithm 2, where α is a
    factor of a schedule; with α λ in its place it is PyTorch's.
    """

    decouples_decay = True

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        *,
        weight_decay: float = 1e-2,
        decay_biases: bool = True,
    ) -> None:
        super().__init__(
            params, lr, betas, eps, weight_decay=weight_decay, decay_biases=decay_biases
        )
