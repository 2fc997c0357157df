"""Which memory counts as written, and since when."""

import gc

import numpy as np
import pytest

from tinygrad_course.engine import writes
from tinygrad_course.engine.writes import clock, note_write, written_since


def noted(array, location="here"):
    note_write(array, lambda: "an array", location)


def test_a_write_is_seen_by_what_was_born_before_it():
    array = np.zeros(3)
    before = clock.now
    assert written_since(array, before) is None
    noted(array, "file.py:1")
    write = written_since(array, before)
    assert (write.location, write.what) == ("file.py:1", "an array")
    assert written_since(array, clock.now) is None


def test_views_share_the_writes_of_their_memory():
    array = np.zeros((4, 6))
    born = clock.now
    noted(array.T[1:3])
    windows = np.lib.stride_tricks.sliding_window_view(array, 3, axis=1)
    for view in (array, array[1:, 1:], array.T, array.reshape(-1)[:12][::-1], windows, windows[1:]):
        assert written_since(view, born)


@pytest.mark.parametrize("writes_in", [[slice(0, 2)], [slice(0, 1), slice(1, 2)]])
def test_memory_beside_it_is_not_touched(writes_in):
    array = np.zeros(10)
    born = clock.now
    for part in writes_in:
        noted(array[part])
    assert written_since(array[1:3], born)
    assert written_since(array[2:], born) is None
    assert written_since(array.copy(), born) is None
    noted(array)
    assert written_since(array[2:], born)
    noted(array[:1])
    assert written_since(array[9:], born), "all writes count together, the last one for all"


def test_what_is_no_array_is_never_written():
    for value in (None, 2.0, np.float64(2), "x", np.zeros(0), (1, 2)):
        assert written_since(value, -1) is None


def test_nothing_is_remembered_of_memory_that_is_gone():
    gc.collect()
    before = len(writes._writes)
    array = np.zeros(3)
    noted(array)
    assert len(writes._writes) == before + 1
    del array
    assert len(writes._writes) == before
