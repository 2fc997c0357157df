"""`Preparation`: what was learnt from the training rows of a data set, and what turns raw rows into x.

    model.preparation = houses.preparation
    model.predict([{"size": 100, "town": "Ulm"}])

Means, deviations, categories, the names of classes, the size of pictures: a model is of no use without them,
so a model has them beside its weights, and they are saved in its file. `to_state` gives plain data that JSON
can write, and arrays; `Preparation.from_state` takes them back. `data` has those of tables and of pictures.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from os import PathLike
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
    takes: str
    """What raw rows are, in words."""
    class_names: tuple[str, ...]
    """The class of each index; empty where the target is a number."""
    feature_names: tuple[str, ...] | None
    """One name per column of x; None for pictures."""

    _kinds: dict[str, type["Preparation"]] = {}  # noqa: RUF012 - filled by subclasses

    def __init_subclass__(cls) -> None:
        Preparation._kinds[cls.kind] = cls

    @abstractmethod
    def is_raw(self, rows: Any) -> bool:
        """Whether these are raw rows, which `apply` takes, by their type alone.

        Never for numbers that a model computes with, floating-point numbers in arrays, tensors or lists.
        """

    @abstractmethod
    def apply(self, rows: Any) -> NDArray[np.float32]:
        """Raw rows as the x of a model, prepared as the training rows were.

        Raises: DataError that names the row, the column and the value of what can't be prepared.
        """

    def in_units(self, y: Any) -> NDArray[Any]:
        """Class indices, of targets or of predictions, as the names of the classes.

        Raises: DataError for anything but indices of these classes.
        """
        indices = np.asarray(y)
        if indices.dtype.kind not in "iub":
            raise DataError(
                f"the classes have dtype {indices.dtype}: give their indices, whole numbers from 0 to "
                f"{len(self.class_names) - 1}, as model.predict(x) does"
            )
        indices = indices.astype(np.int64)
        wrong = indices[(indices < 0) | (indices >= len(self.class_names))]
        if wrong.size:
            raise DataError(
                f"there is no class {wrong[0]}: the classes 0 to {len(self.class_names) - 1} are "
                f"{', '.join(map(repr, self.class_names))}"
            )
        names: NDArray[Any] = np.array(self.class_names, dtype=object)[indices]
        return names

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
            raise DataError(
                f"no state of a preparation: its kind is {kind!r:.60}, not one of {known}. Import the module "
                f"that defines it, if it is of your own"
            )
        if data.get("version") is True or data.get("version") != VERSION:
            raise DataError(
                f"the state of the preparation has version {data.get('version')!r:.20}, and this program "
                f"reads version {VERSION}: update tinygrad_course"
            )
        try:
            made: Preparation = Preparation._kinds[kind]._from_state(data, arrays)
        except DataError:
            raise
        except (
            *(KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError),
            *(RecursionError, MemoryError),
        ) as error:
            raise DataError(
                f"the state of the preparation is damaged: {type(error).__name__}, {error!s:.300}"
            ) from None
        return made


def looks_raw(rows: Any) -> bool:
    """Whether rows have names, or are names of files: no model computes with those."""
    first = rows[0] if isinstance(rows, (list, tuple)) and rows else rows
    return isinstance(first, (Mapping, str, PathLike))


def texts(values: Any) -> tuple[str, ...]:
    """A list of different texts out of a state."""
    found = tuple(checked(value, str) for value in checked(values, list))
    if len(set(found)) < len(found):
        raise ValueError("a name stands there twice")
    return found


def checked(value: Any, kind: type, allowed: Callable[[Any], bool] | None = None) -> Any:
    """A value out of a state, of this type.

    Raises: TypeError for another type, ValueError for a value that is not allowed.
    """
    if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
        raise TypeError(f"{value!r:.60} is not of type {kind.__name__}")
    if allowed is not None and not allowed(value):
        raise ValueError(f"{value!r:.60} is not allowed")
    return value


def finite(arrays: Mapping[str, NDArray[Any]], name: str, length: int) -> NDArray[np.float64]:
    """A vector of finite numbers out of a state."""
    array = np.asarray(arrays[name], dtype=np.float64)
    if array.shape != (length,) or not np.isfinite(array).all():
        raise ValueError(f"{name} must be {length} finite numbers, and has shape {array.shape}")
    return array
