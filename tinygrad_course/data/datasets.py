"""`Dataset`: a data set of the package, and the files that ship with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..nn.preparation import Preparation


# A generated __eq__ would raise, since == of arrays is an array.
@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """A training set and a test set of one task, ready for a model.

    Shapes: x_train (m_train, n_x), y_train (m_train,), x_test (m_test, n_x), y_test (m_test,).
    Rows are examples; the course's column convention is ``x_train.T``.

    Units: x is float32, scaled as ``scaling`` says. y is int64 and counts the classes from 0, so
    that ``class_names[y]`` is an example's class; or float32, where the target is a number.
    """

    name: str
    """What reports and plots call it."""
    x_train: NDArray[np.float32]
    y_train: NDArray[Any]
    x_test: NDArray[np.float32]
    y_test: NDArray[Any]
    class_names: tuple[str, ...]
    """The class of each index; empty where the target is a number."""
    scaling: str
    """How x was scaled, in words."""
    source: str
    """The origin and licence of the data, in one line."""
    feature_names: tuple[str, ...] | None = None
    """One name per column of x, or None if the columns are pixels."""
    image_shape: tuple[int, ...] | None = None
    """(height, width) or (height, width, 3) such that ``x_train[i].reshape(image_shape)`` is an image, or
    None."""
    preparation: Preparation | None = None
    """What turns raw rows into x, learnt from the training rows; None for data that came prepared. A model
    that is trained on the data set gets it, and its file has it."""
    notes: tuple[str, ...] = ()
    """What is worth knowing: rows that were left out, classes that are rare."""

    def __repr__(self) -> str:
        features = self.x_train.shape[1]
        if self.image_shape is None:
            inputs = f"{features} features"
        else:
            inputs = f"{'×'.join(map(str, self.image_shape[:2]))} pixels"
            inputs += " in colour" if self.image_shape[2:] == (3,) else ""
        if self.class_names:
            target = f"{len(self.class_names)} classes: {', '.join(self.class_names)}"
        else:
            target = "the target is a number"
        lines = [
            f"Dataset({self.name}: {len(self.y_train)} train + {len(self.y_test)} test rows, "
            f"{inputs}, {target})",
            *self.notes,
        ]
        return "\n  ".join(lines)


_RATIO = 3
"""From this ratio of the largest to the smallest class on, classes are called unequal."""


def imbalance(y: NDArray[np.int64], class_names: tuple[str, ...]) -> list[str]:
    """A note if classes are unequal: which, and what a model reaches that always answers the largest."""
    counts = np.bincount(y, minlength=len(class_names))
    least, most = int(counts.argmin()), int(counts.argmax())
    if counts[most] < _RATIO * counts[least]:
        return []
    return [
        f"classes are unequal: {class_names[least]!r} has {counts[least]} of {len(y)} training rows, and who "
        f"always answers {class_names[most]!r} is right in {counts[most] / len(y):.1%} of them"
    ]


@contextmanager
def shipped_file(name: str) -> Iterator[Path]:
    """A path to ``files/<name>`` of the package, valid inside the context.

    If the package is run from a zip archive, the file is unpacked to a temporary file.
    """
    from importlib import resources  # where it is used: it slows the package's import down

    with resources.as_file(resources.files("tinygrad_course.data") / "files" / name) as path:
        yield path
