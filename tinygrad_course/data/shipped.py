"""Finds the files that ship inside the package, wherever and however it was installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@contextmanager
def shipped_file(name: str) -> Iterator[Path]:
    """A real path to ``files/<name>``, good for as long as the context lasts.

    A package that is run from inside a zip archive has no such path; then the file is unpacked
    to a temporary place and removed at the end.
    """
    from importlib import resources  # where it is used: it slows the package's import down

    with resources.as_file(resources.files("tinygrad_course.data") / "files" / name) as path:
        yield path
