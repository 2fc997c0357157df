"""Self-gated activations: x times a gate that opens from 0 to 1 as x grows.

Where the gate is 0 or 1 to the last digit of any float, x is cut off in it, since 0 · ∞ is no number.
"""

import numpy as np

from ..errors import SettingError
from ..primitive import Array, Domain, primitive
from .activations import sigmoid, softplus
from .special import normal_cdf, normal_density

_CUT_NORMAL = 40
_CUT_LOGISTIC = 800


def _above(x: Array, cut: int) -> Array:
    return np.maximum(x, -cut)


def _between(x: Array, cut: int) -> Array:
    return np.minimum(np.maximum(x, -cut), cut)


@primitive("silu", signature="()->()")
def silu(x: Array) -> Array:
    """z = x σ(x);   x̄ = z̄ ⊙ σ(x) (1 + x σ(−x))

    Source: Elfwing, Uchibe, Doya, "Sigmoid-weighted linear units for neural network function
    approximation in reinforcement learning", 2017. It is also called swish.
    """
    low = _above(x, _CUT_LOGISTIC)
    return low * sigmoid(low)


def _silu_vjp(g: Array, x: Array) -> Array:
    x = _between(x, _CUT_LOGISTIC)
    return g * (sigmoid(x) * (1 + x * sigmoid(-x)))


silu.vjp(x=_silu_vjp)


@primitive("mish", signature="()->()")
def mish(x: Array) -> Array:
    """z = x t,  t = tanh ln(1 + eˣ);   x̄ = z̄ ⊙ (t + x (1 − t²) σ(x))

    Numerics: 1 − t² is computed as (2 r / (1 + r²))² with r = σ(−x), in which nothing cancels.

    Source: Misra, "Mish: a self regularized non-monotonic activation function", 2019.
    """
    low = _above(x, _CUT_LOGISTIC)
    return low * np.tanh(softplus(low))


def _mish_vjp(g: Array, x: Array) -> Array:
    x = _between(x, _CUT_LOGISTIC)
    r = sigmoid(-x)
    narrowing = np.square(2 * r / (1 + r * r))
    return g * (np.tanh(softplus(x)) + x * (narrowing * sigmoid(x)))


mish.vjp(x=_mish_vjp)


@primitive("hardswish", signature="()->()", domain=Domain(-5.0, 5.0, kinks=(-3.0, 3.0)))
def hardswish(x: Array) -> Array:
    """z = x · min(max(x + 3, 0), 6) / 6;   x̄ = 0 where x ≤ −3, z̄ where x ≥ 3, else z̄ ⊙ (x / 3 + ½)

    Source: Howard et al., "Searching for MobileNetV3", 2019, section 5.2.
    """
    low = _above(x, 3)
    return low * (np.minimum(low + 3, 6) / 6)


hardswish.vjp(
    x=lambda g, x: np.where(x <= -3, 0, np.where(x >= 3, g, g * (_between(x, 3) / 3 + 0.5)))
)

_TANH_SCALE = float(np.sqrt(2 / np.pi))
_TANH_CUBIC = 0.044715
_TANH_CUT = 10


@primitive("gelu", signature="()->()")
def gelu(x: Array, *, approximate: str = "none") -> Array:
    """z = x Φ(x), with the normal distribution Φ;   x̄ = z̄ ⊙ (Φ(x) + x φ(x)), with its density φ

    With approximate="tanh" it is ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), which differs by less than 5e-4.
    The rule is the derivative of that.

    Raises: SettingError for any other `approximate`.

    Source: Hendrycks, Gimpel, "Gaussian error linear units", 2016, section 2.
    """
    if approximate == "none":
        low = _above(x, _CUT_NORMAL)
        return low * normal_cdf(low)
    if approximate != "tanh":
        raise SettingError(
            f"approximate={approximate!r}: must be approximate='none', which is exact, or "
            f"approximate='tanh'"
        )
    low = _above(x, _TANH_CUT)
    return 0.5 * low * (1 + np.tanh(_tanh_argument(np.minimum(low, _TANH_CUT))))


def _tanh_argument(x: Array) -> Array:
    return _TANH_SCALE * (x * (1 + _TANH_CUBIC * (x * x)))


def _gelu_vjp(g: Array, x: Array, approximate: str) -> Array:
    if approximate == "none":
        x = _between(x, _CUT_NORMAL)
        return g * (normal_cdf(x) + x * normal_density(x))
    x = _between(x, _TANH_CUT)
    t = np.tanh(_tanh_argument(x))
    inner_slope = _TANH_SCALE * (1 + 3 * _TANH_CUBIC * (x * x))
    return g * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * inner_slope)


gelu.vjp(x=_gelu_vjp)
