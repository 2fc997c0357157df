"""`Preparation`: what was learnt from the training rows of a data set, and what turns raw rows into x.

Means, deviations, categories, the names of classes, the size of pictures: a model is of no use without them,
so they are saved in its file. `to_state` gives plain data that JSON can write, and arrays;
`Preparation.from_state` takes them back.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError

State: TypeAlias = tuple[dict[str, Any], dict[str, NDArray[Any]]]
"""Plain data that JSON can write, and arrays by name."""

VERSION = 1
"""The format of the state; one that is newer is refused."""


class Preparation(ABC):
    """How raw rows become the x of a model, and what its outputs stand for."""

    kind: str
    """The name of the class in a state."""
    class_names: tuple[str, ...]
    """The class of each index; empty where the target is a number."""
    feature_names: tuple[str, ...] | None
    """One name per column of x; None for pictures."""

    _kinds: dict[str, type["Preparation"]] = {}  # noqa: RUF012 - filled by subclasses

    def __init_subclass__(cls) -> None:
        Preparation._kinds[cls.kind] = cls

    @abstractmethod
    def apply(self, rows: Any) -> NDArray[np.float32]:
        """Raw rows as the x of a model, prepared as the training rows were.

        Raises: DataError that names the row, the column and the value of what can't be prepared.
        """

    @abstractmethod
    def to_state(self) -> State:
        """Everything in plain data and arrays, for a model's file."""

    @classmethod
    @abstractmethod
    def _from_state(cls, data: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Any:
        """The inverse of `to_state`."""

    @staticmethod
    def from_state(data: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> "Preparation":
        """The preparation that gave this state.

        Raises: DataError for anything that is no such state, or that a newer version wrote.
        """
        kind = data.get("kind") if isinstance(data, Mapping) else None
        if not isinstance(kind, str) or kind not in Preparation._kinds:
            known = ", ".join(Preparation._kinds)
            raise DataError(f"no state of a preparation: its kind is {kind!r}, not one of {known}")
        if data.get("version") is True or data.get("version") != VERSION:
            raise DataError(
                f"the state of the preparation has version {data.get('version')!r}, and this program reads "
                f"version {VERSION}: update tinygrad_course"
            )
        try:
            made: Preparation = Preparation._kinds[kind]._from_state(data, arrays)
        except DataError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise DataError(
                f"the state of the preparation is damaged: {type(error).__name__}, {error}"
            ) from None
        return made


def texts(values: Any) -> tuple[str, ...]:
    """A list of texts out of a state."""
    return tuple(checked(value, str) for value in checked(values, list))


def checked(value: Any, kind: type, allowed: Callable[[Any], bool] | None = None) -> Any:
    """A value out of a state, of this type.

    Raises: TypeError for another type, ValueError for a value that is not allowed.
    """
    if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
        raise TypeError(f"{value!r} is not of type {kind.__name__}")
    if allowed is not None and not allowed(value):
        raise ValueError(f"{value!r} is not allowed")
    return value


def finite(arrays: Mapping[str, NDArray[Any]], name: str, length: int) -> NDArray[np.float64]:
    """A vector of finite numbers out of a state."""
    array = np.asarray(arrays[name], dtype=np.float64)
    if array.shape != (length,) or not np.isfinite(array).all():
        raise ValueError(f"{name} must be {length} finite numbers, and has shape {array.shape}")
    return array
