"""Gradients that are too large: shorten them before a step.

loss(model(x), y).backward()
norm = clip_grad_norm_(model, max_norm=1.0)
optimizer.step()
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..engine.source_lines import user_location
from ..engine.writes import note_write
from ..errors import DivergenceError, SettingError
from ..primitive import Array
from ..tensor import Tensor
from .module import Module
from .settings import is_number, shown, truth


def clip_grad_norm_(
    parameters: Module | Iterable[Tensor] | Tensor,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> float:
    """g ← g · min(1, max_norm / (‖g‖ + 1e-6)),  with ‖g‖ the norm of all gradients together, which it returns

    ‖g‖ = (Σ |g|ᵖ)^(1/p),  p = `norm_type`; ∞ is the largest. Tensors without a gradient are left out.

    If the norm is infinite or NaN, so are gradients, and clipping makes 0 or NaN of the others, as in
    PyTorch. error_if_nonfinite=True raises instead, and leaves them as they are.

    Raises: DivergenceError, see above; SettingError.

    Numerics: computed in double precision, without overflow; 1e-6 is PyTorch's.

    Source: Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks", 2013.
    """
    bound = _at_least_0("max_norm", max_norm)
    order = _at_least_0("norm_type", norm_type, finite=False)
    if not order:
        raise SettingError("norm_type=0: must be above 0, or np.inf for the largest gradient")
    truth("error_if_nonfinite", error_if_nonfinite)
    held = _with_gradients(parameters)
    gradients = {p: np.asarray(p._grad._data) for p in held if p._grad is not None}
    norm = _norm(list(gradients.values()), order)
    if error_if_nonfinite and not np.isfinite(norm):
        wrong = next(p for p, g in gradients.items() if not np.isfinite(g).all())
        raise DivergenceError(
            f"the norm of the gradients is {norm}, since that of {wrong._label()} has "
            f"{'nan' if np.isnan(gradients[wrong]).any() else 'infinity'}: tg.detect_anomaly() names the "
            f"operation; error_if_nonfinite=False clips it all the same"
        )
    factor = bound / (norm + 1e-6)
    if not factor >= 1:
        location = user_location()
        with np.errstate(invalid="ignore"):
            for p in held:
                _overwrite(p, lambda g: np.multiply(g, factor, out=g), location)
    return norm


def clip_grad_value_(parameters: Module | Iterable[Tensor] | Tensor, clip_value: float) -> None:
    """g ← clip(g, −clip_value, clip_value)

    Raises: SettingError.
    """
    bound = _at_least_0("clip_value", clip_value)
    location = user_location()
    for p in _with_gradients(parameters):
        _overwrite(p, lambda g: np.clip(g, -bound, bound, out=g), location)


def _norm(gradients: list[Array], order: float) -> float:
    """The norm of all of them, in double precision; scaled by the largest, whose power may not be finite."""
    largest = max((float(np.abs(g).max(initial=0)) for g in gradients), default=0.0)
    if any(np.isnan(g).any() for g in gradients):
        return float("nan")
    if order == np.inf or largest == 0 or not np.isfinite(largest):
        return largest
    with np.errstate(under="ignore"):
        powers = (np.abs(g.astype(np.float64) / largest) ** order for g in gradients)
        return float(largest * sum(float(power.sum()) for power in powers) ** (1 / order))


def _overwrite(p: Tensor, change: Any, location: str) -> None:
    """Change the gradient in place; a recorded one, or one that can't be written into, is replaced."""
    gradient = p._grad
    assert gradient is not None
    array = gradient._data
    if gradient.is_leaf and isinstance(array, np.ndarray) and array.flags.writeable:
        change(array)
        note_write(array, gradient._label, location)
    else:
        copied = np.array(array)
        change(copied)
        p.grad = copied


def _with_gradients(parameters: Any) -> list[Tensor]:
    if isinstance(parameters, Tensor):
        listed = [parameters]
    elif isinstance(parameters, Module):
        listed = list(parameters.parameters())
    else:
        listed = list(parameters) if isinstance(parameters, Iterable) else [parameters]
    for i, p in enumerate(listed):
        if not isinstance(p, Tensor):
            raise SettingError(
                f"parameter {i} is {shown(p)}, no tensor: give the model, or model.parameters()"
            )
    return [p for p in listed if p.grad is not None]


def _at_least_0(name: str, value: Any, finite: bool = True) -> float:
    if not is_number(value) or not value >= 0 or (finite and not np.isfinite(value)):
        raise SettingError(
            f"{name}={shown(value)}: must be a number, at least 0, such as {name}=1.0"
        )
    return float(value)
