import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course.data import batches, one_hot
from tinygrad_course.errors import DataError

row_counts = st.integers(0, 60)
sizes = st.integers(1, 70)
flags = st.booleans()
seeds = st.integers(0, 2**32)


def epoch(*arrays, seed=0, **options):
    return list(batches(*arrays, rng=np.random.default_rng(seed), **options))


@given(row_counts, sizes, flags, seeds)
def test_every_row_comes_exactly_once(rows, batch_size, shuffle, seed):
    numbers = np.arange(rows)
    found = [
        n for (b,) in epoch(numbers, batch_size=batch_size, shuffle=shuffle, seed=seed) for n in b
    ]
    assert sorted(found) == list(range(rows))
    assert shuffle or found == sorted(found)


@given(row_counts, sizes, flags, seeds)
def test_rows_that_belong_together_stay_together(rows, batch_size, shuffle, seed):
    x = np.arange(rows * 6).reshape(rows, 2, 3)
    for a, b, c in epoch(x, x[:, 0, 0], list(x), batch_size=batch_size, shuffle=shuffle, seed=seed):
        np.testing.assert_array_equal(a[:, 0, 0], b)
        np.testing.assert_array_equal(a, c)


@given(row_counts, sizes, flags)
def test_all_batches_are_full_but_the_last(rows, batch_size, shuffle):
    lengths = [len(b) for (b,) in epoch(np.zeros(rows), batch_size=batch_size, shuffle=shuffle)]
    assert len(lengths) == -(-rows // batch_size)
    assert all(length == batch_size for length in lengths[:-1])
    assert all(0 < length <= batch_size for length in lengths[-1:])


@given(st.integers(1, 60), st.integers(1, 60), flags, seeds)
def test_drop_last_leaves_full_batches_of_different_rows(rows, batch_size, shuffle, seed):
    batch_size = min(batch_size, rows)
    found = epoch(
        np.arange(rows), batch_size=batch_size, shuffle=shuffle, drop_last=True, seed=seed
    )
    assert [len(b) for (b,) in found] == [batch_size] * (rows // batch_size)
    seen = np.concatenate([b for (b,) in found])
    assert len(set(seen)) == len(seen)


@given(st.integers(0, 60), sizes, seeds)
def test_equal_seeds_give_equal_batches(rows, batch_size, seed):
    x = np.arange(rows)
    for (one,), (other,) in zip(
        epoch(x, batch_size=batch_size, seed=seed), epoch(x, batch_size=batch_size, seed=seed)
    ):
        np.testing.assert_array_equal(one, other)


def test_each_epoch_of_one_generator_has_its_own_order():
    rng = np.random.default_rng(0)
    orders = {next(batches(np.arange(100), batch_size=100, rng=rng))[0].tobytes() for _ in range(9)}
    assert len(orders) == 9


def test_without_a_generator_the_order_is_random():
    x = np.arange(100)
    orders = {next(batches(x, batch_size=100))[0].tobytes() for _ in range(9)}
    assert len(orders) == 9


def test_without_shuffling_no_generator_is_touched_and_batches_are_views():
    rng = np.random.default_rng(0)
    x = np.arange(10)
    for (batch,) in batches(x, batch_size=4, shuffle=False, rng=rng):
        assert np.shares_memory(batch, x)
    assert rng.bit_generator.state == np.random.default_rng(0).bit_generator.state


def test_the_data_are_left_as_they_were():
    x = np.arange(10)
    for (batch,) in epoch(x, batch_size=4):
        batch[:] = -1
    assert x.tolist() == list(range(10))


@pytest.mark.parametrize(
    ("arrays", "options", "message"),
    [
        ((), {"batch_size": 4}, "at least one array"),
        ((np.zeros(5), np.zeros((4, 2)), np.zeros(5)), {"batch_size": 4}, "found 5, 4, 5"),
        ((np.zeros(5), np.float32(3)), {"batch_size": 4}, r"found the shapes \(5,\), \(\)"),
        ((np.zeros(5),), {"batch_size": 0}, "batch_size must be an integer of 1 or more, found 0"),
        ((np.zeros(5),), {"batch_size": 2.0}, "found 2.0"),
        ((np.zeros(5),), {"batch_size": True}, "found True"),
        ((np.zeros(5),), {"batch_size": 2, "rng": "7"}, "numpy.random.Generator, .*found '7'"),
        ((np.zeros(5),), {"batch_size": 2, "rng": -7}, "found -7"),
        ((np.zeros(5),), {"batch_size": 2, "rng": True}, "found True"),
        ((np.zeros(5),), {"batch_size": 2, "shuffle": "no"}, "shuffle='no': must be True or False"),
        ((np.ma.masked_equal([1, 2], 1),), {"batch_size": 2}, "array 0: MaskedArray"),
        ((np.zeros(5),), {"batch_size": 6, "drop_last": True}, "batch_size is 6 and there are 5"),
    ],
)
def test_bad_input_is_refused_at_the_call(arrays, options, message):
    with pytest.raises(DataError, match=message):
        batches(*arrays, **options)


@given(st.lists(st.integers(0, 9), max_size=30))
def test_one_hot_rows_have_one_1_at_their_label(labels):
    out = one_hot(labels, 10)
    assert out.shape == (len(labels), 10)
    assert out.dtype == np.float32
    assert out.sum(axis=1).tolist() == [1] * len(labels)
    assert out.argmax(axis=1).tolist() == labels


@pytest.mark.parametrize(
    ("labels", "classes", "message"),
    [
        ([0, 3], 3, "labels from 0 to 2, found 0 to 3"),
        ([-1, 2], 3, "found -1 to 2"),
        ([0.0, 1.0], 3, r"integer labels, found float64; use labels.astype"),
        ([[0], [1]], 3, r"shape \(m,\), found \(2, 1\); use labels.ravel"),
        ([0], 0, "classes must be an integer of 1 or more, found 0"),
    ],
)
def test_one_hot_refuses_what_is_no_class_index(labels, classes, message):
    with pytest.raises(DataError, match=message):
        one_hot(labels, classes)


@given(seeds)
def test_a_seed_is_a_generator_that_starts_anew(seed):
    x = np.arange(30)
    first = next(batches(x, batch_size=30, rng=np.random.default_rng(seed)))[0]
    for _ in range(2):
        np.testing.assert_array_equal(next(batches(x, batch_size=30, rng=seed))[0], first)


def test_tables_are_rows_by_position():
    table = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]}, index=[7, 8, 9])
    words = pd.Series(["x", "y", "z"], index=[9, 8, 7])
    (x, y), (last, z) = batches(table, words, batch_size=2, shuffle=False)
    np.testing.assert_array_equal(x, [[1, 4], [2, 5]])
    assert [*y, *z] == ["x", "y", "z"]
    np.testing.assert_array_equal(last, [[3, 6]])


@given(row_counts, sizes, seeds)
def test_a_last_row_alone_joins_the_batch_before_it(rows, batch_size, seed):
    numbers = np.arange(rows)
    joined = [b for (b,) in epoch(numbers, batch_size=batch_size, seed=seed, join_single=True)]
    plain = [b for (b,) in epoch(numbers, batch_size=batch_size, seed=seed)]
    if len(plain) > 1 and batch_size > 1 and len(plain[-1]) == 1:
        plain[-2:] = [np.concatenate(plain[-2:])]
    assert [b.tolist() for b in joined] == [b.tolist() for b in plain]
