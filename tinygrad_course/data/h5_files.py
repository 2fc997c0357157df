"""HDF5 files in the layout of the course, ``train_catvnoncat.h5`` and ``test_catvnoncat.h5``: `from_h5`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from .datasets import Dataset
from .extras import needed
from .picture_folders import pictures_as_dataset
from .picture_preparation import PicturePreparation
from .split import stratified_split

Pair = tuple[NDArray[np.uint8], NDArray[np.int64]]


def from_h5(
    train: str | Path,
    test: str | Path | None = None,
    *,
    layout: str = "flat",
    standardise: bool = False,
    test_fraction: float = 0.2,
    seed: int = 0,
    name: str | None = None,
) -> Dataset:
    """The course's HDF5 files as a data set: pictures, labels from 0, and the names of the classes.

    The keys are train_set_x, train_set_y, test_set_x, test_set_y and list_classes. The test set is in the
    second file, or in the first, or, if neither has one, a share of the training set. Without list_classes
    the classes are called by their numbers. For `layout` and `standardise` see `from_images`.

    Shapes: x uint8 (m, height, width, 3), such as (209, 64, 64, 3); y (m,), (m, 1) or (1, m).

    Raises: DataError for a file that is not there or no HDF5, for a key that is missing, and for shapes,
    dtypes and labels that don't fit; MissingExtraError without h5py.
    """
    with opened(train) as file:
        first, names = _pair(file, "train_set"), _class_names(file)
        second = _pair(file, "test_set") if test is None and "test_set_x" in file else None
    if test is not None:
        with opened(test) as file:
            second, others = _pair(file, "test_set"), _class_names(file)
        if names and others and names != others:
            raise DataError(
                f"list_classes is {list(names)} in {Path(train).name} and {list(others)} in "
                f"{Path(test).name}: give files of one data set"
            )
        names = names or others
    pictures, labels = first
    if second is None:
        rows, held_out = stratified_split(labels, test_fraction=test_fraction, seed=seed)
        second = pictures[held_out], labels[held_out]
        pictures, labels = pictures[rows], labels[rows]
    if second[0].shape[1:] != pictures.shape[1:]:
        raise DataError(
            f"the pictures for training are {pictures.shape[1:]} and those for testing "
            f"{second[0].shape[1:]}: give files of one data set"
        )
    largest = int(max(labels.max(), second[1].max()))
    names = names or tuple(map(str, range(largest + 1)))
    if largest >= len(names):
        raise DataError(
            f"there is a label {largest}, and list_classes has {len(names)} names: labels count from 0"
        )
    height, width, channels = pictures.shape[1:]
    preparation = PicturePreparation((height, width), channels, names, layout=layout)
    if standardise:
        preparation = preparation.standardised(pictures)
    return pictures_as_dataset(
        name or Path(train).stem,
        str(train),
        preparation,
        (pictures, labels, *second),
        [],
    )


@contextmanager
def opened(path: str | Path) -> Iterator[Any]:
    """An HDF5 file, for reading.

    Raises: DataError for a file that is not there, or no HDF5; MissingExtraError.
    """
    h5py = needed("h5py", "h5", "reading HDF5")
    if not Path(path).is_file():
        raise DataError(f"the file {str(path)!r} does not exist")
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise DataError(f"{Path(path).name} is no HDF5 file that can be read: {error}") from None
    with file:
        yield file


def dataset_in(file: Any, key: str) -> Any:
    """An array of a file, which has not been read yet.

    Raises: DataError that lists the keys there are.
    """
    name = Path(file.filename).name
    found = file.get(key)
    if found is None or not hasattr(found, "shape"):
        keys = ", ".join(map(repr, file)) or "none"
        raise DataError(f"{name} has no array {key!r}. Its keys are: {keys}")
    return found


def _pair(file: Any, prefix: str) -> Pair:
    """Pictures and labels under the course's keys."""
    name = Path(file.filename).name
    x, y = dataset_in(file, f"{prefix}_x"), dataset_in(file, f"{prefix}_y")
    if x.dtype != np.uint8 or x.ndim != 4 or x.shape[3] not in (1, 3) or not x.size:
        raise DataError(
            f"{name}: {prefix}_x has dtype {x.dtype} and shape {x.shape}: pictures are uint8 "
            f"(m, height, width, 3)"
        )
    if y.size != len(x) or y.ndim == 0 or max(y.shape) != y.size:
        raise DataError(
            f"{name}: {prefix}_y has shape {y.shape}, and there are {len(x)} pictures: each needs one label"
        )
    try:
        pictures, labels = np.asarray(x), np.asarray(y).reshape(-1)
    except OSError as error:
        raise DataError(f"{name} is damaged: {error}") from None
    if labels.dtype.kind not in "iub" or labels.astype(np.int64).min() < 0:
        raise DataError(
            f"{name}: {prefix}_y has dtype {labels.dtype}, from {labels.min()} to {labels.max()}: labels are "
            f"whole numbers from 0"
        )
    return pictures, labels.astype(np.int64)


def _class_names(file: Any) -> tuple[str, ...]:
    """The names under list_classes; none if the file has none."""
    if "list_classes" not in file:
        return ()
    names = np.asarray(dataset_in(file, "list_classes")).reshape(-1)
    return tuple(n.decode("utf-8", "replace") if isinstance(n, bytes) else str(n) for n in names)
