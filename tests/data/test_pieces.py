"""Rows in pieces: read by number, pickled, and mixed as seed and epoch say."""

import functools
import pickle
import sqlite3
import threading
from contextlib import closing
from itertools import pairwise

import h5py
import numpy as np
import pandas
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tinygrad_course import data
from tinygrad_course.data.pieces import batches_per_epoch, order, prefetched
from tinygrad_course.errors import DataError, SettingError

ROWS = 50


def table():
    rows = np.arange(ROWS)
    frame = pandas.DataFrame({"id": rows, "a": rows / 7, "town": np.array(["x", "y"])[rows % 2]})
    frame["price"] = rows**2 + 0.5
    return frame, data.from_frame(frame, target="price", leave_out=["id"]).preparation


def array_pieces(folder):
    x, y = np.arange(3.0 * ROWS).reshape(ROWS, 3), np.arange(ROWS)
    return data.ArrayPieces(x, y, rows=8), x, y


def npy_pieces(folder):
    _, x, y = array_pieces(folder)
    np.save(folder / "x.npy", x)
    np.save(folder / "y.npy", y)
    return data.NpyPieces(folder / "x.npy", folder / "y.npy", rows=8), x, y


def h5_pieces(folder):
    x = np.random.default_rng(0).integers(0, 256, (ROWS, 4, 4, 3), dtype=np.uint8)
    y = np.arange(ROWS) % 2
    with h5py.File(folder / "t.h5", "w") as file:
        file["train_set_x"], file["train_set_y"] = x, y
    preparation = data.PicturePreparation((4, 4), 3, ["no", "yes"])
    pieces = data.H5Pieces(folder / "t.h5", rows=8, preparation=preparation)
    return pieces, preparation.apply(x), y


def parquet_pieces(folder):
    frame, preparation = table()
    made = pyarrow.Table.from_pandas(frame)
    pyarrow.parquet.write_table(made, folder / "t.parquet", row_group_size=8)
    pieces = data.ParquetPieces(folder / "t.parquet", preparation)
    return pieces, preparation.apply(frame), expected_targets(frame, preparation)


def sql_pieces(folder, connect=None):
    frame, preparation = table()
    with closing(sqlite3.connect(folder / "t.db")) as connection:
        frame.to_sql("t", connection, index=False)
        connection.commit()
    query = "SELECT * FROM t WHERE id >= ? AND id < ? ORDER BY id"
    ranges = [(i, i + 8) for i in range(0, ROWS, 8)]
    pieces = data.SqlPieces(connect or folder / "t.db", query, ranges, preparation)
    return pieces, preparation.apply(frame), expected_targets(frame, preparation)


def sql_pieces_of_a_function(folder):
    return sql_pieces(folder, functools.partial(sqlite3.connect, folder / "t.db"))


def image_pieces(folder):
    for label, name in enumerate(["cat", "dog"]):
        (folder / name).mkdir()
        for i in range(ROWS // 2):
            grey = np.full((4, 4, 3), 100 * label + i, dtype=np.uint8)
            Image.fromarray(grey).save(folder / name / f"{i:02}.png")
    preparation = data.PicturePreparation((4, 4), 3, ["cat", "dog"])
    pieces = data.ImagePieces(folder, preparation, rows=8)
    return pieces, preparation.apply(pieces.files), pieces.labels


def expected_targets(frame, preparation):
    scaled = (frame["price"] - preparation.target.mean) / preparation.target.deviation
    return scaled.to_numpy(dtype=np.float32)


SOURCES = [
    *(array_pieces, npy_pieces, h5_pieces, parquet_pieces),
    *(sql_pieces, sql_pieces_of_a_function, image_pieces),
]


@pytest.mark.parametrize("make", SOURCES)
def test_every_source_is_a_sequence_that_can_be_pickled(make, tmp_path):
    pieces, x, y = make(tmp_path)
    assert len(pieces) == 7
    for same in (pieces, pickle.loads(pickle.dumps(pieces)), pieces[:]):
        whole = [same[i] for i in (6, 5, 4, 3, 2, 1, 0)][::-1]
        np.testing.assert_array_equal(np.concatenate([piece[0] for piece in whole]), x)
        np.testing.assert_array_equal(np.concatenate([piece[1] for piece in whole]), y)
    np.testing.assert_array_equal(pieces[-1][0], x[48:])
    assert [len(piece[0]) for piece in pieces[5:]] == [8, 2]
    with pytest.raises(IndexError):
        pieces[7]


def test_weights_of_rows_are_a_third_array(tmp_path):
    x, y, w = np.arange(20.0).reshape(10, 2), np.arange(10), np.arange(10) / 4
    for name, array in (("x", x), ("y", y), ("w", w)):
        np.save(tmp_path / f"{name}.npy", array)
    with h5py.File(tmp_path / "t.h5", "w") as file:
        file["x"], file["y"], file["w"] = x, y, w
    for pieces in (
        data.ArrayPieces(x, y, w, rows=4),
        data.NpyPieces(*(tmp_path / f"{name}.npy" for name in "xyw"), rows=4),
        data.H5Pieces(tmp_path / "t.h5", "x", "y", "w", rows=4),
        [(x[:4], y[:4], w[:4]), (x[4:], y[4:], w[4:])],
    ):
        made = list(data.piece_batches(data.pieces.as_pieces(pieces), batch_size=3, seed=1))
        rows = np.concatenate([batch[1] for batch in made])
        assert sorted(rows) == list(range(10))
        assert {len(batch) for batch in made} == {3}
        np.testing.assert_array_equal(np.concatenate([batch[0] for batch in made]), x[rows])
        np.testing.assert_array_equal(np.concatenate([batch[2] for batch in made]), w[rows])
    with pytest.raises(DataError, match=r"x has shape \(10, 2\) and sample_weight \(9,\)"):
        data.ArrayPieces(x, y, w[1:], rows=4)
    with h5py.File(tmp_path / "t.h5", "a") as file:
        file["v"] = w[1:]
    with pytest.raises(DataError, match=r"x has shape \(10, 2\) and v \(9,\)"):
        data.H5Pieces(tmp_path / "t.h5", "x", "y", "v", rows=4)
    mixed = [(x, y, w), (x, y)]
    with pytest.raises(DataError, match="piece 1 has 2 arrays, and other pieces 3"):
        list(data.piece_batches(data.pieces.as_pieces(mixed), batch_size=6, shuffle=False))


def test_pictures_of_all_classes_are_in_a_piece(tmp_path):
    pieces, _, _ = image_pieces(tmp_path)
    assert all(0 < y.mean() < 1 for _, y in pieces[:-1])


sizes = st.lists(st.integers(1, 12), min_size=1, max_size=8)


def pieces_of(lengths):
    """Rows that count from 0 in pieces of these lengths."""
    starts = np.cumsum([0, *lengths])
    return [(np.arange(a, b)[:, None] * 1.0, np.arange(a, b)) for a, b in pairwise(starts)]


@given(sizes, st.integers(1, 9), st.integers(0, 2**64), st.integers(0, 5), st.booleans())
def test_an_epoch_has_each_row_once_in_full_batches(lengths, size, seed, epoch, shuffle):
    pieces = data.pieces.as_pieces(pieces_of(lengths))
    made = list(
        data.piece_batches(pieces, batch_size=size, seed=seed, epoch=epoch, shuffle=shuffle)
    )
    rows = np.concatenate([y for _, y in made])
    np.testing.assert_array_equal(np.concatenate([x[:, 0] for x, _ in made]), rows)
    assert sorted(rows) == list(range(sum(lengths)))
    assert shuffle or rows.tolist() == list(range(sum(lengths)))
    assert {len(y) for _, y in made[:-1]} <= {size}
    assert size == 1 or len(made) == 1 or 1 < len(made[-1][1]) <= size + 1
    assert len(made) == batches_per_epoch(sum(lengths), size)


@given(sizes, st.integers(1, 9), st.integers(1, 9), st.integers(0, 9), st.integers(0, 5))
def test_the_order_follows_from_seed_epoch_and_piece_alone(lengths, size, other, seed, epoch):
    """It does not depend on the size of batches, and is what `order` says."""
    pieces = data.pieces.as_pieces(pieces_of(lengths))
    expected = np.concatenate(
        [
            pieces[i][1][order(lengths[i], seed, epoch, int(i))]
            for i in order(len(lengths), seed, epoch)
        ]
    )
    for batch_size in (size, other):
        made = data.piece_batches(pieces, batch_size=batch_size, seed=seed, epoch=epoch)
        np.testing.assert_array_equal(np.concatenate([y for _, y in made]), expected)


def test_epochs_and_seeds_differ_and_an_order_never_changes():
    keys = [(seed, epoch, piece) for seed in range(4) for epoch in range(4) for piece in range(4)]
    assert len({order(50, *key).tobytes() for key in keys}) == len(keys)
    assert order(8, 0, 0).tolist() == [6, 3, 1, 4, 5, 2, 7, 0]


def test_a_thread_reads_one_piece_ahead_and_no_more():
    reads = []

    class Counted(data.Pieces):
        def __len__(self):
            return 6

        def read(self, number):
            reads.append((number, threading.current_thread() is threading.main_thread()))
            return np.zeros((2, 1)), np.zeros(2)

    for given_out, (number, _) in enumerate(prefetched(Counted(), [3, 1, 4, 0, 2, 5]), start=1):
        assert len(reads) <= given_out + 1
        assert [3, 1, 4, 0, 2, 5][given_out - 1] == number
    assert reads == [(n, False) for n in (3, 1, 4, 0, 2, 5)]


def test_an_error_in_the_thread_reaches_the_caller():
    class Broken(data.Pieces):
        def __len__(self):
            return 3

        def read(self, number):
            if number == 2:
                raise OSError("the disk is gone")
            return np.zeros((2, 1)), np.zeros(2)

    made = data.piece_batches(Broken(), batch_size=2, shuffle=False)
    assert len(next(made)[0]) == 2
    with pytest.raises(OSError, match="the disk is gone"):
        list(made)


@pytest.mark.parametrize(
    ("pieces", "message"),
    [
        ([], "no pieces"),
        (np.zeros((3, 2)), "there is no y: give both"),
        ("text", "there is no y"),
        ([np.zeros((2, 3, 1))], r"piece 0 is of type ndarray, not a pair"),
        ([(np.zeros((2, 1)), np.zeros(3))], r"x of piece 0 has shape \(2, 1\) and y \(3,\)"),
        ([(np.zeros((0, 1)), np.zeros(0))], "there must be rows"),
        ([(np.zeros((1, 1)), np.zeros(1)), (np.zeros((1, 2)), np.zeros(1))], "other pieces"),
    ],
)
def test_what_is_no_pieces_is_refused(pieces, message):
    with pytest.raises(DataError, match=message):
        list(data.piece_batches(data.pieces.as_pieces(pieces), batch_size=2, shuffle=False))


def test_invalid_settings_are_refused_at_the_call():
    pieces = data.pieces.as_pieces(pieces_of([3]))
    for options in (
        {"batch_size": 0},
        {"batch_size": 2, "seed": -1},
        {"batch_size": 2, "epoch": 0.5},
    ):
        with pytest.raises(SettingError):
            data.piece_batches(pieces, **options)
    with pytest.raises(SettingError, match="rows=0"):
        data.ArrayPieces([[1]], [1], rows=0)
    with pytest.raises(SettingError, match="function that makes a connection"):
        data.SqlPieces(sqlite3.connect(":memory:"), "SELECT 1", [()], table()[1])
    with pytest.raises(SettingError, match=r"from_csv\(…\)\.preparation"):
        data.ParquetPieces("t.parquet", None)


def test_files_that_do_not_fit_are_refused(tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((3, 2)))
    np.save(tmp_path / "y.npy", np.zeros(4))
    (tmp_path / "z.npy").write_bytes(b"nothing")
    for x, message in (("x.npy", r"shape \(3, 2\) and y.npy \(4,\)"), ("z.npy", "no .npy file")):
        with pytest.raises(DataError, match=message):
            data.NpyPieces(tmp_path / x, tmp_path / "y.npy", rows=2)
    with pytest.raises(DataError, match="does not exist"):
        data.NpyPieces(tmp_path / "no.npy", tmp_path / "y.npy", rows=2)
    h5_pieces(tmp_path)
    with pytest.raises(DataError, match=r"no array 'labels'. Its keys are"):
        data.H5Pieces(tmp_path / "t.h5", y="labels", rows=8)
    (tmp_path / "pictures").mkdir()
    pieces, _, _ = image_pieces(tmp_path / "pictures")
    pieces.files[0].write_bytes(b"nothing")
    with pytest.raises(DataError, match=pieces.files[0].name):
        pieces[0]
