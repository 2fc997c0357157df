"""Data for a model: mini-batches of rows, and class indices as one-hot rows."""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

import operator
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import DataError


def batches(
    *arrays: ArrayLike,
    batch_size: int,
    shuffle: bool = True,
    rng: np.random.Generator | None = None,
    drop_last: bool = False,
) -> Iterator[tuple[NDArray[Any], ...]]:
    """One epoch: every row once, in tuples of batch_size rows, the same rows of each array.

    A shuffled batch is a copy; without shuffling it is a view. Call it once per epoch with the same
    ``rng``: each epoch then has its own order, and the same seed gives the same batches. Without
    ``rng`` the order differs from run to run. The last batch has the remaining rows;
    ``drop_last`` leaves it out.

    Shapes: (m, …), (m, …), … → ⌈m / batch_size⌉ tuples of (batch_size, …), (batch_size, …), …

    Raises: DataError, at the call and not at the first batch, if there is no array, if the
    arrays differ in their number of rows, if batch_size is not a positive integer, or if
    ``drop_last`` would leave no batch at all.
    """
    columns = tuple(np.asarray(array) for array in arrays)
    rows = _common_length(columns)
    size = _positive_integer("batch_size", batch_size)
    if rng is not None and not isinstance(rng, np.random.Generator):
        raise DataError(
            f"rng must be a numpy.random.Generator, found {rng!r}; "
            f"make one before the first epoch with np.random.default_rng(seed)"
        )
    if drop_last and rows < size:
        raise DataError(
            f"drop_last leaves no batch: batch_size is {size} and there are {rows} rows; "
            f"choose a smaller batch_size or drop_last=False"
        )

    starts = range(0, rows - rows % size if drop_last else rows, size)
    if not shuffle:
        return (tuple(column[i : i + size] for column in columns) for i in starts)
    order = (np.random.default_rng() if rng is None else rng).permutation(rows)
    return (tuple(column[order[i : i + size]] for column in columns) for i in starts)


def one_hot(labels: ArrayLike, classes: int) -> NDArray[np.float32]:
    """out[i, k] = 1 where k = labels[i], else 0.

    Shapes: (m,) → (m, classes).

    Raises: DataError if labels are not a vector of integers from 0 to classes - 1.
    """
    labels = np.asarray(labels)
    classes = _positive_integer("classes", classes)
    if labels.ndim != 1:
        raise DataError(
            f"one_hot needs labels of shape (m,), found {labels.shape}; use labels.ravel()"
        )
    if labels.size and labels.dtype.kind not in "iu":
        raise DataError(
            f"one_hot needs integer labels, found {labels.dtype}; use labels.astype(np.int64)"
        )
    if labels.size and not (labels.min() >= 0 and labels.max() < classes):
        raise DataError(
            f"one_hot with classes={classes} needs labels from 0 to {classes - 1}, "
            f"found {labels.min()} to {labels.max()}"
        )
    out = np.zeros((labels.size, classes), dtype=np.float32)
    out[np.arange(labels.size), labels.astype(np.int64)] = 1
    return out


def _common_length(columns: tuple[NDArray[Any], ...]) -> int:
    if not columns:
        raise DataError("batches needs at least one array, as in batches(x, y, batch_size=64)")
    if any(column.ndim == 0 for column in columns):
        shapes = ", ".join(str(column.shape) for column in columns)
        raise DataError(f"batches needs arrays that have rows, found the shapes {shapes}")
    lengths = [len(column) for column in columns]
    if len(set(lengths)) > 1:
        raise DataError(
            f"batches needs arrays with the same number of rows, found {', '.join(map(str, lengths))}"
        )
    return lengths[0]


def _positive_integer(name: str, value: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        number = 0
    if number < 1:
        raise DataError(f"{name} must be an integer of 1 or more, found {value!r}")
    return number
