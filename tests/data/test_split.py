import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course.data import (
    grouped_split,
    random_split,
    stratified_split,
    time_ordered_split,
)
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


def test_a_part_without_rows_is_refused():
    for test_fraction in (0.01, 0.99):
        with pytest.raises(DataError, match="both parts need at least one"):
            random_split(10, test_fraction=test_fraction)
        with pytest.raises(DataError, match="both parts need at least one"):
            time_ordered_split(range(10), test_fraction=test_fraction)


def test_one_group_or_one_time_can_not_be_split():
    with pytest.raises(DataError, match="both parts need at least one group"):
        grouped_split(["a"] * 10)
    with pytest.raises(DataError, match="choose a larger test_fraction"):
        time_ordered_split([1] + [2] * 9)
    assert time_ordered_split([1] + [2] * 9, test_fraction=0.9)[1].size == 9


@given(st.integers(4, 200), fractions, seeds)
def test_a_random_split_has_every_row_once(rows, test_fraction, seed):
    chosen = round(test_fraction * rows)
    train, test = random_split(rows, test_fraction=test_fraction, seed=seed)
    assert sorted([*train, *test]) == list(range(rows))
    assert len(test) == chosen


@given(st.lists(st.integers(0, 6), max_size=60), fractions, seeds)
def test_a_group_is_in_one_part(groups, test_fraction, seed):
    groups = [7, *groups, 8]
    train, test = grouped_split(groups, test_fraction=test_fraction, seed=seed)
    assert sorted([*train, *test]) == list(range(len(groups)))
    assert len(train)
    assert len(test)
    assert not {groups[i] for i in train} & {groups[i] for i in test}


@given(st.integers(10, 40), fractions, seeds)
def test_groups_of_one_size_fill_the_test_part_as_rows_would(count, test_fraction, seed):
    groups = np.repeat(np.arange(count), 3)
    _, test = grouped_split(groups, test_fraction=test_fraction, seed=seed)
    assert abs(len(test) - test_fraction * groups.size) <= 1.5


@given(st.lists(st.integers(0, 30), min_size=4, max_size=60), fractions)
def test_the_test_part_is_later_than_all_training(times, test_fraction):
    times = [*times, *[31 + i for i in range(len(times))]]  # so that the latest differ
    train, test = time_ordered_split(times, test_fraction=test_fraction / 2)
    assert sorted([*train, *test]) == list(range(len(times)))
    assert max(times[i] for i in train) < min(times[i] for i in test)
    assert 0 < len(test) <= round(test_fraction / 2 * len(times))
    for part in (train, test):
        assert [times[i] for i in part] == sorted(times[i] for i in part)


@pytest.mark.parametrize(
    "times",
    [
        np.arange("2026-01-01", "2026-01-11", dtype="datetime64[D]"),
        np.array([f"2026-01-{day:02}" for day in range(1, 11)], dtype=object),
    ],
    ids=["dates", "text"],
)
def test_dates_and_text_are_times(times):
    train, test = time_ordered_split(times[::-1])
    assert test.tolist() == [1, 0]
    assert len(train) == 8


@pytest.mark.parametrize("split", [grouped_split, time_ordered_split])
@pytest.mark.parametrize("values", [[], [[1], [2]], [1.0, float("nan")], 3])
def test_what_is_no_vector_or_has_gaps_is_refused(split, values):
    with pytest.raises(DataError, match=r"groups|times"):
        split(values)


@pytest.mark.parametrize("rows", [0, -1, 2.5, True, "9"])
def test_a_number_of_rows_is_a_whole_number(rows):
    with pytest.raises(DataError, match="give len"):
        random_split(rows)
