"""Writing files so that nobody ever sees half of one, however the program ends."""

import os
from collections.abc import Mapping
from pathlib import Path


def write_all(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts (relative path → content) into a folder, in the order given.

    Each file appears whole or not at all, and an older one is replaced in one step.
    """
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)


def write_whole(path: Path, text: str) -> None:
    """Write to a temporary sibling, then rename it: a rename is all or nothing."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())  # else a power cut could leave the new name on an empty file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)  # it is still there if anything failed, Ctrl-C included


def check_writable(folder: Path) -> None:
    """Make the folder and try to write into it, so that a minute's work is not done in vain.

    Raises: OSError if that is impossible.
    """
    folder.mkdir(parents=True, exist_ok=True)
    trial = folder / f".{os.getpid()}.part"
    trial.touch()
    trial.unlink()
