import dataclasses
import hashlib

import numpy as np
import pytest

from tinygrad_course import data
from tinygrad_course.data import breast_cancer, cats, digits
from tinygrad_course.data.datasets import shipped_file

DATA_FILES = ["breast_cancer.sqlite", "digits.npz", "cats.npz"]


def test_a_dataset_can_not_be_rebound():
    dataset = data.breast_cancer()
    with pytest.raises(dataclasses.FrozenInstanceError):
        dataset.x_train = dataset.x_test


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


# --- the files that ship --------------------------------------------------------------------------


def content(name):
    with shipped_file(name) as path:
        return path.read_bytes()


def test_the_files_are_those_that_the_build_script_wrote():
    recorded = dict(reversed(line.split()) for line in content("SHA256SUMS").decode().splitlines())
    found = {name: hashlib.sha256(content(name)).hexdigest() for name in DATA_FILES}
    assert found == recorded


def test_nothing_else_ships():
    with shipped_file("SHA256SUMS") as path:
        names = {file.name for file in path.parent.iterdir()}
    assert names == {*DATA_FILES, "SHA256SUMS", "LICENSES.md"}


def test_together_they_are_small():
    assert sum(len(content(name)) for name in DATA_FILES) < 4_000_000


@pytest.mark.parametrize("load", [breast_cancer, cats, digits], ids=lambda load: load.__name__)
def test_the_licence_file_has_a_chapter_on_each_data_set(load):
    text = content("LICENSES.md").decode()
    assert f"\n## {load.__name__}\n" in text


@pytest.mark.parametrize(
    "notice",
    ["CC BY 4.0", "10.24432/C5DW2B", "CC BY-SA 3.0", "Copyright (c) 2025 SinaSR-6", "MIT License"],
)
def test_the_licence_file_has_the_notices_that_the_licences_ask_for(notice):
    assert notice in content("LICENSES.md").decode()
