import numpy as np
import pytest

from tinygrad_course.data import cats, digits

each_loader = pytest.mark.parametrize("load", [cats, digits], ids=["cats", "digits"])


@each_loader
def test_pixels_are_grey_values_between_0_and_1(load):
    dataset = load()
    for x in (dataset.x_train, dataset.x_test):
        assert x.min() == 0
        assert x.max() == 1
        grey = x * 255
        np.testing.assert_allclose(grey, np.round(grey), atol=1e-4)


@each_loader
def test_rows_are_pictures_of_the_stated_shape(load):
    dataset = load()
    assert dataset.image_shape == (28, 28)
    assert dataset.feature_names is None
    assert dataset.x_train[0].reshape(dataset.image_shape).shape == (28, 28)


def test_there_are_500_of_each_digit():
    dataset = digits()
    assert dataset.class_names == tuple("0123456789")
    labels = np.concatenate([dataset.y_train, dataset.y_test])
    assert np.bincount(labels).tolist() == [500] * 10


def test_labels_belong_to_their_digits():
    # The mean picture of each digit of the training rows classifies most test rows: an
    # independent witness that shuffling kept pictures and labels together.
    dataset = digits()
    means = np.stack([dataset.x_train[dataset.y_train == k].mean(axis=0) for k in range(10)])
    distances = ((dataset.x_test[:, None, :] - means) ** 2).sum(axis=2)
    assert np.mean(distances.argmin(axis=1) == dataset.y_test) > 0.75


def test_ones_have_the_least_ink_and_noughts_a_hole_in_the_middle():
    dataset = digits()
    pictures = dataset.x_train.reshape(-1, 28, 28)
    ink = [pictures[dataset.y_train == k].mean() for k in range(10)]
    middle = [pictures[dataset.y_train == k, 13:15, 13:15].mean() for k in range(10)]
    assert np.argmin(ink) == 1
    assert np.argmin(middle) == 0


def test_there_are_as_many_cats_as_others():
    dataset = cats()
    assert dataset.class_names == ("not a cat", "cat")
    labels = np.concatenate([dataset.y_train, dataset.y_test])
    assert np.bincount(labels).tolist() == [992, 992]
