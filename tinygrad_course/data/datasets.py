"""`Dataset`: the shape in which every data set of the package is handed out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


# Equality of arrays is an array, so a generated __eq__ could only raise: identity it is.
@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """A training set and a test set of one classification task, ready for a model.

    Shapes: x_train (m_train, n_x), y_train (m_train,), x_test (m_test, n_x), y_test (m_test,).
    Rows are examples; the course's column convention is ``x_train.T``.

    Units: x is float32, scaled as ``scaling`` says. y is int64 and counts the classes from 0, so
    that ``class_names[y]`` is an example's class.
    """

    name: str
    x_train: NDArray[np.float32]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.float32]
    y_test: NDArray[np.int64]
    class_names: tuple[str, ...]
    scaling: str
    """What was done to x, in words."""
    source: str
    """Where the data come from and under which licence, in one line."""
    feature_names: tuple[str, ...] | None = None
    """One name for each column of x, or None where a column is only a pixel."""
    image_shape: tuple[int, int] | None = None
    """(height, width) such that ``x_train[i].reshape(image_shape)`` is a picture, or None."""

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
