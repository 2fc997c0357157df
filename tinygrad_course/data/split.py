"""Splitting into train and test, reproducible for a seed: by class, at random, by group, by time.

A split has to imitate what the model is for. Rows of one patient, one user or one camera are alike: a model
that is to work for others is tested on whole groups (`grouped_split`). A model that is to predict what comes
is tested on the latest rows (`time_ordered_split`).
"""

import operator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import DataError
from ..nn.data_checks import plain_array


def permutation(count: int, seed: int, stream: int = 0) -> NDArray[np.int64]:
    """The numbers 0 … count-1 in an order given by the seed; the streams of a seed are independent.

    Numerics: NumPy guarantees that a bit generator's raw stream never changes, but not that
    ``Generator.permutation`` doesn't. Sorting raw numbers keeps the published splits, and with them
    the published accuracies, valid across NumPy versions.
    """
    try:
        bits = np.random.PCG64(operator.index(seed)).jumped(stream)
    except (TypeError, ValueError):
        raise DataError(f"seed must be an integer of 0 or more, found {seed!r}") from None
    return bits.random_raw(count).argsort(kind="stable").astype(np.int64)


def stratified_split(
    labels: ArrayLike, *, test_fraction: float = 0.2, seed: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row indices of a train and a test part in which every class has the same proportion.

    Of a class of n rows, round(test_fraction · n), chosen at random, are in the test part. Both parts
    are shuffled. Every row is in exactly one part, so remove duplicate rows first: otherwise a test row
    may occur in training too.

    Shapes: labels (m,) → (m_train,), (m_test,).

    Raises: DataError if labels are not one-dimensional, if test_fraction is not between 0 and 1,
    or if it leaves a class without a row to train on or to test on.
    """
    labels = _vector("labels", labels, "class")
    _check_fraction(test_fraction)
    order = permutation(labels.size, seed)
    in_test = np.zeros(labels.size, dtype=bool)
    for label in np.unique(labels):
        rows = order[labels[order] == label]
        chosen = round(test_fraction * rows.size)
        if not 0 < chosen < rows.size:
            raise DataError(
                f"test_fraction={test_fraction} puts {chosen} of the {rows.size} rows of class "
                f"{label.item()!r} into the test part; both parts need at least one: "
                f"change test_fraction or add rows"
            )
        in_test[rows[:chosen]] = True
    # In an order of its own: in `order`, the test rows of each class come before its train rows.
    shuffled = permutation(labels.size, seed, stream=1)
    return shuffled[~in_test[shuffled]], shuffled[in_test[shuffled]]


def random_split(
    rows: int, *, test_fraction: float = 0.2, seed: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row indices of a train and a test part, chosen at random: for targets that are numbers.

    The test part has round(test_fraction · rows) rows.

    Shapes: → (m_train,), (m_test,).

    Raises: DataError for a fraction that is not between 0 and 1, or that leaves a part empty.
    """
    _check_fraction(test_fraction)
    if isinstance(rows, bool) or not isinstance(rows, (int, np.integer)) or rows < 1:
        raise DataError(f"rows must be how many rows there are, found {rows!r}: give len(x)")
    order = permutation(int(rows), seed)
    chosen = round(test_fraction * int(rows))
    _check_parts(chosen, int(rows), test_fraction, "rows")
    return order[chosen:], order[:chosen]


def grouped_split(
    groups: ArrayLike, *, test_fraction: float = 0.2, seed: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row indices of a train and a test part such that all rows of a group are in the same part.

    The groups come in random order, and fill the test part as long as each brings its number of rows
    closer to test_fraction · m. Both parts are shuffled.

    Shapes: groups (m,), any values → (m_train,), (m_test,).

    Raises: DataError if groups are not one-dimensional, have gaps, or are fewer than two; for a fraction
    that is not between 0 and 1.
    """
    groups = _vector("groups", groups, "group")
    _check_fraction(test_fraction)
    names, member = np.unique(groups.astype(str), return_inverse=True)
    if len(names) < 2:
        raise DataError(
            f"all {groups.size} rows are of the group {names[0].item()!r}: both parts need at least one "
            f"group; use random_split or add groups"
        )
    sizes, wanted, taken = np.bincount(member), test_fraction * groups.size, 0
    order = permutation(len(names), seed)
    chosen: list[int] = []
    for group in order[:-1]:  # the last one stays for training
        if abs(taken + sizes[group] - wanted) < abs(taken - wanted):
            chosen.append(int(group))
            taken += int(sizes[group])
    if not chosen:  # all are large: the one that comes closest
        chosen = [int(order[np.abs(sizes[order] - wanted).argmin()])]
    in_test = np.isin(member, chosen)
    shuffled = permutation(groups.size, seed, stream=1)
    return shuffled[~in_test[shuffled]], shuffled[in_test[shuffled]]


def time_ordered_split(
    times: ArrayLike, *, test_fraction: float = 0.2
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row indices of a train part and of a test part that is later than all of it.

    The test part has the latest round(test_fraction · m) rows, and fewer if rows of the same time would
    be in both parts: those stay in training. Both parts are in the order of time.

    Shapes: times (m,), numbers, dates, or text that sorts by time such as "2026-01-31" →
    (m_train,), (m_test,).

    Raises: DataError if times are not one-dimensional or have gaps; for a fraction that is not between 0
    and 1, or that leaves a part empty.
    """
    times = _vector("times", times, "time")
    _check_fraction(test_fraction)
    order = np.argsort(times, kind="stable").astype(np.int64)
    chosen = round(test_fraction * times.size)
    _check_parts(chosen, times.size, test_fraction, "rows")
    ordered = times[order]
    border = ordered[times.size - chosen - 1]  # the latest time of training
    later = np.array([time > border for time in ordered], dtype=bool)
    if not later.any():
        raise DataError(
            f"the latest {chosen} rows all have the time {border}, and so have rows before them: "
            f"choose a larger test_fraction"
        )
    return order[~later], order[later]


def _vector(name: str, values: ArrayLike, what: str) -> NDArray[Any]:
    """The values as a vector with rows and without gaps."""
    array = plain_array(name, values)
    if array.ndim != 1 or array.size == 0:
        raise DataError(f"{name} must have the shape (m,) with m > 0, found {array.shape}")
    gaps = [i for i, value in enumerate(array) if value is None or value != value]
    if gaps:
        raise DataError(
            f"{name} has {array[gaps[0]]} in row {gaps[0]}, which is no {what}: leave these rows out"
        )
    return array


def _check_fraction(test_fraction: float) -> None:
    is_number = isinstance(test_fraction, (int, float, np.number))
    if not (is_number and 0 < test_fraction < 1):
        raise DataError(f"test_fraction must be between 0 and 1, found {test_fraction!r}")


def _check_parts(chosen: int, rows: int, test_fraction: float, what: str) -> None:
    if not 0 < chosen < rows:
        raise DataError(
            f"test_fraction={test_fraction} puts {chosen} of the {rows} {what} into the test part; both "
            f"parts need at least one: change test_fraction or add rows"
        )
