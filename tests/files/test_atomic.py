import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from tinygrad_course.files import atomic

ON_POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has neither modes nor these signals")


def test_it_writes_and_replaces(tmp_path):
    path = tmp_path / "weights"
    for data in (b"old", b"the new one is longer", b""):
        atomic.write_whole(path, data)
        assert path.read_bytes() == data
        assert os.listdir(tmp_path) == ["weights"]


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_what_fails_leaves_the_old_file_and_no_part(tmp_path, monkeypatch, call):
    path = tmp_path / "weights"
    atomic.write_whole(path, b"old")

    def fails(*_):
        raise OSError(28, "No space left on device")

    if call == "write":
        monkeypatch.setattr(atomic, "_write_through", fails)
    else:
        monkeypatch.setattr(os, call, fails)
    with pytest.raises(OSError, match=r"No space left on device: '.*weights'"):
        atomic.write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["weights"]


def test_a_folder_that_is_not_there_is_named_by_the_path_that_was_given(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"/missing/weights'$"):
        atomic.write_whole(f"{tmp_path}/missing/weights", b"")


@ON_POSIX
def test_permissions_stay_and_new_files_have_the_usual_ones(tmp_path):
    path, usual = tmp_path / "weights", tmp_path / "usual"
    usual.touch()
    atomic.write_whole(path, b"old")
    assert path.stat().st_mode == usual.stat().st_mode
    path.chmod(0o600)
    atomic.write_whole(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o600


@ON_POSIX
def test_a_link_keeps_its_target(tmp_path):
    target, link = tmp_path / "run 7", tmp_path / "newest"
    target.write_bytes(b"old")
    link.symlink_to(target)
    atomic.write_whole(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_parts_of_writers_that_were_killed_are_removed_and_nothing_else(tmp_path):
    mine, others = "w[1].0a1b2c3d.part", ["w1.0a1b2c3d.part", "w[1]", "w[1].part", "other.part"]
    for name in (mine, *others):
        (tmp_path / name).touch()
    atomic.remove_parts(tmp_path / "w[1]")
    assert sorted(os.listdir(tmp_path)) == sorted(others)


WRITES = """
import sys
from itertools import cycle
from tinygrad_course.files.atomic import write_whole
for letter in cycle(b"ab"):
    write_whole(sys.argv[1], bytes([letter]) * 300_000)
    print(flush=True)
"""


@ON_POSIX
def test_a_writer_that_is_killed_leaves_a_whole_file(tmp_path):
    path, rng = tmp_path / "weights", np.random.default_rng(0)
    for _ in range(10):
        writer = subprocess.Popen([sys.executable, "-c", WRITES, path], stdout=subprocess.PIPE)
        writer.stdout.readline()
        time.sleep(rng.uniform(0, 0.01))
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        data = path.read_bytes()
        assert len(data) == 300_000
        assert len(set(data)) == 1
    atomic.remove_parts(path)
    assert os.listdir(tmp_path) == ["weights"]
