"""Files that are written completely or not at all, however the program ends."""

import os
from collections.abc import Mapping
from pathlib import Path


def write_all(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts (relative path → content) into a folder, in the order given.

    Each file appears complete or not at all, and an older one is replaced in one step.
    """
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)


def write_whole(path: Path, text: str) -> None:
    """Write to a temporary file in the same folder, then rename it, which is atomic."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(
                file.fileno()
            )  # else a power failure could leave an empty file under the new name
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)  # it exists if anything failed, or after Ctrl-C


def check_writable(folder: Path) -> None:
    """Make the folder and try to write into it, before a minute of training is spent.

    Raises: OSError if that is impossible.
    """
    folder.mkdir(parents=True, exist_ok=True)
    trial = folder / f".{os.getpid()}.part"
    trial.touch()
    trial.unlink()
