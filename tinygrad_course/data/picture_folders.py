"""Folders of pictures as a data set: `from_images`."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, SettingError
from .datasets import Dataset, imbalance
from .extras import needed
from .picture_preparation import PicturePreparation
from .pictures import read_picture
from .split import stratified_split
from .table import plural

_SHOWN = 5


def from_images(
    folder: str | Path,
    *,
    size: tuple[int, int],
    channels: int = 3,
    layout: str = "flat",
    crop: bool = False,
    standardise: bool = False,
    unreadable: str = "refuse",
    test_fraction: float = 0.2,
    seed: int = 0,
    name: str | None = None,
) -> Dataset:
    """A folder with one folder per class, ``photos/cat/1.jpg``, ``photos/dog/1.jpg``, as a data set.

    Pictures of any format that Pillow reads, also in folders inside those, are turned upright, made one size
    (stretched; with `crop` the middle is taken) and divided by 255; `standardise` takes the mean and the
    deviation of the training pictures per channel instead. Hidden files are left out.

    - size: (height, width).
    - channels: 3 for colours, 1 for grey.
    - layout: "flat" is (m, height · width · channels), for `nn.Linear`; "channels_first" is (m, channels,
      height, width), for convolutions.
    - unreadable: "refuse" raises after all files were tried, and names them; "skip" leaves them out, and
      names them in the `notes`.

    Raises: DataError for a folder that is not there or has no classes, for files that can't be read, and for
    classes with too few pictures; SettingError; MissingExtraError without Pillow.
    """
    if unreadable not in ("refuse", "skip"):
        raise SettingError(f"unreadable={unreadable!r}: must be 'refuse' or 'skip'")
    needed("PIL.Image", "images", "reading pictures")
    class_names, files, labels, others = picture_files(folder)
    preparation = PicturePreparation(size, channels, class_names, layout=layout, crop=crop)
    pictures = np.empty((len(files), *preparation.size, channels), dtype=np.uint8)
    readable = np.ones(len(files), dtype=bool)
    faults: list[str] = []
    for i, file in enumerate(files):
        try:
            pictures[i] = read_picture(file, preparation.size, channels, crop=crop)
        except DataError as error:
            faults.append(str(error))
            readable[i] = False
    if faults and unreadable == "refuse":
        raise DataError(
            f"{plural(len(faults), 'file')} of {len(files)} can't be used: {_listed(faults)}. Remove them, "
            f"or leave them out with unreadable='skip'"
        )
    for label, class_name in enumerate(class_names):
        if not readable[labels == label].any():
            raise DataError(
                f"no picture of class {class_name!r} can be read: {_listed(faults) or 'the folder is empty'}"
            )
    pictures, labels = pictures[readable], labels[readable]
    train, test = stratified_split(labels, test_fraction=test_fraction, seed=seed)
    if standardise:
        preparation = preparation.standardised(pictures[train])
    notes = [f"{plural(len(faults), 'file')} left out: {_listed(faults)}"] if faults else []
    if others:
        notes.append(
            f"{plural(len(others), 'file')} with names of no picture: {_listed([p.name for p in others])}"
        )
    return pictures_as_dataset(
        name or Path(folder).name,
        str(folder),
        preparation,
        (pictures[train], labels[train], pictures[test], labels[test]),
        notes,
    )


def picture_files(
    folder: str | Path,
) -> tuple[tuple[str, ...], list[Path], NDArray[np.int64], list[Path]]:
    """Class names, files, their labels, and files that are no pictures by their names.

    Raises: DataError for no folder, and for fewer than two classes.
    """
    root = Path(folder)
    if not root.is_dir():
        found = "is a file" if root.exists() else "does not exist"
        raise DataError(
            f"the folder {str(root)!r} {found}: give a folder with one folder per class"
        )
    classes = sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] != ".")
    if len(classes) < 2:
        found = ", ".join(repr(path.name) for path in classes) or "none"
        raise DataError(
            f"the folder {str(root)!r} has these folders: {found}. Each class is a folder, and there must be "
            f"two or more, such as {root.name}/cat and {root.name}/dog"
        )
    suffixes = needed("PIL.Image", "images", "reading pictures").registered_extensions()
    files, labels, others = [], [], []
    for label, path in enumerate(classes):
        for file in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if hidden or not file.is_file():
                continue
            if file.suffix.lower() in suffixes:
                files.append(file)
                labels.append(label)
            else:
                others.append(file)
    if not files:
        raise DataError(f"the folders of {str(root)!r} have no pictures in them")
    return tuple(path.name for path in classes), files, np.array(labels, dtype=np.int64), others


def pictures_as_dataset(
    name: str,
    source: str,
    preparation: PicturePreparation,
    arrays: tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]],
    notes: list[str],
) -> Dataset:
    """A data set of pictures that have been read: train and test, pictures and labels."""
    pictures_train, y_train, pictures_test, y_test = arrays
    if preparation.means.any():
        scaling = "standardised with the mean and deviation of the training pictures per channel"
    else:
        scaling = "bytes divided by 255, so between 0 and 1"
    return Dataset(
        name=name,
        x_train=preparation.scaled(pictures_train),
        y_train=y_train,
        x_test=preparation.scaled(pictures_test),
        y_test=y_test,
        class_names=preparation.class_names,
        image_shape=preparation.image_shape,
        scaling=scaling,
        source=source,
        preparation=preparation,
        notes=(*notes, *imbalance(y_train, preparation.class_names)),
    )


def _listed(faults: list[str]) -> str:
    more = f" and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    return "; ".join(faults[:_SHOWN]) + more
