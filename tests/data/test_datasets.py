import dataclasses

import numpy as np
import pytest

from tinygrad_course import data


def test_a_dataset_can_not_be_rebound():
    dataset = data.breast_cancer()
    with pytest.raises(dataclasses.FrozenInstanceError):
        dataset.x_train = dataset.x_test  # type: ignore[misc]


def test_the_repr_of_a_table_tells_its_sizes():
    assert repr(data.breast_cancer()) == (
        "Dataset(breast_cancer: 456 train + 113 test rows, 30 features, "
        "2 classes: malignant, benign)"
    )


def test_the_repr_of_pictures_tells_their_shape():
    assert repr(data.cats()) == (
        "Dataset(cats: 1588 train + 396 test rows, 28×28 pixels, 2 classes: not a cat, cat)"
    )


def test_datasets_compare_by_identity_rather_than_raise():
    first, second = data.breast_cancer(), data.breast_cancer()
    assert first == first
    assert first != second


def test_two_calls_share_no_memory():
    first, second = data.breast_cancer(), data.breast_cancer()
    first.x_train[:] = 0
    assert np.any(second.x_train != 0)
