"""Writing a file so that at every moment either the old or the new one is there, whole.

The bytes go into a neighbour, which takes the place of the old file when all of them are on the disk. A
crash leaves the old file, and perhaps a neighbour that ends in ".part".
"""

import os
import secrets
import shutil
from pathlib import Path

SUFFIX = ".part"


def write_whole(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file, or replace it. The permissions of one that is replaced stay; a link keeps its target.

    Raises: OSError with the path, if that fails: then the old file is as it was.
    """
    target = Path(os.path.realpath(path))
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}{SUFFIX}")
    try:
        _write_through(part, data)
        if target.exists():
            shutil.copymode(target, part)
        os.replace(part, target)
        _write_folder_through(target.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, os.fspath(path)) from None
    finally:
        part.unlink(missing_ok=True)


def remove_parts(path: str | os.PathLike[str]) -> None:
    """Remove what writers of this file left behind when they were killed. Nobody may be writing it now."""
    target = Path(os.path.realpath(path))
    for part in target.parent.glob(f"{_literal(target.name)}.*{SUFFIX}"):
        part.unlink(missing_ok=True)


def _literal(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _write_through(part: Path, data: bytes) -> None:
    """Create a file, and return when it is on the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(part, flags, 0o666), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _write_folder_through(folder: Path) -> None:
    """Return when the new name is on the disk as well; Windows can't open folders, and needs no such call."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
