import shutil
import sqlite3
from contextlib import contextmanager

import numpy as np
import pytest

from tinygrad_course.data import breast_cancer, tables
from tinygrad_course.data.datasets import shipped_file


def test_the_classes_are_those_of_scikit_learn():
    dataset = breast_cancer()
    assert dataset.class_names == ("malignant", "benign")
    assert np.bincount(np.concatenate([dataset.y_train, dataset.y_test])).tolist() == [212, 357]


def test_the_features_are_those_of_scikit_learn():
    names = breast_cancer().feature_names
    assert names is not None
    assert len(names) == len(set(names)) == 30
    assert (names[0], names[10], names[20]) == ("mean radius", "radius error", "worst radius")
    assert (names[7], names[29]) == ("mean concave points", "worst fractal dimension")


def test_the_database_holds_the_published_ranges():
    with shipped_file("breast_cancer.sqlite") as path:
        database = sqlite3.connect(path)
        found = database.execute(
            "SELECT min(mean_radius), max(mean_radius), min(worst_area), max(worst_area) "
            "FROM samples JOIN diagnoses USING (label)"
        ).fetchone()
        database.close()
    assert found == (6.981, 28.11, 185.2, 4254.0)


def test_the_training_rows_have_mean_0_and_standard_deviation_1():
    x = breast_cancer().x_train.astype(np.float64)
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(x.std(axis=0), 1, atol=1e-6)


def test_the_test_rows_take_no_part_in_the_standardisation():
    dataset = breast_cancer()
    raw, labels, *_ = tables._read_database()
    train, test = tables.stratified_split(labels, test_fraction=0.2, seed=0)
    expected = (raw[test] - np.mean(raw[train], axis=0)) / np.std(raw[train], axis=0)
    np.testing.assert_allclose(dataset.x_test, expected, rtol=1e-5, atol=1e-6)
    assert np.abs(dataset.x_test.mean(axis=0)).max() > 0.01


@pytest.mark.parametrize("folder", ["with space", "ünï çødé 数据", "a?b#c%20d&mode=rwc"])
def test_the_database_opens_in_a_folder_of_any_name_and_is_left_as_it_was(
    tmp_path, monkeypatch, folder
):
    directory = tmp_path / folder
    try:
        directory.mkdir()
    except OSError:
        pytest.skip("this file system does not allow such a name")
    with shipped_file("breast_cancer.sqlite") as path:
        copy = shutil.copy(path, directory / path.name)
    before = copy.read_bytes()
    copy.chmod(0o444)
    directory.chmod(0o555)

    @contextmanager
    def elsewhere(name):
        yield directory / name

    monkeypatch.setattr(tables, "shipped_file", elsewhere)
    try:
        assert len(breast_cancer().y_train) == 456
        assert [path.name for path in directory.iterdir()] == [copy.name]
        assert copy.read_bytes() == before
    finally:
        directory.chmod(0o755)
