"""Data for a model: mini-batches of rows, and class indices as one-hot rows."""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

import operator
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import DataError
from ..nn.data_checks import plain_array


def batches(
    *arrays: ArrayLike,
    batch_size: int,
    shuffle: bool = True,
    rng: np.random.Generator | int | None = None,
    drop_last: bool = False,
    join_single: bool = False,
) -> Iterator[tuple[NDArray[Any], ...]]:
    """One epoch: every row once, in tuples of batch_size rows, the same rows of each array.

    A shuffled batch is a copy; without shuffling it is a view. Call it once per epoch with the same
    generator, ``rng = np.random.default_rng(0)``: each epoch then has its own order, and the same seed gives
    the same batches. A seed, ``rng=0``, gives the same order at every call. Without ``rng`` the order differs
    from run to run. The last batch has the remaining rows; ``drop_last`` leaves it out. With ``join_single``
    a last batch of a single row, which has no variance, becomes part of the batch before it, as in `fit`.

    Shapes: (m, …), (m, …), … → ⌈m / batch_size⌉ tuples of (batch_size, …), (batch_size, …), …

    Raises: DataError, at the call and not at the first batch, if there is no array, if the
    arrays differ in their number of rows or are masked, if batch_size is not a positive integer, or if
    ``drop_last`` would leave no batch at all.
    """
    columns = tuple(plain_array(f"array {i}", array) for i, array in enumerate(arrays))
    rows = _common_length(columns)
    size = _positive_integer("batch_size", batch_size)
    order_of = generator(rng)
    for name, flag in (
        ("shuffle", shuffle),
        ("drop_last", drop_last),
        ("join_single", join_single),
    ):
        if not isinstance(flag, (bool, np.bool_)):
            raise DataError(f"{name}={flag!r}: must be True or False")
    if drop_last and rows < size:
        raise DataError(
            f"drop_last leaves no batch: batch_size is {size} and there are {rows} rows; "
            f"choose a smaller batch_size or drop_last=False"
        )

    edges = bounds(rows - rows % size if drop_last else rows, size, join_single)
    if not shuffle:
        return (tuple(column[i:j] for column in columns) for i, j in edges)
    order = order_of.permutation(rows)
    return (tuple(column[order[i:j]] for column in columns) for i, j in edges)


def bounds(rows: int, size: int, join_single: bool) -> list[tuple[int, int]]:
    """The first row of each batch, and the row after its last."""
    starts = list(range(0, rows, size))
    if join_single and rows % size == 1 and len(starts) > 1:
        starts.pop()
    return list(zip(starts, [*starts[1:], rows]))


def generator(rng: np.random.Generator | int | None) -> np.random.Generator:
    """`rng` itself, or one that is made from the seed; None for a random one.

    Raises: DataError for anything else.
    """
    if isinstance(rng, np.random.Generator):
        return rng
    seed = isinstance(rng, (int, np.integer)) and not isinstance(rng, bool)
    if rng is None or (seed and rng >= 0):
        return np.random.default_rng(rng)
    raise DataError(
        f"rng must be a numpy.random.Generator, a seed of 0 or more, or None, found {rng!r}: make one with "
        f"np.random.default_rng(seed)"
    )


def one_hot(labels: ArrayLike, classes: int) -> NDArray[np.float32]:
    """out[i, k] = 1 where k = labels[i], else 0.

    Shapes: (m,) → (m, classes).

    Raises: DataError if labels are not a vector of integers from 0 to classes - 1.
    """
    labels = plain_array("labels", labels)
    classes = _positive_integer("classes", classes)
    if labels.ndim != 1:
        raise DataError(
            f"one_hot needs labels of shape (m,), found {labels.shape}; use labels.ravel()"
        )
    if labels.size and labels.dtype.kind not in "iu":
        raise DataError(f"one_hot needs integer labels, found {labels.dtype}{_as_integers(labels)}")
    if labels.size and not (labels.min() >= 0 and labels.max() < classes):
        raise DataError(
            f"one_hot with classes={classes} needs labels from 0 to {classes - 1}, "
            f"found {labels.min()} to {labels.max()}"
        )
    out = np.zeros((labels.size, classes), dtype=np.float32)
    out[np.arange(labels.size), labels.astype(np.int64)] = 1
    return out


def _as_integers(labels: NDArray[Any]) -> str:
    """How to make class indices of labels of another dtype, if that is possible."""
    if labels.dtype.kind not in "fb":
        names = "names, labels = np.unique(labels, return_inverse=True)"
        return f"; {names} numbers the classes"
    wrong = np.flatnonzero(labels != np.floor(labels)) if labels.dtype.kind == "f" else labels[:0]
    broken = np.flatnonzero(~np.isfinite(labels)) if labels.dtype.kind == "f" else labels[:0]
    if len(broken) or len(wrong):
        row = int([*broken, *wrong][0])
        return f", with {labels[row]} in row {row}, which is no class: leave the row out"
    return "; use labels.astype(np.int64)"


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
        number = 0 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = 0
    if number < 1:
        raise DataError(f"{name} must be an integer of 1 or more, found {value!r}")
    return number
