"""Checks of the settings that modules, initializers and optimizers are made with.

Each error names the setting, what was found, and what to write.
"""

import math
import operator
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import DtypeError, SettingError
from ..signatures import unexpected
from ..tensor.base import TensorBase


def whole(name: str, value: Any, least: int, meaning: str = "") -> int:
    """`value`, if it is a whole number, and not below `least`.

    Raises: SettingError.
    """
    found = _index(value)
    if found is None or found < least:
        raise SettingError(
            f"{name}={shown(value)}: must be a whole number, at least {least}{meaning}"
            + _whole_way_out(name, value, least)
        )
    return found


def _index(value: Any) -> int | None:
    if isinstance(value, (bool, np.bool_)):
        return None
    try:
        return operator.index(value)
    except TypeError:
        return None


def _whole_way_out(name: str, value: Any, least: int) -> str:
    if is_data(value):
        return ": this is data. Make the module with its sizes, and call it with data: module(x)"
    try:
        near = int(value)
    except (TypeError, ValueError, OverflowError):
        return ""
    is_same = isinstance(value, str) or near == value
    if near < least or isinstance(value, (bool, np.bool_)) or not is_same:
        return ""
    return f": write {name}={near}" + (" (// divides whole numbers)" if value == near else "")


def real(name: str, value: Any, example: str) -> float:
    """`value`, if it is a finite number.

    Raises: SettingError.
    """
    if is_number(value) and math.isfinite(value):
        return value
    raise SettingError(f"{name}={shown(value)}: must be a number{way_out(name, value, example)}")


def in_interval(name: str, value: Any, low: float, high: float = math.inf) -> float:
    """`value`, if it is a finite number from `low` to `high`.

    Raises: SettingError.
    """
    found = float(real(name, value, f"{low:g}" if high == math.inf else f"{(low + high) / 2:g}"))
    if not low <= found <= high:
        bound = f"at least {low:g}" if high == math.inf else f"between {low:g} and {high:g}"
        raise SettingError(f"{name}={value!r}: must be {bound}")
    return found


def way_out(name: str, value: Any, example: str) -> str:
    """What to write instead of a value that is no number; begins with a colon or comma."""
    if isinstance(value, str):
        try:
            return f", and this is text: write {name}={float(value):g}"
        except ValueError:
            return f", and this is text: write a number, such as {name}={example}"
    if isinstance(value, TensorBase) and value.size == 1:
        return f", and this is a Tensor: write {name}=tensor.item()"
    if is_data(value):
        return ", and this is data: make the module first, and call it with data: module(x)"
    return f", such as {name}={example}"


def axis_of(value: Any) -> int:
    """`axis`, if it is a whole number.

    Raises: SettingError.
    """
    found = _index(value)
    if found is None:
        data = ": this is data. Make the module first, and call it with data: module(x)"
        raise SettingError(
            f"axis={shown(value)}: must be a whole number, such as axis=-1{data * is_data(value)}"
        )
    return found


def is_number(value: Any) -> bool:
    """Whether it is one real number, and no truth value."""
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "fiu"
    if isinstance(value, bool) or not isinstance(value, (int, float, np.floating, np.integer)):
        return False
    return not isinstance(value, int) or abs(value) <= sys.float_info.max


def is_data(value: Any) -> bool:
    """Whether it is an array with axes, of any library: data, where a setting was asked for."""
    return bool(getattr(value, "ndim", 0)) and hasattr(value, "shape")


def truth(name: str, value: Any, way_out: str = "") -> bool:
    """`value`, if it is True or False; anything else would count as one of them in silence.

    Raises: SettingError.
    """
    if not isinstance(value, (bool, np.bool_)):
        raise SettingError(f"{name}={shown(value)}: must be {name}=True or {name}=False{way_out}")
    return bool(value)


def refuse(owner: Any, others: Mapping[str, Any]) -> None:
    """Raise TypeError for settings that there are none of, with what to write instead if that is known."""
    for name in others:
        call = type(owner).__name__
        python_s = TypeError(f"{call}() got an unexpected keyword argument {name!r}")
        raise unexpected(call, others) or python_s


def floating(dtype: Any) -> np.dtype[Any]:
    """`dtype`, if parameters can have it.

    Raises: DtypeError.
    """
    try:
        found: np.dtype[Any] = np.dtype(dtype)
    except Exception:  # it parses texts, and raises what parsers do
        raise DtypeError(
            f"dtype={shown(dtype)}: NumPy knows no such dtype: write dtype=np.float32"
        ) from None
    if found.kind != "f" or dtype is None:
        raise DtypeError(
            f"dtype={shown(dtype)}: parameters are floating-point numbers: write dtype=np.float32"
        )
    return found


def shown(value: Any) -> str:
    """The value, if it is short; otherwise what it is."""
    if isinstance(value, type):
        return f"<class {value.__name__}>"
    if is_data(value):
        return f"<{type(value).__name__} of shape {tuple(value.shape)}>"
    text = repr(value)
    return text if len(text) <= 60 and "\n" not in text else f"<{type(value).__name__}>"
