"""Checks of the numbers that optimizers and schedules are made with."""

import math
from functools import cache
from typing import Any

import numpy as np

from ..errors import SettingError
from ..nn.module import Module
from ..nn.settings import is_number, shown, way_out

_EXAMPLES = {"lr": "0.1", "momentum": "0.9", "weight_decay": "1e-4", "eps": "1e-8", "share": "0.1"}


def not_negative(name: str, value: Any, below: float = math.inf) -> float:
    """`value`, if it is a number in [0, below).

    Raises: SettingError.
    """
    found = _number(name, value)
    if not 0 <= found < below:
        bound = "finite" if below == math.inf else f"below {below:g}"
        raise SettingError(f"{name}={value!r}: must be at least 0 and {bound}")
    return found


def fraction(name: str, value: Any) -> float:
    """`value`, if it is a number in [0, 1].

    Raises: SettingError.
    """
    found = _number(name, value)
    if not 0 <= found <= 1:
        raise SettingError(
            f"{name}={value!r}: must be between 0 and 1, a part of lr; the number of steps follows from "
            f"fit(epochs=…), or is given to optimizer.follow(schedule, steps=…)"
        )
    return found


def _number(name: str, value: Any) -> float:
    if is_number(value):
        return float(value.item() if hasattr(value, "item") else value)
    example = _EXAMPLES.get(name, "0.9" if name.startswith("betas") else "0.1")
    advice = way_out(name, value, example)
    if isinstance(value, Module):
        advice = f", and this is a model, which comes first: (model, {name}={example})"
    elif callable(value) and name == "lr":
        advice = (
            f", and this is a function: write {name}={example}, and give a schedule to fit(schedule=…) "
            f"or to optimizer.follow(schedule, steps=…)"
        )
    raise SettingError(f"{name}={shown(value)}: must be a number{advice}")


@cache
def least_eps(dtype: np.dtype[Any]) -> Any:
    """√tiny, the least ε beside a root of squares: of a smaller gradient g² is 0, and 0 / 0 is no step."""
    return np.sqrt(np.finfo(dtype).tiny)
