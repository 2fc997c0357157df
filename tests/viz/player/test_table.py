import numpy as np

from viz.player.table import Table


def test_an_array_has_one_row_however_often_it_is_shown():
    table = Table()
    assert table.add(np.array([1.0, 2.0])) == table.add(np.array([1.0, 2.0])) == 1
    assert table.add(np.array([1.0, 3.0])) == 2


def test_nothing_is_row_0():
    table = Table()
    assert table.add(None) == 0
    assert table.rows[0] == {}


def test_up_to_64_numbers_are_all_there():
    table = Table()
    row = table.rows[table.add(np.arange(64.0).reshape(8, 8))]
    assert len(row["lines"]) == 4
    assert " ".join(row["whole"]).count(".0") == 64


def test_more_numbers_are_a_picture_and_statistics():
    table = Table()
    row = table.rows[table.add(np.linspace(-1, 3, 200).reshape(10, 20))]
    assert row["lines"][0].startswith("mean 1.0")
    assert len(row["heat"]) == 8
    assert int(row["heat"][0][:2], 16) < 128  # negative
    assert row["heat"][-1][-2:] == "ff"  # the most positive


def test_nan_has_a_mark_of_its_own_in_a_picture():
    table = Table()
    row = table.rows[table.add(np.full((8, 16), np.nan))]
    assert row["heat"][0] == "--" * 16
