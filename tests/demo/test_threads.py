import os
import sys

import pytest
from threadpoolctl import ThreadpoolController, threadpool_limits

from tinygrad_course.demo.threads import one_thread


def blas_threads():
    """The numbers of threads that the loaded BLAS libraries use."""
    return {
        library["num_threads"] for library in ThreadpoolController().select(user_api="blas").info()
    }


needs_known_blas = pytest.mark.skipif(
    not blas_threads(), reason="threadpoolctl does not know NumPy's BLAS here"
)


@needs_known_blas
def test_one_thread_inside_and_as_many_as_before_afterwards():
    def fail():
        assert blas_threads() == {1}
        raise KeyError

    with threadpool_limits(2, user_api="blas"):
        before = blas_threads()
        with pytest.raises(KeyError), one_thread():
            fail()
        assert blas_threads() == before == {2}


@pytest.mark.parametrize(("cores", "lines"), [(1, 0), (2, 1), (None, 0)])
def test_without_threadpoolctl_nothing_changes_and_a_line_says_so_where_it_matters(
    cores, lines, monkeypatch, capsys
):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    before = blas_threads()
    with one_thread():
        assert blas_threads() == before
    said = capsys.readouterr()
    assert said.err.count("tinygrad_course[threads]") == len(said.err.splitlines()) == lines
    assert said.out == ""
