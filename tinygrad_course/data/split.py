"""Splitting into train and test: shuffled, stratified, and reproducible for a seed."""

import operator

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
    labels = plain_array("labels", labels)
    if labels.ndim != 1 or labels.size == 0:
        raise DataError(f"labels must have the shape (m,) with m > 0, found {labels.shape}")
    gaps = [i for i, label in enumerate(labels) if label is None or label != label]
    if gaps:
        raise DataError(
            f"labels has {labels[gaps[0]]} in row {gaps[0]}, which is no class: leave these rows out"
        )
    is_number = isinstance(test_fraction, (int, float, np.number))
    if not (is_number and 0 < test_fraction < 1):
        raise DataError(f"test_fraction must be between 0 and 1, found {test_fraction!r}")

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
