"""What every data set promises, whichever it is."""

import numpy as np
import pytest

from tinygrad_course import data
from tinygrad_course.errors import DataError

LOADERS = [data.breast_cancer, data.cats, data.digits]
each_loader = pytest.mark.parametrize("load", LOADERS, ids=lambda load: load.__name__)


@each_loader
def test_types_and_shapes(load):
    dataset = load()
    for x, y in ((dataset.x_train, dataset.y_train), (dataset.x_test, dataset.y_test)):
        assert x.dtype == np.float32
        assert y.dtype == np.int64
        assert y.shape == (len(x),)
        assert x.ndim == 2
        assert x.flags.c_contiguous
        assert np.isfinite(x).all()
        assert set(y) == set(range(len(dataset.class_names)))
    assert dataset.x_train.shape[1] == dataset.x_test.shape[1]
    assert dataset.name == load.__name__
    assert dataset.source
    assert dataset.scaling


@each_loader
def test_no_row_of_the_test_set_is_in_the_training_set_nor_anywhere_twice(load):
    dataset = load()
    rows = np.concatenate([dataset.x_train, dataset.x_test])
    assert len({row.tobytes() for row in rows}) == len(rows)


@each_loader
@pytest.mark.parametrize("test_fraction", [0.1, 0.2, 0.5])
def test_every_class_has_its_share_of_the_test_set(load, test_fraction):
    dataset = load(test_fraction=test_fraction)
    train, test = np.bincount(dataset.y_train), np.bincount(dataset.y_test)
    assert np.all(np.abs(test - test_fraction * (train + test)) <= 0.5)


@each_loader
def test_the_rows_are_shuffled(load):
    dataset = load()
    for y in (dataset.y_train, dataset.y_test):
        changes = np.count_nonzero(np.diff(y)) / (len(y) - 1)
        shares = np.bincount(y) / len(y)
        assert changes == pytest.approx(1 - np.sum(shares**2), abs=0.1)


@each_loader
def test_the_seed_fixes_the_split_and_the_default_seed_is_0(load):
    default, again, other = load(), load(seed=0), load(seed=1)
    for name in ("x_train", "y_train", "x_test", "y_test"):
        np.testing.assert_array_equal(getattr(default, name), getattr(again, name))
    assert not np.array_equal(default.y_train, other.y_train)


@each_loader
@pytest.mark.parametrize("test_fraction", [0, 1, -0.2, 20, float("nan"), 1e-9])
def test_an_impossible_test_fraction_is_refused(load, test_fraction):
    with pytest.raises(DataError, match="test_fraction"):
        load(test_fraction=test_fraction)


@each_loader
@pytest.mark.parametrize("seed", [-1, 0.5, None, "0"])
def test_an_impossible_seed_is_refused(load, seed):
    with pytest.raises(DataError, match="seed must be an integer"):
        load(seed=seed)
