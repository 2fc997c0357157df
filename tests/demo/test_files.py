import os
from pathlib import Path

import pytest

from tinygrad_course.demo.files import check_writable, write_all, write_whole


def names(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_writes_every_file_in_utf8_and_makes_its_folder(tmp_path):
    write_all(tmp_path, {"a.txt": "é→\n", "deep/er/b.txt": ""})
    assert names(tmp_path) == ["a.txt", "deep/er/b.txt"]
    assert (tmp_path / "a.txt").read_bytes() == "é→\n".encode()


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_an_interruption_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, step, error):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def interrupt(*_):
        raise error

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", interrupt)
    else:
        monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(error):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_folder_that_can_be_written_is_made_and_left_empty(tmp_path):
    check_writable(tmp_path / "new" / "er")
    assert list((tmp_path / "new" / "er").iterdir()) == []


def test_a_file_in_the_folders_place_is_an_error(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(OSError, match="out"):
        check_writable(tmp_path / "out")
