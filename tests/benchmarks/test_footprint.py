import sys

import numpy as np
import pytest

from benchmarks import footprint, peak


@pytest.mark.skipif(sys.platform == "win32", reason="not measured on Windows")
def test_the_high_water_mark_rises_by_what_was_used_in_between():
    before = peak.start_watching()
    size = 64 << 20
    array = np.ones(size, np.uint8)
    del array
    assert peak.high_water_mark() - before == pytest.approx(size, rel=0.1)


@pytest.mark.skipif(sys.platform != "linux", reason="the mark can be set back on Linux only")
def test_the_mark_is_set_back():
    array = np.ones(64 << 20, np.uint8)
    del array
    high = peak.high_water_mark()
    assert peak.start_watching() < high - (32 << 20)


def test_a_program_gives_its_number():
    assert footprint.printed("print(1.5)") == 1.5


def test_the_sides_are_importable_where_the_programs_run():
    assert footprint.printed("import benchmarks.peak; print(1)") == 1
