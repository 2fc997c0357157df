import pytest

from tinygrad_course.demo import threads
from tinygrad_course.demo.threads import one_thread


class Library:
    """A library that knows one pair of names, as OpenBLAS does."""

    def __init__(self) -> None:
        self.number = 5

    def scipy_openblas_get_num_threads64_(self) -> int:
        return self.number

    def scipy_openblas_set_num_threads64_(self, number: int) -> None:
        self.number = number


def test_one_thread_inside_and_as_many_as_before_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library = Library()
    monkeypatch.setattr(threads, "_openblas", lambda: library)

    def fail() -> None:
        assert library.number == 1
        raise KeyError

    with pytest.raises(KeyError), one_thread():
        fail()
    assert library.number == 5


def test_works_with_what_is_here_and_without_openblas(monkeypatch: pytest.MonkeyPatch) -> None:
    with one_thread():
        pass
    monkeypatch.setattr(threads, "_openblas", lambda: None)
    with one_thread():
        pass
