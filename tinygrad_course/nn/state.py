"""Checks a saved state of a model or an optimizer before it is loaded."""

from collections.abc import Mapping
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import StateDictError
from ..tensor import Tensor


def checked_state(
    owner: str, expected: Mapping[str, NDArray[Any]], state: Mapping[str, Any]
) -> dict[str, NDArray[Any]]:
    """Copies of the entries of `state`, in the dtypes of `expected` and in C order.

    Raises: StateDictError, which lists all problems: entries that are missing, that `owner` does not
    have, whose shape differs or that are not numbers.
    """
    if not isinstance(state, Mapping):
        raise StateDictError(f"the state of {owner} is a {type(state).__name__}: {_way_out(state)}")
    values = {
        name: np.asarray(value.data if isinstance(value, Tensor) else value)
        for name, value in state.items()
    }
    wrong = [f"missing: {name!r} {expected[name].shape}" for name in expected if name not in values]
    for name, value in values.items():
        if name not in expected:
            wrong.append(f"surplus: {name!r} {value.shape}")
        elif value.shape != expected[name].shape:
            wrong.append(f"misshapen: {name!r} {value.shape}, must be {expected[name].shape}")
        elif value.dtype.kind not in "fiub":
            wrong.append(f"not numbers: {name!r} of dtype {value.dtype}")
        elif expected[name].dtype.kind in "iu" and np.any(value % 1):
            wrong.append(f"not whole: {name!r} {value}")
    if wrong:
        raise StateDictError(
            f"the state does not fit {owner}; nothing was loaded:\n  "
            + "\n  ".join(wrong)
            + "\nLoad it into a model or optimizer built with the same settings as the saved one."
        )
    return {name: np.array(values[name], expected[name].dtype, order="C") for name in expected}


def _way_out(state: Any) -> str:
    if hasattr(state, "state_dict"):
        return "give what its state_dict() returns, other.state_dict()"
    if callable(state):
        return f"call it, and give what {getattr(state, '__name__', 'state_dict')}() returned"
    if isinstance(state, (str, PathLike)):
        return "read the file first, such as dict(np.load(file))"
    return "give what state_dict() returned"
