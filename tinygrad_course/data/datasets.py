"""`Dataset`: a data set of the package, and the files that ship with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


# A generated __eq__ would raise, since == of arrays is an array.
@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """A training set and a test set of one classification task, ready for a model.

    Shapes: x_train (m_train, n_x), y_train (m_train,), x_test (m_test, n_x), y_test (m_test,).
    Rows are examples; the course's column convention is ``x_train.T``.

    Units: x is float32, scaled as ``scaling`` says. y is int64 and counts the classes from 0, so
    that ``class_names[y]`` is an example's class.
    """

    name: str
    """What reports and plots call it."""
    x_train: NDArray[np.float32]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.float32]
    y_test: NDArray[np.int64]
    class_names: tuple[str, ...]
    scaling: str
    """How x was scaled, in words."""
    source: str
    """The origin and licence of the data, in one line."""
    feature_names: tuple[str, ...] | None = None
    """One name per column of x, or None if the columns are pixels."""
    image_shape: tuple[int, int] | None = None
    """(height, width) such that ``x_train[i].reshape(image_shape)`` is an image, or None."""

    def __repr__(self) -> str:
        features = self.x_train.shape[1]
        if self.image_shape is None:
            inputs = f"{features} features"
        else:
            inputs = f"{self.image_shape[0]}×{self.image_shape[1]} pixels"
        return (
            f"Dataset({self.name}: {len(self.y_train)} train + {len(self.y_test)} test rows, "
            f"{inputs}, {len(self.class_names)} classes: {', '.join(self.class_names)})"
        )


@contextmanager
def shipped_file(name: str) -> Iterator[Path]:
    """A path to ``files/<name>`` of the package, valid inside the context.

    If the package is run from a zip archive, the file is unpacked to a temporary file.
    """
    from importlib import resources  # where it is used: it slows the package's import down

    with resources.as_file(resources.files("tinygrad_course.data") / "files" / name) as path:
        yield path
