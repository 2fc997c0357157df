import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course.data import stratified_split
from tinygrad_course.data.split import permutation
from tinygrad_course.errors import DataError

seeds = st.integers(0, 2**64)
class_sizes = st.lists(st.integers(3, 30), min_size=1, max_size=5)
fractions = st.floats(0.25, 0.75)


def labels_of(sizes):
    return np.repeat(np.arange(len(sizes)), sizes)


@given(st.integers(0, 300), seeds)
def test_a_permutation_has_every_number_once(count, seed):
    assert sorted(permutation(count, seed)) == list(range(count))


def test_the_permutation_of_a_seed_never_changes():
    assert permutation(8, seed=0).tolist() == [3, 2, 1, 6, 0, 7, 4, 5]


def test_the_default_split_never_changes():
    parts = stratified_split(np.arange(1000) % 10)
    digest = hashlib.sha256(np.concatenate(parts).astype("<i8").tobytes()).hexdigest()
    assert digest[:16] == "78610e52506f5250"


def test_the_classes_are_mixed_from_the_first_row_on():
    labels = labels_of([500, 500])
    for part in stratified_split(labels):
        assert 0.3 < labels[part[:50]].mean() < 0.7


@given(class_sizes, fractions, seeds)
def test_every_row_lands_in_exactly_one_part(sizes, test_fraction, seed):
    labels = labels_of(sizes)
    train, test = stratified_split(labels, test_fraction=test_fraction, seed=seed)
    assert sorted([*train, *test]) == list(range(len(labels)))


@given(class_sizes, fractions, seeds)
def test_every_class_keeps_its_share(sizes, test_fraction, seed):
    labels = labels_of(sizes)
    _, test = stratified_split(labels, test_fraction=test_fraction, seed=seed)
    found = np.bincount(labels[test], minlength=len(sizes))
    assert found.tolist() == [round(test_fraction * size) for size in sizes]


@given(class_sizes, seeds)
def test_equal_seeds_give_equal_splits(sizes, seed):
    labels = labels_of(sizes)
    for one, other in zip(
        stratified_split(labels, seed=seed, test_fraction=0.5),
        stratified_split(labels, seed=seed, test_fraction=0.5),
    ):
        np.testing.assert_array_equal(one, other)


def test_other_seeds_give_other_splits():
    labels = labels_of([50, 50])
    parts = {stratified_split(labels, seed=seed)[1].tobytes() for seed in range(20)}
    assert len(parts) == 20


def test_both_parts_mix_the_classes():
    labels = labels_of([500, 500])
    for part in stratified_split(labels):
        first_half = labels[part[: len(part) // 2]]
        assert 0.35 < first_half.mean() < 0.65


def test_labels_may_be_names():
    _, test = stratified_split(["cat"] * 4 + ["dog"] * 4, test_fraction=0.25)
    assert sorted(test // 4) == [0, 1]


def test_a_class_too_small_to_split_is_named():
    with pytest.raises(DataError, match=r"0 of the 1 rows of class 7 "):
        stratified_split([3, 3, 3, 7], test_fraction=0.4)


@pytest.mark.parametrize("labels", [[], 3, [[0], [1]]])
def test_labels_that_are_no_vector_are_refused(labels):
    with pytest.raises(DataError, match=r"shape \(m,\)"):
        stratified_split(labels)
